import type { PictureData } from '@trainyard/control';
import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { isWhole, patchOf, patchValue } from './patch.ts';

const coded: PictureData = {
  '~picture': true, shape: [3, 100, 200], dtype: 'float32', window: [10, 20, 15, 26], block: 3, scale: 'linear', low: 0, high: 65_534,
  pixels: ndarray(Uint16Array.of(1, 11, 0, 65_535), [2, 2]) as never, percentiles: [], positivePercentiles: [],
};

it('a value of a coded picture is that of its block, NaN where nothing was measured, undefined outside the window', () => {
  const patch = patchOf(coded, 7, [], { as: 'picture', block: 3, scale: 'linear', bits: 16 })!;
  expect([patch.rows, patch.columns, patch.leading, isWhole(patch)]).toEqual([100, 200, [3], false]);
  expect([[10, 20], [12, 22], [12, 23], [14, 25]].map(([row, column]) => patchValue(patch, row, column))).toEqual([0, 0, 10, 65_534]);
  expect(patchValue(patch, 13, 20)).toBeNaN();
  expect([patchValue(patch, 9, 20), patchValue(patch, 15, 20), patchValue(patch, 10, 26)]).toEqual([undefined, undefined, undefined]);
});

it('numbers asked for exactly are no codes, also of uint16', () => {
  const exact = { ...coded, dtype: 'uint16', block: 1, window: [10, 20, 12, 22] } as const;
  const patch = patchOf(exact, 7, [], { as: 'picture', block: 1, scale: 'linear', bits: 'exact' })!;
  expect([patchValue(patch, 10, 20), patchValue(patch, 11, 21)]).toEqual([1, 65_535]);
});

it('a whole array is a patch of one of its planes', () => {
  const stack = ndarray(Float64Array.from({ length: 24 }, (_, i) => i), [2, 3, 4]);
  const patch = patchOf(stack as never, 7, [1], { as: 'whole' })!;
  expect([patch.rows, patch.columns, patch.leading, isWhole(patch), patchValue(patch, 0, 0), patchValue(patch, 2, 3)]).toEqual([3, 4, [2], true, 12, 23]);
  expect(patchOf('text', 7, [], { as: 'whole' })).toBeUndefined();
});
