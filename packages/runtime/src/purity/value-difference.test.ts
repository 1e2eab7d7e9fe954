import { array, labelled, ndarray } from '@trainyard/core';
import { expect, test } from 'vitest';
import { valueDifference } from './value-difference.ts';

test.each([
  [1, 1], [NaN, NaN], ['a', 'a'], [undefined, undefined], [null, null], [array([1, NaN, 3]), array([1, NaN, 3])], [{ x: array([1]) }, { x: array([1]) }], [labelled(array([1]), { unit: 'eV' }), labelled(array([1]), { unit: 'eV' })], [labelled({ a: [1, NaN] }, {}), labelled({ a: [1, NaN] }, {})],
  [array([[1, 2], [3, 4]]).transpose(), array([[1, 3], [2, 4]])], [new BigInt64Array([1n]), new BigInt64Array([1n])],
])('the same: %s', (a, b) => {
  expect(valueDifference(a, b)).toBeUndefined();
});

test.each<[unknown, unknown, string]>([
  [1, 2, '1, then 2'], [0, -0, '0, then -0'], [1, undefined, '1, then nothing'], ['a', 'b', '"a", then "b"'], [true, 1, 'true, then 1'],
  [array([1, 2, 3]), array([1, 2.5, 7]), '2 of 3 elements, the greatest difference is 4 at [2]: 3, then 7'],
  [array([[1, 2, 3], [4, 5, 6]]), array([[1, 2, 3], [4, 5.25, 6]]), '1 of 6 elements, the greatest difference is 0.25 at [1, 1]: 5, then 5.25'],
  [array([1, 2]), array([NaN, 9]), '2 of 2 elements, first seen at [0]: 1, then NaN'],
  [array([1, 2]), array([1, 2, 3]), 'float64 of shape (2), then float64 of (3)'],
  [ndarray(Float32Array.of(1), [1]), ndarray(Float64Array.of(1), [1]), 'float32 of shape (1), then float64 of (1)'],
  [{ x: array([1]), y: array([2]) }, { x: array([1]), y: array([3]) }, '"y": 1 of 1 elements, the greatest difference is 1 at [0]: 2, then 3'],
  [['a', 'b'], ['a', 'c'], '"1": "b", then "c"'], [labelled(array([1]), { unit: 'eV' }), labelled(array([1]), { unit: 'keV' }), 'the labels: "unit": "eV", then "keV"'],
  [labelled({ a: array([1, 2]) as never }, {}), labelled({ a: array([1, 3]) as never }, {}), '"a": 1 of 2 elements, the greatest difference is 1 at [1]: 2, then 3'],
  [labelled(array([1]), { unit: 'eV' }), array([1]), 'the labels: "unit": "eV", then nothing'], [array([1]), 1, 'an array or object, then 1'],
])('%s and %s', (a, b, words) => {
  expect(valueDifference(a, b)).toBe(words);
});
