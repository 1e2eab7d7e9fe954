import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openHdf5, openNow, startLibrary } from '../index.ts';
import type { Hdf5Dataset } from '../hdf5-dataset.ts';
import { fletcher32, unshuffle } from './filters.ts';

const golden = fileURLToPath(new URL('../../golden/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'direct-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
await startLibrary();

/** Whether a dataset is read without the library. */
const isDirect = (dataset: Hdf5Dataset): boolean => (dataset as unknown as { direct: unknown }).direct !== undefined;
/** Those that are left to the library, by file. */
const LEFT: Readonly<Record<string, readonly string[]>> = { earliest: ['contiguous_big'], latest: ['contiguous_big'] };
const numberAt = (i: number): number => Number(((BigInt(i) * 2654435761n) >> 7n) % 251n);

/** What golden/make-chunks.py wrote. */
function expected(dataset: Hdf5Dataset): number[] {
  const count = dataset.shape.reduce((product, n) => product * n, 1);
  const written = Number(dataset.attribute('zeros_from') ?? Infinity) * (count / dataset.shape[0]!);
  const fill = Number(dataset.attribute('fill') ?? 0);
  return Array.from({ length: count }, (_, i) => (i < written ? numberAt(i) : fill));
}

const plain = ['flags', 'skipped_filter', 'group/deep/data', 'group/link'];
describe.each(['earliest', 'latest'])('a file of h5py with libver %s', (version) => {
  const path = join(golden, `chunks-${version}.h5`);
  const names = [...openNow(path).datasets()].map((dataset) => dataset.path.slice(1)).filter((name) => !plain.includes(name));

  test.each(names)('%s', (name) => {
    const dataset = openNow(path).dataset(name);
    expect(isDirect(dataset)).toBe(!LEFT[version]!.includes(name));
    const whole = expected(dataset);
    expect(Array.from(dataset.read() as Float64Array, Number)).toEqual(whole);
    const strides = dataset.shape.map((_, axis) => dataset.shape.slice(axis + 1).reduce((product, n) => product * n, 1));
    const parts = fc.tuple(...dataset.shape.map((n) => fc.tuple(fc.nat(n), fc.nat(n)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)));
    fc.assert(fc.property(parts, (slice) => {
      const pick = (axis: number, at: number): number[] => (axis === slice.length ? [whole[at]!] : Array.from({ length: slice[axis]![1] - slice[axis]![0] }, (_, i) => pick(axis + 1, at + (slice[axis]![0] + i) * strides[axis]!)).flat());
      expect(Array.from(dataset.read(slice) as Float64Array, Number)).toEqual(pick(0, 0));
    }), { numRuns: 25 });
  });

  test('a chunk that skipped its filters, booleans, links', () => {
    const file = openNow(path);
    expect(isDirect(file.dataset('skipped_filter'))).toBe(true);
    expect(Array.from(file.dataset('skipped_filter').read() as Uint16Array)).toEqual(Array.from({ length: 24 }, (_, i) => numberAt(i)));
    expect([...(file.dataset('flags').read() as Uint8Array)]).toEqual([1, 0, 1]);
    expect(isDirect(file.dataset('group/link'))).toBe(true);
    expect(file.dataset('group/link').read()).toEqual(file.dataset('gzip').read());
    expect(file.dataset('soft/data').read()).toEqual(file.dataset('group/deep/data').read());
    const dataset = file.dataset('gzip');
    file.close();
    expect(() => dataset.read()).toThrow(expect.objectContaining({ code: 'HDF5_CLOSED' }));
  });
});

test('what an external link leads to is read by the library: an address says nothing of its file', () => {
  const [links, latest] = [openNow(join(golden, 'chunks-links.h5')), openNow(join(golden, 'chunks-latest.h5'))];
  for (const [name, target] of [['outside', 'gzip'], ['folder/deep/data', 'group/deep/data'], ['inside', 'group/deep/data'], ['folder/link', 'gzip']] as const) {
    expect([name, isDirect(links.dataset(name))]).toEqual([name, false]);
    expect(links.dataset(name).read()).toEqual(latest.dataset(target).read());
  }
  expect(isDirect(links.dataset('decoy'))).toBe(true);
});

test('behind a user block', () => {
  const dataset = openNow(join(golden, 'chunks-userblock.h5')).dataset('gzip');
  expect([isDirect(dataset), Array.from(dataset.read() as Float32Array)]).toEqual([true, expected(dataset)]);
});

test('a file that is written is read by the library', async () => {
  cpSync(join(golden, 'chunks-latest.h5'), join(folder, 'a.h5'));
  const file = await openHdf5(join(folder, 'a.h5'), 'a');
  expect(isDirect(file.dataset('gzip'))).toBe(false);
  file.close();
});

test('whatever byte is damaged: values, or an error by name, and never a crash', () => {
  const whole = readFileSync(join(golden, 'chunks-latest.h5'));
  const path = join(folder, 'damaged.h5');
  const names = [...openNow(join(golden, 'chunks-latest.h5')).datasets()].map((dataset) => dataset.path);
  const code = (error: unknown): string => String((error as { code?: string }).code);
  fc.assert(fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
    writeFileSync(path, whole);
    const descriptor = openSync(path, 'r+');
    writeSync(descriptor, Uint8Array.of(whole[at]! ^ by), 0, 1, at);
    closeSync(descriptor);
    const codes: string[] = [];
    try {
      const file = openNow(path);
      for (const name of names) {
        try {
          file.dataset(name).read();
        } catch (error) {
          codes.push(code(error));
        }
      }
      file.close();
    } catch (error) {
      codes.push(code(error));
    }
    expect(codes.filter((one) => !one.startsWith('HDF5_'))).toEqual([]);
  }), { numRuns: 40, seed: 7 });
}, 60_000);

describe('filters', () => {
  test('unshuffle is the way back of shuffling, for every size and what is left over', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(1, 2, 3, 4, 8, 16), (bytes, size) => {
      const count = Math.floor(bytes.length / size);
      const shuffled = Uint8Array.from(bytes, (byte, at) => (at < count * size ? bytes[(at % count) * size + Math.floor(at / count)]! : byte));
      expect([...unshuffle(shuffled, size, new Uint8Array(104))]).toEqual([...bytes]);
    }));
  });

  test("Fletcher's checksum by hand; those that h5py wrote are read above", () => {
    expect(fletcher32(new Uint8Array(0))).toBe(0);
    expect(fletcher32(Uint8Array.of(1))).toBe(0x01000100);
    expect(fletcher32(Uint8Array.of(1, 2, 3, 4))).toBe((0x0102 * 2 + 0x0304) * 65536 + 0x0102 + 0x0304);
  });
});

const hasH5py = ((): boolean => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import h5py'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
describe.skipIf(!hasH5py)('indices with pages (needs python3-h5py)', () => {
  test.each(['earliest', 'latest'])('libver %s', (version) => {
    execFileSync('/usr/bin/python3', [join(golden, 'make-chunks.py'), folder, '--large']);
    const file = openNow(join(folder, `chunks-${version}.h5`));
    for (const name of ['fixed_pages', 'fixed_pages_half', 'extensible_pages', 'many']) {
      const dataset = file.dataset(name);
      expect([name, isDirect(dataset)]).toEqual([name, true]);
      const [got, wanted] = [Float64Array.from(dataset.read() as Float64Array, Number), Float64Array.from(expected(dataset))];
      expect([name, got.findIndex((value, i) => value !== wanted[i])]).toEqual([name, -1]);
    }
    file.close();
  }, 60_000);
});
