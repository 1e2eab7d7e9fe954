import { array, type NdArray } from '@trainyard/nd';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growingHistogram } from './growing-histogram.ts';
import { growingHistogram2d } from './growing-histogram2d.ts';
import { histogram2d } from './histogram2d.ts';

const made = growingHistogram2d({ x: { width: 0.5, bins: 8, unit: 'V' }, y: { width: 10, bins: 5, origin: 3 } });
const fold = (pairs: readonly (readonly [number, number])[]) => pairs.reduce((state, [x, y], i) => made.add(state, { x, y }, i + 1), made.initial());
const edgesOf = (axis: number, pairs: readonly (readonly [number, number])[]) => Array.from(made.result(fold(pairs))!.labels.axes![axis]!.values!);

describe('growingHistogram2d', () => {
  test('counts as histogram2d does over the range that it has grown to, and along each axis as growingHistogram does', () => {
    const value = fc.integer({ min: -4000, max: 4000 }).map((n) => n / 8);
    fc.assert(fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 40 }), fc.nat(40), (pairs, at) => {
      const whole = made.result(fold(pairs))!;
      const [y, x] = [edgesOf(0, pairs), edgesOf(1, pairs)];
      expect(x.length - 1).toBeLessThanOrEqual(8);
      expect(y.length - 1).toBeLessThanOrEqual(5);
      const fixed = histogram2d({ x: { bins: x.length - 1, range: [x[0]!, x.at(-1)!] }, y: { bins: y.length - 1, range: [y[0]!, y.at(-1)!] } });
      const counted = fixed.result(pairs.reduce((state, [a, b], i) => fixed.add(state, { x: a, y: b }, i + 1), fixed.initial()))!;
      expect(whole.array.equals(counted.array)).toBe(true);
      expect(whole.labels.counts).toEqual({ pairs: pairs.length, outside: 0, incomplete: 0 });
      const alone = growingHistogram({ width: 0.5, bins: 8 });
      const marginal = alone.result(alone.add(alone.initial(), array(pairs.map(([a]) => a)), 1))!;
      expect(Array.from(marginal.labels.axes![0]!.values!)).toEqual(x);
      expect((whole.array.sum({ axis: 0 }) as NdArray).equals(marginal.array)).toBe(true);
      // In parts, and the other way round.
      const parts = made.result(made.merge(fold(pairs.slice(0, at)), fold(pairs.slice(at))))!;
      expect(parts.array.equals(whole.array)).toBe(true);
      expect(made.result(fold(pairs.toReversed()))!.array.equals(whole.array)).toBe(true);
    }), { numRuns: 200 });
  });

  test('takes several pairs of a train, and says what was none', () => {
    let state = made.add(made.initial(), { x: array([1, 2, NaN]), y: array([5, 5, 5]) }, 1);
    state = made.add(state, { x: undefined, y: array([1, 2]) }, 2);
    state = made.add(state, { x: 1e300, y: 5 }, 3);
    state = made.add(state, { x: 7, y: array([4, 40]) }, 4);
    const { array: counts, labels } = made.result(state)!;
    expect(labels).toMatchObject({ unit: 'counts', counts: { pairs: 5, outside: 1, incomplete: 3 }, axes: [{ name: 'y' }, { name: 'x', unit: 'V' }] });
    expect([counts.sum(), counts.shape]).toEqual([4, [4, 7]]);
    expect(made.result(made.initial())).toBeUndefined();
    expect(made.result(made.add(made.initial(), { x: undefined, y: 3 }, 1))!.array.shape).toEqual([0, 0]);
  });

  test('refuses bins that are none', () => {
    for (const x of [{ width: 0 }, { width: 1, bins: 1 }, { width: 1, origin: NaN }]) expect(() => growingHistogram2d({ x, y: { width: 1 } })).toThrow(expect.objectContaining({ code: 'REDUCER_BINS' }));
    expect(() => made.add(made.initial(), { x: array([1, 2]), y: array([1, 2, 3]) }, 1)).toThrow(expect.objectContaining({ code: 'REDUCER_PAIRS' }));
  });
});
