import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNow, startLibrary, type AbsentPart } from './index.ts';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'virtual-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
await startLibrary();

function absent(path: string, inside: string): readonly AbsentPart[] {
  const file = openNow(path);
  try {
    return file.dataset(inside).absentParts();
  } finally {
    file.close();
  }
}

test('a source beside the file is found; one that is not there is named', () => {
  const virtual = [...openNow(join(golden, 'types.h5')).datasets()].find((dataset) => dataset.isVirtual)!;
  expect(virtual.absentParts()).toEqual([]);
  cpSync(join(golden, 'types.h5'), join(folder, 'types.h5'));
  const parts = absent(join(folder, 'types.h5'), virtual.path);
  expect(parts.length).toBeGreaterThan(0);
  expect(parts[0]).toMatchObject({ file: 'part.h5', reason: 'part.h5 is not there' });
});

const python = spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status === 0;
if (!python) console.log('skipped: virtual datasets need python3-h5py');
describe.skipIf(!python)('virtual datasets of h5py', () => {
  const here = join(folder, 'made');
  const program = `
import h5py, os, sys
os.chdir(sys.argv[1])
for name in ('a', 'b', 'c'):
    with h5py.File(name + '.h5', 'w') as f: f['x'] = [[ord(name), i] for i in range(3)]
layout = h5py.VirtualLayout((10, 2), 'i8')
for i, name in enumerate('abc'):
    layout[3 * i:3 * i + 3] = h5py.VirtualSource(os.path.abspath(name + '.h5') if name == 'a' else name + '.h5', 'x', (3, 2))
pulses = h5py.VirtualLayout((9, 2), 'i8')
for i, name in enumerate('abc'):
    pulses[i::3] = h5py.VirtualSource(name + '.h5', 'x', (3, 2))
with h5py.File('v.h5', 'w', libver='latest') as f:
    f.create_virtual_dataset('rows', layout, fillvalue=-1)
    f.create_virtual_dataset('every', pulses, fillvalue=-1)
    f['same'] = [[7, 8]]
    own = h5py.VirtualLayout((1, 2), 'i8'); own[:] = h5py.VirtualSource(f['same'])
    f.create_virtual_dataset('own', own)
`;
  beforeAll(() => {
    mkdirSync(here);
    execFileSync('/usr/bin/python3', ['-c', program, here]);
  });

  test('whole: nothing is absent, and the rows that no source makes up are fill values', () => {
    for (const inside of ['rows', 'every', 'own']) expect(absent(join(here, 'v.h5'), inside)).toEqual([]);
    const rows = openNow(join(here, 'v.h5')).dataset('rows').read();
    expect(Array.from(rows as BigInt64Array, Number)).toEqual([97, 0, 97, 1, 97, 2, 98, 0, 98, 1, 98, 2, 99, 0, 99, 1, 99, 2, -1, -1]);
  });

  test('a source that is moved away, cut off, or shorter is named with its rows', () => {
    renameSync(join(here, 'b.h5'), join(here, 'away.h5'));
    expect(absent(join(here, 'v.h5'), 'rows')).toEqual([{ file: 'b.h5', rows: [3, 6], reason: 'b.h5 is not there' }]);
    expect(absent(join(here, 'v.h5'), 'every')).toEqual([{ file: 'b.h5', rows: [1, 8], reason: 'b.h5 is not there' }]);
    renameSync(join(here, 'away.h5'), join(here, 'b.h5'));
    truncateSync(join(here, 'c.h5'), 1000);
    expect(absent(join(here, 'v.h5'), 'rows')).toEqual([{ file: 'c.h5', rows: [6, 9], reason: expect.stringMatching(/c\.h5 cannot be opened: .*shorter than its header/) }]);
    execFileSync('/usr/bin/python3', ['-c', "import h5py, sys\nwith h5py.File(sys.argv[1] + '/c.h5', 'w') as f: f['x'] = [[1, 2]]\nwith h5py.File(sys.argv[1] + '/a.h5', 'w') as f: f['y'] = 1", here]);
    expect(absent(join(here, 'v.h5'), 'rows').map(({ rows, reason }) => [rows, reason])).toEqual([
      [[0, 3], expect.stringMatching(/a\.h5 has no dataset x that can be read/)],
      [[6, 9], 'x of c.h5 has the shape [1, 2]; the virtual dataset takes more of it'],
    ]);
  });

  test('a file that was named by its place and has moved with the virtual one is found beside it', () => {
    execFileSync('/usr/bin/python3', ['-c', program, here]);
    renameSync(here, `${here}-moved`);
    expect(absent(join(`${here}-moved`, 'v.h5'), 'rows')).toEqual([]);
    expect(Number((openNow(join(`${here}-moved`, 'v.h5')).dataset('rows').read() as BigInt64Array)[0])).toBe(97);
  });
});
