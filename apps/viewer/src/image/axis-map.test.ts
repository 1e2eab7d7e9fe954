import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { axisMap, edgesOf } from './axis-map.ts';

it('without coordinates a pixel centre is its number', () => {
  const map = axisMap(undefined, 10, 'x (px)');
  expect([map.label, map.toCoordinate(0.5), map.toEdge(0)]).toEqual(['x (px)', 0, 0.5]);
});

it('takes centres, edges, and arrays that came over the wire', () => {
  expect([...edgesOf([10, 20, 30], 3)!]).toEqual([5, 15, 25, 35]);
  expect([...edgesOf([0, 1, 4], 2)!]).toEqual([0, 1, 4]);
  expect(edgesOf([1, 2], 5)).toBeUndefined();
  expect(edgesOf([1, Number.NaN], 2)).toBeUndefined();
  const wired = ndarray(Float64Array.of(10, 20, 30), [3]) as unknown as ArrayLike<number>;
  expect(axisMap({ name: 'q', unit: '1/nm', values: wired }, 3, 'x').toCoordinate(0.5)).toBe(10);
});

it('goes to coordinates and back, rising and falling', () => {
  for (const values of [[0, 1, 3, 7], [7, 3, 1, 0]]) {
    const map = axisMap({ name: 'x', values }, 4, 'x');
    for (const edge of [0, 0.3, 1.5, 2.9, 4]) expect(map.toEdge(map.toCoordinate(edge))).toBeCloseTo(edge);
  }
});
