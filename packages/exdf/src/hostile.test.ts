import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Hdf5Error } from '@trainyard/hdf5';
import { ExdfError } from './exdf-error.ts';
import { goneOr } from './open/gone.ts';
import { openRun } from './open/open-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'exdf-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
const golden = fileURLToPath(new URL('../golden/runs/', import.meta.url));
const isOurs = (error: unknown): boolean => error instanceof ExdfError || error instanceof Hdf5Error;

/** Opens and reads all there is; every error on the way must be one of ours. */
async function readAll(path: string): Promise<number> {
  let values = 0;
  try {
    const run = await openRun(path, { runMap: 'off' });
    for (const source of run.sources.values()) {
      for (const key of source.keys.values()) {
        for (const work of [() => key.read().data.length, () => key.readTrain(run.trainIds[0] ?? 1)?.data.length ?? 0, () => key.counts().counts.length, () => key.units?.length ?? 0]) {
          try {
            values += work();
          } catch (error) {
            if (!isOurs(error)) throw error;
          }
        }
      }
    }
    run.close();
  } catch (error) {
    if (!isOurs(error)) throw error;
  }
  return values;
}

describe('whatever bytes are damaged', () => {
  // A fixed seed: the library itself can circle for ever on some damage, which is why untrusted files are read in workers.
  test.each(['v0.5/RAW-R0007-DA01-S00000.h5', 'v1.2/RAW-R0007-DA01-S00001.h5', 'mixed/RAW-R0007-DA01-S00000.h5'])('of %s: values or an error by name', async (name) => {
    const whole = readFileSync(join(golden, name));
    const path = join(folder, 'RAW-R0001-DA01-S00000.h5');
    expect(await readAll(join(golden, name))).toBeGreaterThan(0);
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), async (damage) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of damage) bytes[at] = value;
      writeFileSync(path, bytes);
      expect(await readAll(path)).toBeGreaterThanOrEqual(0);
    }), { numRuns: 60, seed: 7 });
  });

  test('cut at any length', async () => {
    const whole = readFileSync(join(golden, 'v0.5/RAW-R0007-DA01-S00000.h5'));
    for (let length = 0; length < whole.length; length += 997) {
      writeFileSync(join(folder, 'RAW-R0001-DA01-S00000.h5'), whole.subarray(0, length));
      await expect(openRun(folder, { runMap: 'off' })).rejects.toMatchObject({ code: 'EXDF_UNUSABLE' });
    }
  });
});

describe('a place that does not answer', () => {
  test.each(['ENOENT', 'ESTALE', 'EIO', 'ETIMEDOUT'])('%s is a file that has gone', (code) => {
    const broken = (): never => {
      throw Object.assign(new Error('read failed'), { code });
    };
    expect(() => goneOr('/raw/r0001/a.h5', broken)).toThrow(expect.objectContaining({ code: 'EXDF_GONE', where: '/raw/r0001/a.h5', message: expect.stringContaining(`(${code})`) }));
  });

  test('other errors are what they are', () => {
    const mine = new Error('mine');
    expect(() => goneOr(folder, () => {
      throw mine;
    })).toThrow(mine);
    expect(goneOr('/nowhere', () => 5)).toBe(5);
  });
});

const python = spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status === 0;
test.skipIf(!python)('data in an external file: its values; without it an error, not zeros', async () => {
  execFileSync('/usr/bin/python3', ['-c', `
import h5py, sys, os, numpy as np
os.chdir(sys.argv[1])
np.arange(4, dtype='f8').tofile('values.bin')
with h5py.File('RAW-R0001-DA01-S00000.h5', 'w') as f:
    f['METADATA/dataFormatVersion'] = [b'1.2']; f['METADATA/dataSources/dataSourceId'] = [b'INSTRUMENT/A/B/1:out/data']
    f['INDEX/trainId'] = [1, 2, 3, 4]; f['INDEX/flag'] = [1, 1, 1, 1]
    f['INDEX/A/B/1:out/data/first'] = [0, 1, 2, 3]; f['INDEX/A/B/1:out/data/count'] = [1, 1, 1, 1]
    f.create_dataset('INSTRUMENT/A/B/1:out/data/x', (4,), 'f8', external=[(os.path.abspath('values.bin'), 0, 32)])
`, folder]);
  const run = await openRun(folder);
  const key = run.key('A/B/1:out', 'data.x');
  expect(key.read().data).toEqual(Float64Array.of(0, 1, 2, 3));
  run.close();
  rmSync(join(folder, 'values.bin'));
  const without = await openRun(folder);
  expect(() => without.key('A/B/1:out', 'data.x').read()).toThrow(expect.objectContaining({ code: 'HDF5_READ' }));
  without.close();
});
