import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { binOf, countIn, countPairs, distributionOf } from './distribution.ts';

const numbers = fc.array(fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.integer({ min: -20, max: 20 }), fc.constant(Number.NaN)), { maxLength: 200 });

it('counts as comparing each value with each edge does', () => {
  fc.assert(fc.property(numbers, fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }), fc.option(fc.tuple(fc.integer({ min: -30, max: 0 }), fc.integer({ min: 1, max: 30 })), { nil: undefined }), (values, bins, range) => {
    const { edges, counts, n, outside } = distributionOf(values, { bins, range });
    const finite = values.filter(Number.isFinite);
    const last = counts.length - 1;
    const naive = Array.from(counts, (_, k) => finite.filter((v) => v >= edges[k] && (k === last ? v <= edges[k + 1] : v < edges[k + 1])).length);
    expect([...counts]).toEqual(naive);
    expect(n).toBe(finite.length);
    expect(outside).toBe(finite.filter((v) => !(v >= edges[0] && v <= edges[edges.length - 1])).length);
    // By themselves the edges leave nothing out.
    if (!range) expect(outside).toBe(0);
    if (bins !== undefined && counts.length > 0) expect(counts.length).toBe(bins);
    expect(counts.length).toBeLessThanOrEqual(402);
  }), { numRuns: 400 });
});

it('knows mean, deviation and median', () => {
  expect(distributionOf([1, 2, 3, 4, Number.NaN], {})).toMatchObject({ n: 4, mean: 2.5, median: 2.5, std: Math.sqrt(1.25) });
  expect(distributionOf([5, 1, 9], {}).median).toBe(5);
  expect(distributionOf([], {})).toMatchObject({ n: 0, mean: Number.NaN, edges: new Float64Array(0) });
});

it('has bins around whole numbers for counts, and one for a value that never changes', () => {
  expect(distributionOf([1, 2, 2, 3], {})).toMatchObject({ edges: Float64Array.of(0.5, 1.5, 2.5, 3.5), counts: Float64Array.of(1, 2, 1) });
  const { edges, counts } = distributionOf([0.25, 0.25], {});
  expect([counts.reduce((a, b) => a + b), edges[0] <= 0.25, edges.at(-1)! >= 0.25]).toEqual([2, true, true]);
});

it('keeps its edges while values come', () => {
  const values = Array.from({ length: 500 }, (_, i) => Math.sin(i * 12.9) * 3);
  expect(distributionOf(values, {}).edges).toEqual(distributionOf([...values, 0.1], {}).edges);
});

it('counts pairs as counting them bin by bin does', () => {
  const edges = Float64Array.of(0, 1, 2, 3);
  fc.assert(fc.property(fc.array(fc.tuple(fc.double({ min: -1, max: 4, noNaN: true }), fc.double({ min: -1, max: 4, noNaN: true })), { maxLength: 80 }), (pairs) => {
    const counts = countPairs(pairs.map(([x]) => x), pairs.map(([, y]) => y), edges, edges);
    for (let row = 0; row < 3; row++) {
      const inRow = pairs.filter(([, y]) => binOf(y, edges) === row).map(([x]) => x);
      expect([...counts.subarray(row * 3, row * 3 + 3)]).toEqual([...countIn(inRow, edges)]);
    }
  }));
});
