import { expect, it } from 'vitest';
import { layoutRows, splitEvenly, type Shape } from './layout-rows.ts';

it('keeps the order of the user and shows every panel once', () => {
  const shapes: Shape[] = ['picture', 'plot', 'plot', 'note', 'picture', 'plot', 'note', 'plot'];
  for (const [width, height] of [[1600, 1000], [1000, 700], [500, 900], [300, 300]] as const) {
    const rows = layoutRows(shapes, width, height);
    expect(rows.flatMap(({ panels }) => panels)).toEqual(shapes.map((_, i) => i));
    for (const { widths } of rows) expect(widths.reduce((a, b) => a + b)).toBeCloseTo(1);
  }
});

it('fills a screen that has room, and never shrinks a panel below what can be read', () => {
  const three = layoutRows(['picture', 'plot', 'plot'], 1300, 900);
  expect(three.reduce((sum, { height }) => sum + height + 8, -8)).toBeLessThanOrEqual(900);
  expect(three.reduce((sum, { height }) => sum + height + 8, -8)).toBeGreaterThan(850);
  for (const { height } of layoutRows(Array.from({ length: 30 }, () => 'picture' as const), 1000, 700)) expect(height).toBeGreaterThanOrEqual(285);
});

it('gives a narrow window one panel a row', () => {
  expect(layoutRows(['picture', 'plot'], 400, 800).map(({ panels }) => panels)).toEqual([[0], [1]]);
  expect(layoutRows([], 400, 800)).toEqual([]);
});

it('splitEvenly makes the largest run as small as can be', () => {
  expect(splitEvenly([1, 1, 1, 3], 2)).toEqual([[0, 1, 2], [3]]);
  expect(splitEvenly([5, 1, 1, 1], 3)).toHaveLength(3);
});
