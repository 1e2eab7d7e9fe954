import { expect, it } from 'vitest';
import { keptText } from './kept-text.ts';

it('says how many trains are kept, over how long, and how many in every panel', () => {
  const trains = Array.from({ length: 150 }, (_, k) => 1000 + 2 * k);
  expect(keptText([], -Infinity, true)).toBe('No train is kept yet.');
  expect(keptText(trains, -Infinity, true)).toBe('150 trains are kept, of the last 30 s.');
  expect(keptText(trains, 1200, true)).toBe('150 trains are kept, of the last 30 s; the last 50 in every panel.');
  expect(keptText([7], 7, false)).toBe('1 train is kept.');
});
