import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { History } from '@trainyard/control';
import { ScalarHistory } from './scalar-history.ts';

type Value = readonly [trainId: number, value: number];

/** The points once more, from all values there ever were. */
function plain(values: readonly Value[], width: number, from: number, to: number): Pick<History, 'trainId' | 'min' | 'max' | 'mean' | 'count'> {
  const points = new Map<number, number[]>();
  for (const [trainId, value] of values) {
    const start = Math.floor(trainId / width) * width;
    if (start + width <= from || start > to) continue;
    if (!points.has(start)) points.set(start, []);
    points.get(start)!.push(value);
  }
  const column = (of: (values: readonly number[]) => number): Float64Array => Float64Array.from(points.values(), of);
  return { trainId: Float64Array.from(points.keys()), min: column((all) => all.reduce((a, b) => Math.min(a, b))), max: column((all) => all.reduce((a, b) => Math.max(a, b))), mean: column((all) => all.reduce((sum, value) => sum + value / all.length, 0)), count: Uint32Array.from(points.values(), (all) => all.length) };
}

function expectSame(found: History, values: readonly Value[], from: number, to: number): void {
  const { mean, ...exact } = plain(values, found.width, from, to);
  expect(found).toMatchObject(exact);
  for (const [i, value] of mean.entries()) expect(Math.abs(found.mean[i]! - value)).toBeLessThanOrEqual(1e-9 * Math.max(...found.max.map(Math.abs), ...found.min.map(Math.abs), 1e-300));
}

const steps = fc.array(fc.tuple(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5000 })), fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1, maxLength: 300 });

test('the points of any query are those of all values, of the least width there is room for', () => {
  fc.assert(fc.property(fc.nat(1e9), steps, fc.nat(1.2e6), fc.nat(1.2e6), fc.integer({ min: 1, max: 400 }), (begin, all, a, b, points) => {
    const history = new ScalarHistory();
    const values: Value[] = [];
    for (const [step, value] of all) values.push([(values.at(-1)?.[0] ?? begin) + step, value]);
    for (const [trainId, value] of values) history.add(trainId, value);
    const [first, last] = [values[0]![0], values.at(-1)![0]];
    const [from, to] = [begin + a, begin + b];
    const found = history.query('x', from, to, points);
    expect(found).toMatchObject({ id: 'x', first, last });
    const [left, right] = [Math.max(from, first), Math.min(to, last)];
    if (left > right) {
      expect(found.count).toHaveLength(0);
      return;
    }
    expectSame(found, values, left, right);
    const pointsOf = (width: number): number => Math.floor(right / width) - Math.floor(left / width) + 1;
    expect(pointsOf(found.width)).toBeLessThanOrEqual(points);
    if (found.width > 1) expect(pointsOf(found.width / 2)).toBeGreaterThan(points);
  }), { numRuns: 300 });
});

test('eight hours: the last hour is known by value, what is older by wider points; it comes back from what is stored', () => {
  const live = new ScalarHistory();
  const [begin, count] = [1_000_000_000, 300_000];
  const value = (trainId: number): number => Math.sin(trainId / 1000) + (trainId % 17);
  for (let i = 0; i < count; i += 1) if (i % 1000 !== 5) live.add(begin + i, value(begin + i));
  const bytes = live.store().levels.reduce((sum, { trainId }) => sum + 36 * trainId.length, 0);
  expect(bytes).toBeLessThan(3e6);
  const last = begin + count - 1;
  const between = (from: number, to: number): Value[] => Array.from({ length: to - from + 1 }, (_, i): Value => [from + i, value(from + i)]).filter(([trainId]) => (trainId - begin) % 1000 !== 5);
  for (const history of [live, ScalarHistory.restore(live.store())]) {
    const whole = (from: number, to: number, points: number): number => {
      const found = history.query('x', from, to, points);
      expect(found).toMatchObject({ first: begin, last });
      const [left, right] = [Math.floor(from / found.width) * found.width, (Math.floor(to / found.width) + 1) * found.width - 1];
      expectSame(found, between(Math.max(begin, left), Math.min(last, right)), from, to);
      return found.width;
    };
    expect(whole(last - 1000, last, 2000)).toBe(1);
    expect(whole(last - 30_000, last - 29_000, 300)).toBe(4);
    expect(whole(begin, last, 1000)).toBe(512);
    expect(whole(begin, begin + 10_000, 2000)).toBe(128);
    expect(whole(begin + 50_000, begin + 280_000, 3)).toBe(131_072);
    history.add(last + 1, 5);
    expect(history.query('x', last + 1, last + 1, 1)).toMatchObject({ trainId: Float64Array.of(last + 1), mean: Float64Array.of(5), last: last + 1 });
  }
});

test('nothing yet', () => {
  expect(new ScalarHistory().query('x', -Infinity, Infinity, 100)).toMatchObject({ width: 1, trainId: new Float64Array(0), first: NaN, last: NaN });
});
