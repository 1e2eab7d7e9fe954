import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openNow, startLibrary, type Hdf5Dataset, type Hdf5File } from '../index.ts';
import { lookup3 } from './checksum.ts';

const golden = fileURLToPath(new URL('../../golden/', import.meta.url));
const runs = fileURLToPath(new URL('../../../exdf/golden/runs/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'names-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
await startLibrary();
// What a link and a virtual dataset of types.h5 lead to.
cpSync(join(golden, 'part.h5'), join(folder, 'part.h5'));

/** Whether the library has opened the file. */
const byLibrary = (file: Hdf5File): boolean => (file as unknown as { file: { opened: boolean } }).file.opened;

function described(dataset: Hdf5Dataset): unknown {
  const { path, dtype, shape, maxShape, chunks, isNull, itemSize, innerShape } = dataset;
  const values = dtype === 'object' ? undefined : dataset.read();
  return { path, dtype, shape, maxShape, chunks, isNull, itemSize, innerShape, values: Array.isArray(values) ? values : values && createHash('sha256').update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).digest('hex') };
}

const files = ['types.h5', 'chunks-earliest.h5', 'chunks-latest.h5', 'chunks-userblock.h5'].map((name) => join(golden, name));
files.push(...['v0.5', 'v1.3', 'mixed'].map((run) => join(runs, run, `RAW-R0007-DA01-S0000${run === 'v1.3' ? 1 : 0}.h5`)));

describe('names, types and values past the library are those of the library', () => {
  test.each(files)('%s', (path) => {
    const copy = join(folder, basename(path));
    cpSync(path, copy);
    // A file that may change is known to the library alone.
    const [ours, theirs] = [openNow(path), openNow(copy, 'a')];
    expect([...ours.datasets()].map(described)).toEqual([...theirs.datasets()].map(described));
    const walk = (group: Hdf5File | ReturnType<Hdf5File['group']>): unknown => group.keys().map((name) => {
      const member = group.get(name);
      return [name, group.link(name), member?.kind, member && member.kind !== 'dataset' && !group.link(name) ? walk(member) : undefined];
    });
    expect(walk(ours)).toEqual(walk(theirs));
    for (const file of [ours, theirs]) file.close();
  });

  test('a run file needs the library for nothing but attributes and rare types', () => {
    const file = openNow(files[4]!);
    expect([file.keys(), file.dataset('METADATA/dataSourceId').read()[0], file.dataset('INDEX/trainId').read().length > 0, file.has('nothing'), file.has('INDEX/trainId/below')]).toEqual([expect.arrayContaining(['INDEX']), expect.stringContaining('/'), true, false, false]);
    expect(byLibrary(file)).toBe(false);
    file.dataset('INDEX/trainId').attributes();
    expect(byLibrary(file)).toBe(true);
    file.close();
  });
});

test('the checksum is that of the published examples', () => {
  // Of lookup3.c's own self test, hashlittle with an initial value of 0.
  expect(lookup3(Buffer.from('Four score and seven years ago'))).toBe(0x17770551);
  expect(lookup3(Buffer.alloc(0))).toBe(0xdeadbeef);
});

const python = spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status === 0;
if (!python) console.log('skipped: names in heaps need python3-h5py');
test.skipIf(!python).each([['earliest', 300], ['latest', 9], ['latest', 300], ['latest', 20000]])('groups of libver %s with %i names', (version, count) => {
  const path = join(folder, `${version}-${count}.h5`);
  const program = `
import h5py, sys
with h5py.File(sys.argv[1], 'w', libver=sys.argv[2]) as f:
    n = int(sys.argv[3])
    f['data'] = [1, 2, 3]
    g = f.create_group('many')
    for i in range(n):
        if i % 3: g[f'name {i * 7919 % n} ' + 'x' * (i % 50)] = h5py.SoftLink('/data')
        elif i < 300: g[f'name {i * 7919 % n}'] = [i]
        else: g[f'name {i * 7919 % n}'] = f['data']
`;
  execFileSync('/usr/bin/python3', ['-c', program, path, version, String(count)]);
  const file = openNow(path);
  const names = file.group('many').keys();
  expect(names).toHaveLength(count);
  expect(file.dataset(`many/${names.find((name) => name.endsWith('x'))!}`).read()).toEqual(BigInt64Array.of(1n, 2n, 3n));
  expect(file.dataset('many/name 0').read()).toEqual(BigInt64Array.of(0n));
  expect(byLibrary(file)).toBe(false);
  file.close();
  cpSync(path, `${path}.copy`);
  const theirs = openNow(`${path}.copy`, 'a');
  expect(names).toEqual(theirs.group('many').keys());
  theirs.close();
});
