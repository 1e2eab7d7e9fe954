import { describe, expect, test } from 'vitest';
import { ndarray } from './index.ts';

// The documented order, written a second time and slowly: results must agree to the bit, since stored results depend on it.

const [rows, columns] = [3, 9001];
const values = Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 1.7) * 10 ** (i % 9));
const a = ndarray(values, [rows, columns]);

function rowSum(row: Float64Array): number {
  let total = 0;
  for (let block = 0; block < row.length; block += 4096) {
    const lanes = [0, 0, 0, 0];
    row.subarray(block, block + 4096).forEach((x, i) => (lanes[i % 4] += x));
    total += lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
  }
  return total;
}

describe('sums', () => {
  const sums = Array.from({ length: rows }, (_, k) => rowSum(values.subarray(k * columns, (k + 1) * columns)));
  test('along the last axis: blocks of 4096, four lanes', () => {
    expect(a.sum({ axis: 1 }).toNested()).toEqual(sums);
  });
  test('of everything: rows in order', () => {
    expect(a.sum()).toBe(sums.reduce((s, x) => s + x, 0));
  });
  test('along another axis: one after another', () => {
    const expected = Array.from({ length: columns }, (_, j) => [0, 1, 2].reduce((s, i) => s + values[i * columns + j], 0));
    expect(a.sum({ axis: 0 }).toNested()).toEqual(expected);
  });
  test('of a view: as of its copy, in every dtype', () => {
    for (const dtype of ['float64', 'float32', 'int32', 'uint16', 'int64'] as const) {
      const view = a.clip(0, 60000).astype(dtype).slice('::-1, 5::3');
      expect([view.sum(), view.std(), view.T.mean()]).toEqual([view.copy().sum(), view.copy().std(), view.T.copy().mean()]);
    }
  });
});
