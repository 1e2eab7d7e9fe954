import { expect, it } from 'vitest';
import { nearestPanel, type Box } from './nearest-panel.ts';

/** A large one on the left, two on top of each other on the right, a wide one below. */
const boxes: Box[] = [
  { left: 0, top: 0, width: 600, height: 400 }, { left: 600, top: 0, width: 400, height: 200 }, { left: 600, top: 200, width: 400, height: 200 }, { left: 0, top: 400, width: 1000, height: 300 },
];

it('goes to the panel beside, above or below, and nowhere at the edge', () => {
  expect((['left', 'right', 'up', 'down'] as const).map((to) => nearestPanel(boxes, 0, to))).toEqual([undefined, 1, undefined, 3]);
  expect((['left', 'right', 'up', 'down'] as const).map((to) => nearestPanel(boxes, 2, to))).toEqual([0, undefined, 1, 3]);
  expect(nearestPanel(boxes, 3, 'up')).toBe(0);
});
