import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PointFinder, type Standing } from './point-finder.ts';

function follow(values: readonly number[], within: number, settle: number): Standing[] {
  const finder = new PointFinder(within, settle);
  return values.map((value) => finder.take(value));
}

describe('points of a value', () => {
  test('begin when it has stayed for so many trains, and end when it leaves', () => {
    expect(follow([1, 1, 1, 2, 2, 2, 2], 0.1, 1)).toEqual(['moving', 'new', 'same', 'moving', 'new', 'same', 'same']);
    expect(follow([1, 1, 5, 5, 5], 0.1, 0)).toEqual(['new', 'same', 'new', 'same', 'same']);
    expect(follow([1, 1.5, 2, 2, 2, 2], 0.1, 2)).toEqual(['moving', 'moving', 'moving', 'moving', 'new', 'same']);
  });

  test('noise within the limit is one point, also at the limit; NaN is no place', () => {
    expect(follow([1, 1.25, 0.75, 1.25], 0.25, 0)).toEqual(['new', 'same', 'same', 'same']);
    expect(follow([1, NaN, NaN, 1, 1], 0.25, 0)).toEqual(['new', 'moving', 'moving', 'new', 'same']);
  });

  test('are the stretches within the limit of their first value, less the trains that settle', () => {
    const values = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60 });
    fc.assert(fc.property(values, fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }), (list, within, settle) => {
      const wanted: Standing[] = [];
      for (let start = 0; start < list.length; ) {
        let end = start + 1;
        while (end < list.length && Math.abs(list[end]! - list[start]!) <= within) end += 1;
        for (let i = start; i < end; i++) wanted.push(i < start + settle ? 'moving' : i === start + settle ? 'new' : 'same');
        start = end;
      }
      expect(follow(list, within, settle)).toEqual(wanted);
    }));
  });

  test('go on from what was saved', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 }), fc.nat(29), (list, cut) => {
      const finder = new PointFinder(1, 2);
      const first = list.slice(0, cut).map((value) => finder.take(value));
      const next = new PointFinder(1, 2);
      next.restore(structuredClone(finder.save()));
      expect([...first, ...list.slice(cut).map((value) => next.take(value))]).toEqual(follow(list, 1, 2));
    }));
  });
});
