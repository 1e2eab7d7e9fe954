import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, histogram as ndHistogram } from '@trainyard/nd';
import { histogram } from './histogram.ts';
import { mean } from './mean.ts';

const counted = (bins: number, range: readonly [number, number], values: readonly number[]) => {
  const reducer = histogram({ bins, range });
  return values.reduce((state, value) => reducer.add(state, value, 1), reducer.initial());
};

describe('histogram', () => {
  test('bins are half-open, the last is closed; what is outside and NaN is counted apart', () => {
    const state = counted(4, [0, 1], [0, 0.25, 0.5, 0.75, 1, -0.1, 1.1, NaN, -Infinity, Infinity, -0]);
    expect(state).toEqual({ counts: Float64Array.of(2, 1, 1, 2), below: 2, above: 2, nan: 1 });
  });

  test("numpy's edges decide: np.histogram(np.arange(11) / 10, 10, (0, 1))", () => {
    // numpy 1.26: np.histogram(np.arange(11) / 10, 10, (0, 1))[0]: 0.3 lies below numpy's own edge 0.30000000000000004
    expect([...counted(10, [0, 1], Array.from({ length: 11 }, (_, i) => i / 10)).counts]).toEqual([1, 1, 2, 0, 1, 2, 1, 0, 1, 2]);
  });

  test('every edge falls into the bin that it begins', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (bins, low, width) => {
      const reducer = histogram({ bins, range: [low, low + width] });
      const edges = [...(reducer.result(reducer.initial())!.labels.axes![0]!.values as Float64Array)];
      const { counts, below, above } = counted(bins, [low, low + width], edges);
      expect([below, above]).toEqual([0, 0]);
      expect([...counts]).toEqual(Array.from({ length: bins }, (_, i) => (i === bins - 1 ? 2 : 1)));
    }));
  });

  test('counts as histogram of nd does, which is tested against numpy', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -2, max: 3, noNaN: true }), { minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 40 }), (values, bins) => {
      const expected = ndHistogram(array(values), { bins, range: [-1, 2] }).counts;
      expect([...counted(bins, [-1, 2], values).counts]).toEqual(expected.toNested());
    }));
  });

  test('an array counts every element; the result has edges and units and is no view of the state', () => {
    const reducer = histogram({ bins: 2, range: [0, 4], unit: 'ADU' });
    const state = reducer.add(reducer.initial(), array([[0, 1, 2], [3, 4, 5]], 'uint16'), 1);
    const { array: counts, labels } = reducer.result(state)!;
    expect([counts.toNested(), state.above]).toEqual([[2, 3], 1]);
    expect(labels).toEqual({ unit: 'counts', axes: [{ name: 'value', unit: 'ADU', values: Float64Array.of(0, 2, 4) }], counts: { below: 0, above: 1, nan: 0 } });
    reducer.add(state, 0, 2);
    expect(counts.toNested()).toEqual([2, 3]);
    expect(reducer.name).toBe('histogram(bins=2, range=[0, 4])');
  });

  test.each([[{ bins: 0, range: [0, 1] }], [{ bins: 1.5, range: [0, 1] }], [{ bins: 3, range: [1, 1] }], [{ bins: 3, range: [2, 1] }], [{ bins: 3, range: [0, NaN] }], [{ bins: 3, range: [0, Infinity] }]] as const)('refuses %o', (options) => {
    expect(() => histogram(options)).toThrow(expect.objectContaining({ code: 'REDUCER_BINS' }));
  });
});

describe('mean', () => {
  test('of numbers is a number, booleans count as 0 and 1, NaN stays', () => {
    const reducer = mean();
    const of = (values: readonly unknown[]) => reducer.result(values.reduce<ReturnType<typeof reducer.initial>>((state, value) => reducer.add(state, value as number, 1), reducer.initial()));
    expect(of([1, 2, 6])).toBe(3);
    expect(of([true, false, true, true])).toBe(0.75);
    expect(of([1, NaN])).toBeNaN();
  });

  test('merging changes neither state', () => {
    const reducer = mean();
    const a = reducer.add(reducer.initial(), array([1, 2]), 1);
    const b = reducer.add(reducer.initial(), array([3, 4]), 2);
    const kept = structuredClone([a, b]);
    expect(reducer.merge(a, b)).toMatchObject({ count: 2, columns: [Float64Array.of(4, 6)] });
    expect([a, b]).toEqual(kept);
    expect(reducer.merge(a, reducer.initial())).toEqual(a);
    expect(reducer.merge(reducer.initial(), b)).toEqual(b);
  });

  test('with trains is a window', () => {
    expect(mean({ trains: 5 })).toMatchObject({ window: 5, name: 'mean(trains=5)' });
    expect('window' in mean()).toBe(false);
    expect(() => mean({ trains: 0 })).toThrow(expect.objectContaining({ code: 'REDUCER_WINDOW' }));
  });
});
