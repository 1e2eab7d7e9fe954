import { expect, it } from 'vitest';
import { fromTurned, toTurned, turnedClockwise, turnedSize, upright, type Turn } from './turn.ts';

const extent = { rows: 30, columns: 50 };
const turns: Turn[] = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => ({ swap: (k & 1) > 0, flipX: (k & 2) > 0, flipY: (k & 4) > 0 }));

it('goes to the screen and back, whichever way the picture lies', () => {
  for (const turn of turns) {
    const [width, height] = turnedSize(extent, turn);
    for (const point of [[0, 0], [50, 30], [12.5, 3]] as const) {
      const [u, v] = toTurned(point, extent, turn);
      expect(u >= 0 && u <= width && v >= 0 && v <= height).toBe(true);
      expect(fromTurned([u, v], extent, turn)).toEqual(point);
    }
  }
});

it('turns clockwise what is seen, and is back after four quarters', () => {
  // The top left corner goes to the top right.
  expect(toTurned([0, 0], extent, turnedClockwise(upright))).toEqual([30, 0]);
  for (const turn of turns) {
    expect([1, 2, 3, 4].reduce(turnedClockwise, turn)).toEqual(turn);
    const [u, v] = toTurned([10, 4], extent, turn);
    expect(toTurned([10, 4], extent, turnedClockwise(turn))).toEqual([turnedSize(extent, turn)[1] - v, u]);
  }
});
