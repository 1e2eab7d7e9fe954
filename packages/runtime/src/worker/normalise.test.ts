import { describe, expect, test } from 'vitest';
import { Labelled, NdArray, array, labelled, ndarray, skip, viewKinds, type NdArray as Nd, type ViewKind } from '@trainyard/core';
import { normalise } from './normalise.ts';

const vector = array([1, 2, 3]) as unknown as Nd<1>;
const image = array([[1, 2], [3, 4]]) as unknown as Nd<2>;
const stack = array([[[1]], [[2]]] as unknown as number[][]) as unknown as Nd<3>;
const value = (kind: ViewKind, returned: unknown): any => (normalise(kind, returned) as { value: unknown }).value;

test.each(viewKinds)('%s: nothing and skip give a reason', (kind) => {
  expect([undefined, null, skip('closed')].map((returned) => normalise(kind, returned))).toEqual([{ none: 'the view returned nothing' }, { none: 'the view returned nothing' }, { none: 'closed' }]);
});

test('scalars', () => {
  expect([3, NaN, -Infinity, 7n, true, array(5), array([[8]])].map((one) => value('scalar', one))).toEqual([3, NaN, -Infinity, 7, 1, 5, 8]);
});

test('arrays of each kind', () => {
  expect(value('vector', [1, 2]).toNested()).toEqual([1, 2]);
  expect(value('vector', new Uint16Array([1, 2]))).toMatchObject({ dtype: 'uint16', shape: [2] });
  expect(value('vector', [])).toMatchObject({ shape: [0] });
  expect(value('vector', { on: [1], off: vector }).off).toBe(vector);
  expect(value('vector', { on: [1] }).on).toBeInstanceOf(NdArray);
  expect(value('points', [[1, 2], [3, 4]])).toMatchObject({ shape: [2, 2] });
  expect(value('points', [])).toMatchObject({ shape: [0, 2] });
  expect(value('image', image)).toBe(image);
  for (const any of [vector, image, stack]) expect(value('matrix', any)).toBe(any);
  const named = labelled(image, { axes: [{ name: 'y', values: [1, 2] }, { name: 'x', unit: 'px', values: Float64Array.of(0, 1, 2) }], errors: image as unknown as Nd });
  expect(value('image', named)).toBe(named);
});

test('series share an axis, and may have errors', () => {
  const t = { axes: [{ name: 'time', unit: 's', values: [0, 0.1, 0.2] }] };
  const pulse = value('vector', labelled({ real: vector, envelope: [1, 2, 3] }, { ...t, errors: array([[1, 1, 1], [2, 2, 2]]) as unknown as Nd }));
  expect(pulse).toBeInstanceOf(Labelled);
  expect([Object.keys(pulse.array), pulse.array.envelope.toNested(), pulse.labels.axes]).toEqual([['real', 'envelope'], [1, 2, 3], t.axes]);
  const refused = (series: Record<string, Nd<1> | number[]>, labels: object): void => expect(() => normalise('vector', labelled(series, labels))).toThrow(expect.objectContaining({ code: 'VIEW_RESULT' }));
  refused({ a: vector, b: [1, 2] }, t);
  refused({}, t);
  refused({ a: [1, 2] }, { axes: [{ name: 'time', values: [1, 2, 3, 4] }] });
  refused({ a: vector }, { errors: vector });
  expect(() => normalise('image', labelled({ a: vector }, t))).toThrow(expect.objectContaining({ code: 'VIEW_RESULT' }));
});

test('texts, tables and anything', () => {
  expect(value('text', '')).toBe('');
  const table = value('table', { x: [1, 2], name: ['a', 'b'], y: vector.slice('0:2') });
  expect([table.x.toNested(), table.name, table.y.toNested()]).toEqual([[1, 2], ['a', 'b'], [1, 2]]);
  expect(value('table', {})).toEqual({});
  expect(value('table', { x: [] }).x).toMatchObject({ shape: [0] });
  const map = new Map();
  expect(value('compute', map)).toBe(map);
});

describe('what does not fit says what came and what would', () => {
  test.each<[ViewKind, unknown, RegExp]>([
    ['scalar', image, /scalar view returned an array of shape \(2, 2\); a scalar is one number: \.sum\(\)/],
    ['scalar', '3', /returned string "3"/],
    ['scalar', [1], /a list of 1/],
    ['scalar', { a: 1 }, /an object/],
    ['vector', image, /shape \(2, 2\); a vector has one axis: \.mean\(\{ axis: 0 \}\)/],
    ['vector', 3, /number 3/],
    ['vector', { on: image }, /a vector has one axis/],
    ['image', stack, /shape \(2, 1, 1\); an image has two axes/],
    ['image', vector, /shape \(3\)/],
    ['image', labelled(vector, {}), /an image has two axes/],
    ['image', () => 1, /function/],
    ['points', vector, /shape \(n, 2\)/],
    ['points', ndarray(new Float32Array(12), [3, 4]), /shape \(3, 4\).*\(n, 2\), or \(n, 3\)/],
    ['matrix', 'x', /string "x"/],
    ['text', 3, /a text view returns a string/],
    ['table', [1], /an object of columns/],
    ['table', 'x', /an object of columns/],
    ['table', { x: 3 }, /table view returned number 3/],
    ['table', { x: null }, /table view returned object null/],
    ['table', { x: [1, 2], y: [1] }, /column "y" of 1 and "x" of 2/],
    ['vector', labelled(vector, { axes: [{ name: 'q', values: [1, 2] }] }), /axis "q" has 2 values; give one for each element \(3\), or the edges \(4\)/],
    ['vector', labelled(vector, { axes: [{ name: 'a' }, { name: 'b' }] }), /with 2 axes in its labels/],
    ['vector', labelled(vector, { errors: image as unknown as Nd }), /errors of shape \(2, 2\)/],
  ])('%s', (kind, returned, message) => {
    expect(() => normalise(kind, returned)).toThrow(expect.objectContaining({ code: 'VIEW_RESULT', message: expect.stringMatching(message) }));
  });

  test('ragged lists', () => {
    expect(() => normalise('points', [[1, 2], [3]])).toThrow(/ragged/);
    expect(() => normalise('vector', ['a', 'b'])).toThrow(/no number/);
    expect(() => normalise('table', { a: [1, 'x'] })).toThrow(/no number/);
  });
});
