import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstAtLeast, inWindow, nearest, thinLine } from './thin-line.ts';

const ascending = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 }).map((list) => list.sort((a, b) => a - b));

it('finds windows and neighbours as a search from the front does', () => {
  fc.assert(fc.property(ascending, fc.integer({ min: -60, max: 60 }), fc.integer({ min: 0, max: 60 }), (x, low, wide) => {
    const at = x.findIndex((v) => v >= low);
    expect(firstAtLeast(x, low)).toBe(at < 0 ? x.length : at);
    const [from, to] = inWindow(x, low, low + wide);
    x.forEach((v, i) => v >= low && v <= low + wide && expect(i >= from && i < to).toBe(true));
    // One more on either side, not two.
    expect(x.slice(from, to).filter((v) => v < low).length).toBeLessThanOrEqual(1);
    expect(x.slice(from, to).filter((v) => v > low + wide).length).toBeLessThanOrEqual(1);
    const best = Math.min(Infinity, ...x.map((v) => Math.abs(v - low)));
    expect(x.length === 0 ? -1 : Math.abs(x[nearest(x, low)] - low)).toBe(x.length === 0 ? -1 : best);
  }));
});

it('keeps first, smallest, largest and last of each pixel, and the whole of a band', () => {
  const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Number.NaN))), { minLength: 41, maxLength: 400 }).map((list) => list.sort((a, b) => a[0] - b[0]));
  fc.assert(fc.property(points, (list) => {
    const [x, y] = [list.map(([v]) => v), list.map(([, v]) => v)];
    const place = (v: number) => v / 10;
    const thin = thinLine({ x, y, low: y.map((v) => v - 1), high: y.map((v) => v + 2) }, 0, x.length, 10, place);
    expect(thin.x.length).toBeLessThanOrEqual(40);
    for (let column = 0; column < 10; column++) {
      const inside = (xs: ArrayLike<number>, ys: ArrayLike<number>) => Array.from(ys).filter((v, i) => Math.floor(place(xs[i])) === column && !Number.isNaN(v));
      const [all, kept] = [inside(x, y), inside(thin.x, thin.y)];
      expect([kept[0], kept.at(-1), Math.min(...kept), Math.max(...kept)]).toEqual([all[0], all.at(-1), Math.min(...all), Math.max(...all)]);
      if (all.length > 0) expect([Math.min(...inside(thin.x, thin.low!)), Math.max(...inside(thin.x, thin.high!))]).toEqual([Math.min(...all) - 1, Math.max(...all) + 2]);
    }
  }));
});

it('leaves a line alone that is not too long', () => {
  const line = { x: [1, 2, 3], y: Float64Array.of(1, 2, 3) };
  expect(thinLine(line, 0, 3, 100, (v) => v)).toEqual(line);
  expect(thinLine(line, 1, 3, 100, (v) => v)).toMatchObject({ x: [2, 3], y: Float64Array.of(2, 3) });
});
