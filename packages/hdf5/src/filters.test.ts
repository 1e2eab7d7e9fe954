import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openHdf5 } from './index.ts';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const numberAt = (i: number): number => Number(((BigInt(i) * 2654435761n) >> 7n) % 251n);

/** What golden/make-filters.py packed by hand: whole chunks, and of each dataset one that skipped the filter. */
test.each(['lz4', 'zstd', 'bitshuffle', 'bitshuffle_lz4', 'blosc'].flatMap((name) => [`${name}_u2`, `${name}_f4`]))('%s', async (name) => {
  const file = await openHdf5(join(golden, 'filters.h5'));
  const dataset = file.dataset(name);
  expect([dataset.shape, dataset.chunks]).toEqual([[96, 16], [32, 16]]);
  const whole = Array.from({ length: 96 * 16 }, (_, i) => numberAt(i));
  expect(Array.from(dataset.read() as Uint16Array)).toEqual(whole);
  expect(Array.from(dataset.read([[30, 67], [3, 9]]) as Uint16Array)).toEqual(Array.from({ length: 37 * 6 }, (_, i) => whole[(30 + Math.floor(i / 6)) * 16 + 3 + (i % 6)]));
  file.close();
});
