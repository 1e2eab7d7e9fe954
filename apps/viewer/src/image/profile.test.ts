import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { patchOf } from './patch.ts';
import { columnOf, profileAlong, rowOf } from './profile.ts';

const patch = patchOf(ndarray(Float64Array.from({ length: 200 }, (_, i) => Math.floor(i / 20) * 100 + (i % 20)), [10, 20]) as never, 1, [], { as: 'whole' })!;

it('a row and a column are the values of their pixels, with a width their means', () => {
  expect([...profileAlong(patch, rowOf(3.2, 20, 1)).values]).toEqual(Array.from({ length: 20 }, (_, i) => 300 + i));
  expect([...profileAlong(patch, columnOf(7.9, 10, 1)).values]).toEqual(Array.from({ length: 10 }, (_, i) => 100 * i + 7));
  expect([...profileAlong(patch, rowOf(3, 20, 3)).values]).toEqual(Array.from({ length: 20 }, (_, i) => 300 + i));
  expect([...profileAlong(patch, rowOf(0, 20, 3)).values]).toEqual(Array.from({ length: 20 }, (_, i) => 50 + i));
});

it('a slanting line has a value for each pixel of its length, NaN outside the picture', () => {
  const { distance, values } = profileAlong(patch, { from: [0.5, 0.5], to: [30.5, 0.5], width: 1 });
  expect([values.length, distance[0], values[0], values[18], values[25]]).toEqual([30, 0.5, 1, 19, Number.NaN]);
  const slant = profileAlong(patch, { from: [0, 0], to: [8, 6], width: 1 });
  expect([slant.values.length, slant.distance.at(-1)]).toEqual([10, 9.5]);
  expect(slant.values.every((v, i) => i === 0 || v > slant.values[i - 1])).toBe(true);
});

it('of blocks it has a value for each block', () => {
  const blocks = { ...patch, block: 2, rows: 20, columns: 40, window: [0, 0, 20, 40] } as const;
  const { values, block } = profileAlong(blocks, rowOf(6, 40, 1));
  expect([values.length, block, values[0], values[19]]).toEqual([20, 2, 300, 319]);
});
