import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHdf5 } from '@trainyard/hdf5';
import { errorCode as code } from '@trainyard/kernels/testing';
import { afterAll, expect, it } from 'vitest';
import { ArrayFiles } from './array-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'array-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(path: string, first: number): Promise<void> {
  const file = await openHdf5(path, 'w');
  file.createDataset('agipd/offset', { dtype: 'float32', shape: [3, 2, 2], data: Float32Array.from({ length: 12 }, (_, i) => first + i), chunks: [1, 2, 2], deflate: 1 });
  file.createDataset('agipd/cellId', { data: Uint16Array.of(4, 7) });
  file.createDataset('agipd/title', { data: ['dark'] });
  file.close();
}

it('gives arrays of numbers and parts of them, and another object when the file has changed', async () => {
  const path = join(folder, 'constants.h5');
  await write(path, 0);
  const files = new ArrayFiles();
  const before = files.open(path);
  expect(files.open(path)).toBe(before);
  expect([...before.arrays]).toEqual([['agipd/cellId', { shape: [2], dtype: 'uint16' }], ['agipd/offset', { shape: [3, 2, 2], dtype: 'float32' }]]);
  expect(before.read('agipd/offset', [[1, 3], [1, 2]]).toNested()).toEqual([[[6, 7]], [[10, 11]]]);
  expect(before.read('agipd/cellId').toNested()).toEqual([4, 7]);
  await write(path, 100);
  utimesSync(path, 1, 1);
  const after = files.open(path);
  expect(after).not.toBe(before);
  expect(after.read('agipd/offset', [[0, 1]]).toNested()).toEqual([[[100, 101], [102, 103]]]);
  expect(code(() => after.read('agipd/gain'))).toBe('ARRAY_FILE');
  expect(code(() => after.read('agipd/offset', [[0, 9]]))).toBe('ARRAY_FILE');
  expect(code(() => after.read('agipd/cellId', [[0, 1], [0, 1]]))).toBe('ARRAY_FILE');
});

it('says what is no such file', () => {
  const files = new ArrayFiles();
  expect(code(() => files.open(join(folder, 'none.h5')))).toBe('ARRAY_FILE');
  writeFileSync(join(folder, 'text.h5'), 'hello');
  expect(code(() => files.open(join(folder, 'text.h5')))).toBe('ARRAY_FILE');
  expect(code(() => files.open(folder))).toBe('ARRAY_FILE');
});
