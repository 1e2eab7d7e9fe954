import { expect, it } from 'vitest';
import stridedArray, { assign } from './strided-array.ts';

it('picks a plane, transposes it and copies it in C order, as ndarray does', () => {
  const cube = stridedArray(Float64Array.from({ length: 24 }, (_, i) => i), [2, 3, 4]);
  const plane = cube.pick(1, null, null).transpose(1, 0);
  expect([plane.shape, plane.size, plane.get(3, 2)]).toEqual([[4, 3], 12, 23]);
  const copy = assign(stridedArray(new Float64Array(12), [4, 3]), plane);
  expect(Array.from(copy.data as Float64Array)).toEqual([12, 16, 20, 13, 17, 21, 14, 18, 22, 15, 19, 23]);
  expect(cube.pick(1, 2, 3).get()).toBe(23);
  expect([cube, stridedArray(new Uint8ClampedArray(2)), stridedArray(new BigInt64Array(2)), stridedArray([1])].map(({ dtype }) => dtype)).toEqual(['float64', 'uint8_clamped', 'bigint64', 'array']);
  const line = stridedArray([1, 2, 3]);
  line.set(1, 7);
  expect([line.shape, line.get(1), line.get(1, 0)]).toEqual([[3], 7, 7]);
});
