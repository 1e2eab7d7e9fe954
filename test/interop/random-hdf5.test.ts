import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHdf5, type Hdf5Dataset, type NumericArray } from '@trainyard/hdf5';
import { afterAll, describe, expect, it } from 'vitest';
import { hasPeers, PYTHON } from './peer.ts';

/** A dataset as `random-hdf5.py` tells of it: checksums, or texts, of all of it and of one slice. */
interface Told {
  readonly path: string;
  readonly how: readonly string[];
  /** Null where only bytes are compared. */
  readonly dtype: string | null;
  /** Of records, in numpy's notation. */
  readonly fields: unknown;
  readonly shape: readonly number[];
  readonly slice: [number, number][];
  readonly all: string | string[];
  readonly part: string | string[];
  readonly size: number;
  /** Bytes of a record that belong to no field. */
  readonly gaps: readonly (readonly [number, number])[];
}

const folder = mkdtempSync(join(tmpdir(), 'random-hdf5-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(seed: number, datasets: number): { path: string; told: Told[] } {
  const place = join(folder, String(seed));
  mkdirSync(place);
  const done = spawnSync(PYTHON, [fileURLToPath(new URL('random-hdf5.py', import.meta.url)), place, String(seed), String(datasets)], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (done.status !== 0) throw new Error(`random-hdf5.py ${seed} ended with ${done.status ?? done.signal}: ${done.stderr.slice(-2000)}`);
  return { path: join(place, `random-${seed}.h5`), told: done.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Told) };
}

function seen(values: NumericArray | string[], { size, gaps }: Told): string | string[] {
  if (Array.isArray(values)) return values;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let at = 0; gaps.length > 0 && at < bytes.length; at += size) for (const [from, to] of gaps) bytes.fill(0, at + from, at + to);
  return createHash('sha256').update(bytes).digest('hex');
}

/** In numpy's own spelling: `'|b1'` and `'|S5'` have shorter names. */
function fieldsOf(dtype: string): string {
  return dtype.replaceAll("'?'", "'|b1'").replaceAll("'S", "'|S");
}

function asPython(fields: unknown): string {
  if (!Array.isArray(fields)) return typeof fields === 'string' ? `'${fields}'` : String(fields);
  return `[${fields.map(([name, type, shape]: [string, unknown, number[]?]) => `('${name}', ${asPython(type)}${shape ? `, (${shape.join(', ')}${shape.length === 1 ? ',' : ''})` : ''})`).join(', ')}]`;
}

function look(dataset: Hdf5Dataset, told: Told): object {
  const all = dataset.read();
  const looked = { shape: dataset.shape, part: seen(dataset.read(told.slice), told), all: seen(all, told) };
  if (told.dtype === null) return told.fields === null ? looked : { ...looked, fields: fieldsOf(dataset.dtype) };
  if (Array.isArray(all)) return { ...looked, dtype: dataset.dtype };
  // Memory that is not aligned takes another way.
  const into = new Uint8Array(all.byteLength + 1).subarray(1);
  dataset.readInto(into);
  return { ...looked, dtype: dataset.dtype, into: seen(into, told) };
}

const peers = hasPeers('h5py', 'numpy');
if (!peers && process.env['TRAINYARD_CI'] === '1') throw new Error('h5py is not there');

describe.skipIf(!peers)('datasets of every kind', () => {
  // Some that never change, and one that nobody has seen: its seed is in the name of the test.
  it.each([1, 5, 12, 18, 26, 38, 1000 + Math.floor(Math.random() * 1e6)])('read as h5py reads them, seed %i', { timeout: 120_000 }, async (seed) => {
    const { path, told } = make(seed, 60);
    const file = await openHdf5(path);
    for (const one of told) {
      const { shape, dtype, all, part, fields } = one;
      const expected = { shape, part, all, ...(dtype === null ? (fields === null ? {} : { fields: asPython(fields) }) : { dtype, ...(dtype !== 'str' && { into: all }) }) };
      expect(look(file.dataset(one.path), one), `${one.path}: ${one.how.join(', ')}`).toEqual(expected);
    }
    file.close();
    expect(told.length).toBeGreaterThan(50);
  });
});
