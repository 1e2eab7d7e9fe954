import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NdArray, arange, array, dtypes, zeros, type DType } from '@trainyard/core';
import type { CurveRendition, PanelData } from '@trainyard/control';
import { curveOf } from './curve.ts';

const as = (pixels: number, window?: readonly [number, number]): CurveRendition => ({ as: 'curve', pixels, ...(window && { window }) });
const nd = (value: unknown): NdArray => value as NdArray;
const plain = (value: unknown): unknown => nd(value).toNested();

test('the smallest and the largest of each pixel are kept, in their order, at most two for each line and pixel', () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(NaN, 0, 5, Infinity, -Infinity));
  const lines = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 3 })).chain(([length, count]) => fc.array(fc.array(value, { minLength: length, maxLength: length }), { minLength: count, maxLength: count }));
  fc.assert(fc.property(lines, fc.integer({ min: 1, max: 12 }), fc.option(fc.tuple(fc.nat(70), fc.nat(70)), { nil: undefined }), (rows, pixels, window) => {
    const { length } = rows[0]!;
    const series = Object.fromEntries(rows.map((row, i) => [`s${i}`, nd(array(row, 'float64'))]));
    const curve = curveOf(series, undefined, as(pixels, window));
    const [from, to] = [Math.min(window?.[0] ?? 0, length), Math.max(Math.min(window?.[0] ?? 0, length), Math.min(window?.[1] ?? length, length))];
    if (!curve.reduced) {
      expect(to - from).toBeLessThanOrEqual(2 * pixels);
      expect(curve.value).toBe(series);
      return;
    }
    const { kept } = curve.reduced;
    expect(curve.reduced.length).toBe(length);
    expect([...kept]).toEqual([...new Set(kept)].sort((a, b) => a - b));
    expect(kept.every((i) => i >= from && i < to)).toBe(true);
    expect(kept.length).toBeLessThanOrEqual(Math.max(2 * pixels, 2 * pixels * rows.length));
    for (const [i, row] of rows.entries()) {
      expect(plain((curve.value as Record<string, unknown>)[`s${i}`])).toEqual(Array.from(kept, (at) => row[at]));
      for (let pixel = 0; pixel < pixels; pixel += 1) {
        const inside = (at: number): boolean => at >= from + Math.floor((pixel * (to - from)) / pixels) && at < from + Math.floor(((pixel + 1) * (to - from)) / pixels);
        const values = row.filter((value, at) => inside(at) && !Number.isNaN(value));
        const left = Array.from(kept).filter(inside).map((at) => row[at]!).filter((value) => !Number.isNaN(value));
        // `===`: of 0 and -0, which are the same extreme, either may be kept.
        expect(Math.min(...left) === Math.min(...values)).toBe(true);
        expect(Math.max(...left) === Math.max(...values)).toBe(true);
      }
    }
  }), { numRuns: 400 });
});

describe('labels and kinds', () => {
  test('coordinates and errors are cut with the values', () => {
    const { value, labels, reduced } = curveOf(nd(array([0, 9, 1, 1, 1, -9, 1, 1])), { unit: 'V', axes: [{ name: 't', values: [0, 10, 20, 30, 40, 50, 60, 70] }], errors: nd(array([1, 2, 3, 4, 5, 6, 7, 8])) }, as(2));
    expect([...reduced!.kept]).toEqual([0, 1, 4, 5]);
    expect(plain(value)).toEqual([0, 9, 1, -9]);
    expect(labels).toMatchObject({ unit: 'V', axes: [{ name: 't', values: Float64Array.of(0, 10, 40, 50) }] });
    expect(plain(labels!.errors)).toEqual([1, 2, 5, 6]);
  });

  test('of edges come the middles of the kept bins, and the edges where no bin between is left out', () => {
    const edges = { axes: [{ name: 'energy', values: [0, 10, 20, 30, 40, 60, 80, 100, 120] }] };
    const values = (rendition: CurveRendition) => curveOf(nd(array([0, 9, 1, 1, 1, -9, 1, 1])), edges, rendition).labels!.axes![0]!.values;
    expect(values(as(2))).toEqual(Float64Array.of(5, 15, 50, 70));
    expect(values(as(2, [3, 6]))).toEqual(Float64Array.of(30, 40, 60, 80));
    expect(values(as(2, [8, 8]))).toEqual(new Float64Array(0));
  });

  test('rows of an array share the elements; a whole image is no bundle of lines', () => {
    const { value, reduced } = curveOf(nd(array([[0, 5, 0, 0], [0, 0, 0, 7]])), undefined, as(1));
    expect([...reduced!.kept]).toEqual([0, 1, 3]);
    expect(plain(value)).toEqual([[0, 5, 0], [0, 0, 7]]);
    const image = nd(zeros([100, 100]));
    expect(curveOf(image, undefined, as(3)).value).toBe(image);
  });

  test('columns of texts and lists go with their series; series of another length stay as they are', () => {
    const { value } = curveOf({ y: nd(arange(6)), name: ['a', 'b', 'c', 'd', 'e', 'f'], other: nd(arange(3)), z: nd(zeros([6])) }, undefined, as(1));
    expect(Object.entries(value).map(([name, one]: [string, unknown]) => [name, one instanceof NdArray ? one.toNested() : one])).toEqual([['y', [0, 5]], ['name', ['a', 'f']], ['other', [0, 1, 2]], ['z', [0, 0]]]);
  });

  test.each(dtypes as readonly DType[])('%s stays %s', (dtype) => {
    const cut = nd(curveOf(nd(array([0, 1, 0, 0, 0, 0], dtype)), undefined, as(1)).value);
    expect(cut).toMatchObject({ dtype, shape: [2] });
    expect(cut.toNested()).toEqual(nd(array([0, 1], dtype)).toNested());
  });

  test.each<[string, PanelData]>([['a number', 3], ['a text', 'x'], ['a switch', true], ['an array of no axis', nd(array(5))], ['an empty one', nd(zeros([0]))], ['no series', {}], ['texts', { a: ['x', 'y', 'z'] }]])('%s is itself', (_, value) => {
    expect(curveOf(value, { unit: 'm' }, as(1))).toEqual({ value, labels: { unit: 'm' } });
  });

  test('a gap stays one, and a window without reduction says which elements it has', () => {
    expect(plain(curveOf(nd(array([1, 2, 3, NaN, NaN, NaN, 4, 5, 6])), undefined, as(3)).value)).toEqual([1, 3, NaN, 4, 6]);
    expect([...curveOf(nd(arange(10)), undefined, as(100, [4, 7])).reduced!.kept]).toEqual([4, 5, 6]);
  });
});
