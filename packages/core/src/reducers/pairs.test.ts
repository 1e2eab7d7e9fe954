import { describe, expect, test } from 'vitest';
import { array } from '@trainyard/nd';
import { binning } from './binning.ts';
import { binning2d } from './binning2d.ts';
import { correlation } from './correlation.ts';
import { histogram2d } from './histogram2d.ts';
import { eachPair } from './pairs.ts';
import { scatter } from './scatter.ts';

const pairsOf = (x: unknown, y: unknown): { pairs: number[][]; incomplete: number } => {
  const pairs: number[][] = [];
  const incomplete = eachPair({ x, y } as never, 'A test', (a, b) => pairs.push([a, b]));
  return { pairs, incomplete };
};

describe('the pairs of a train', () => {
  test('are one of numbers, as many as entries of arrays, every entry with a number beside it', () => {
    expect(pairsOf(1, 2)).toEqual({ pairs: [[1, 2]], incomplete: 0 });
    expect(pairsOf(true, 2n)).toEqual({ pairs: [[1, 2]], incomplete: 0 });
    expect(pairsOf(array([1, 2]), new Uint16Array([3, 4]))).toEqual({ pairs: [[1, 3], [2, 4]], incomplete: 0 });
    expect(pairsOf(array([[1], [2]]), 5)).toEqual({ pairs: [[1, 5], [2, 5]], incomplete: 0 });
    expect(pairsOf(5, array([[1], [2]]))).toEqual({ pairs: [[5, 1], [5, 2]], incomplete: 0 });
    expect(pairsOf(array([]), 5)).toEqual({ pairs: [], incomplete: 0 });
    expect(pairsOf(array([[1, 2], [3, 4]]).T, array([[1, 2], [3, 4]]))).toEqual({ pairs: [[1, 1], [3, 2], [2, 3], [4, 4]], incomplete: 0 });
  });

  test('are incomplete where a side is missing or not finite', () => {
    expect(pairsOf(array([1, NaN, 3, 4]), array([1, 2, Infinity, 4]))).toEqual({ pairs: [[1, 1], [4, 4]], incomplete: 2 });
    expect(pairsOf(undefined, array([1, 2, 3]))).toEqual({ pairs: [], incomplete: 3 });
    expect(pairsOf(1, undefined)).toEqual({ pairs: [], incomplete: 1 });
  });

  test('cannot be made of unlike shapes or of what is no number: nothing is put', () => {
    const unlike = (message: string) => expect.objectContaining({ code: 'REDUCER_PAIRS', message: expect.stringContaining(message) as string });
    expect(() => pairsOf(array([1, 2]), array([1, 2, 3]))).toThrow(unlike('A test takes its inputs entry by entry, but x has the shape (2), y has the shape (3): give each one value per pulse, or one of them a single number.'));
    expect(() => pairsOf('a', 1)).toThrow(expect.objectContaining({ code: 'REDUCER_VALUE', message: 'A test folds numbers and arrays, not a string: take the number or the array that is meant.' }));
    const bin = binning({ bins: 2, range: [0, 1] });
    expect(() => bin.add(bin.initial(), { value: array([1, 2]), by: array([0, 1, 2]) }, 1)).toThrow(unlike('value has the shape (2), by has the shape (3)'));
    expect(() => bin.add(bin.initial(), { value: 5, by: array([0]) }, 1)).toThrow(unlike('Binning'));
    const cells = binning2d({ x: { bins: 2, range: [0, 1] }, y: { bins: 2, range: [0, 1] } });
    expect(() => cells.add(cells.initial(), { value: array([1, 2]), x: 1, y: array([1]) }, 1)).toThrow(unlike('y has the shape (1)'));
  });
});

describe('what cannot be folded leaves the state as it was', () => {
  test.each([
    ['correlation', correlation(), { x: array([1, 2]), y: array([1]) }], ['scatter', scatter({ trains: 3 }), { x: array([1, 2]), y: array([1]) }],
    ['histogram2d', histogram2d({ x: { bins: 2, range: [0, 1] }, y: { bins: 2, range: [0, 1] } }), { x: 1, y: {} }],
    ['binning', binning({ bins: 2, range: [0, 1] }), { value: array([1, 2]), by: array([0.5, 0.1, 2]) }],
    ['binning of another shape', binning({ bins: 2, range: [0, 1] }), { value: array([1, 2]), by: 1 }],
  ] as const)('%s', (_, reducer, bad) => {
    const state: unknown = (reducer.add as (s: unknown, v: unknown, id: number) => unknown)(reducer.initial(), { x: 1, y: 1, value: 1, by: 1 }, 1);
    const before = structuredClone(state);
    expect(() => (reducer.add as (s: unknown, v: unknown, id: number) => unknown)(state, bad, 2)).toThrow(/./);
    expect(state).toEqual(before);
  });
});

describe('correlation', () => {
  const of = (...pairs: [number | undefined, number | undefined][]) => {
    const reducer = correlation();
    const result = reducer.result(pairs.reduce((state, [x, y], id) => reducer.add(state, { x, y }, id), reducer.initial()));
    return result && Object.fromEntries(Object.entries(result).map(([name, column]) => [name, column.item()]));
  };
  const none = { meanX: NaN, meanY: NaN, stdX: NaN, stdY: NaN, covariance: NaN, r: NaN, slope: NaN, intercept: NaN, slopeError: NaN };

  test('says what it cannot know', () => {
    expect(of()).toBeUndefined();
    expect(of([1, undefined], [undefined, 2])).toEqual({ ...none, pairs: 0, incomplete: 2 });
    expect(of([1, 2])).toEqual({ ...none, pairs: 1, incomplete: 0, meanX: 1, meanY: 2 });
    expect(of([1, 2], [3, 6])).toMatchObject({ pairs: 2, r: 1, slope: 2, intercept: 0, slopeError: NaN });
    // x is always the same; y is.
    expect(of([1, 2], [1, 3], [1, 4])).toMatchObject({ r: NaN, slope: NaN, intercept: NaN, slopeError: NaN, stdX: 0, stdY: 1 });
    expect(of([1, 2], [2, 2], [3, 2])).toMatchObject({ r: NaN, slope: 0, intercept: 2, slopeError: 0 });
  });
});
