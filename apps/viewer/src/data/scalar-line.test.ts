import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { History } from '@trainyard/control';
import { joinHistory, movingMean, ScalarLine, widthFor, type ScalarPoints } from './scalar-line.ts';

/** Values of trains as a server gives them back, in points of one width. */
function history(trains: readonly number[], values: readonly number[], width: number): History {
  const bins = Map.groupBy(trains.map((train, i) => [train, values[i]] as const), ([train]) => Math.floor(train / width) * width);
  const finite = [...bins].map(([start, items]) => [start, items.map(([, v]) => v).filter(Number.isFinite)] as const).filter(([, v]) => v.length > 0);
  const column = (of: (v: number[]) => number) => Float64Array.from(finite, ([, v]) => of(v));
  return {
    id: 'x', width, trainId: Float64Array.from(finite, ([start]) => start), min: column((v) => Math.min(...v)), max: column((v) => Math.max(...v)), mean: column((v) => v.reduce((a, b) => a + b, 0) / v.length),
    count: Uint32Array.from(finite, ([, v]) => v.length), first: trains[0] ?? 0, last: trains.at(-1) ?? 0,
  };
}

const rows = ({ x, mean, low, high, count }: ScalarPoints) => Array.from(x, (at, i) => [at, mean[i], low[i], high[i], count[i]]);
const series = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.NaN))), { maxLength: 80 }).map((steps) => {
  let train = 1000;
  return { trains: steps.map(([step]) => (train += step)), values: steps.map(([, value]) => value) };
});

describe('what the server kept and what came since', () => {
  it('are together what the whole would be, wherever they meet', () => {
    fc.assert(fc.property(series, fc.integer({ min: 0, max: 5 }), fc.nat(80), fc.nat(20), ({ trains, values }, power, cut, seen) => {
      const width = 2 ** power;
      const at = Math.min(cut, trains.length);
      const past = history(trains.slice(0, at), values.slice(0, at), width);
      // The page has some of the server's last values as well.
      const live = Math.max(0, at - seen);
      const both = rows(joinHistory(past, trains.slice(live), values.slice(live), width, -Infinity, Infinity));
      const whole = rows(joinHistory(undefined, trains, values, width, -Infinity, Infinity));
      expect(both.length).toBe(whole.length);
      both.forEach((row, i) => row.forEach((value, k) => (Number.isNaN(value) ? expect(whole[i][k]).toBeNaN() : expect(value).toBeCloseTo(whole[i][k], 9))));
    }));
  });

  it('are cut to the trains that are asked for', () => {
    fc.assert(fc.property(series, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 900, max: 5000 }), fc.nat(2000), ({ trains, values }, power, from, wide) => {
      const width = 2 ** power;
      const some = rows(joinHistory(undefined, trains, values, width, from, from + wide)).filter(([, , , , n]) => n > 0);
      const total = trains.filter((train, i) => train >= from && train <= from + wide && Number.isFinite(values[i])).length;
      const counted = some.reduce((sum, [, , , , n]) => sum + n, 0);
      expect(counted).toBeGreaterThanOrEqual(total);
      expect(counted).toBeLessThanOrEqual(total + width);
    }));
  });

  it('have gaps where values paused', () => {
    const { x, mean } = joinHistory(undefined, [1, 2, 100], [1, 2, 3], 1, 0, 200);
    expect([[...x], [...mean]]).toEqual([[1, 2, 3.5, 100], [1, 2, Number.NaN, 3]]);
  });
});

it('movingMean is the mean of the last trains', () => {
  fc.assert(fc.property(series, fc.integer({ min: 1, max: 300 }), ({ trains, values }, n) => {
    const points = joinHistory(undefined, trains, values, 1, -Infinity, Infinity);
    movingMean(points, n).forEach((value, i) => {
      const inside = trains.map((train, k) => [train, values[k]]).filter(([train, v]) => train <= points.x[i] && train > points.x[i] - n && Number.isFinite(v)).map(([, v]) => v);
      if (points.count[i] === 0) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(inside.reduce((a, b) => a + b, 0) / inside.length, 9);
    });
  }));
});

it('widthFor makes no more points than asked for', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 1, max: 5000 }), (trains, most) => {
    const width = widthFor(trains, most);
    expect(trains / width).toBeLessThanOrEqual(most);
    expect(width === 1 || (2 * trains) / width > most).toBe(true);
  }));
});

describe('a line of now', () => {
  const means = (line: ScalarLine) => rows(line.points(0, 1e9, 1e9)).map(([x, mean]) => [x, mean]);
  it('puts a late train in its place, replaces one that came twice, and begins again when the source did', () => {
    const line = new ScalarLine();
    for (const train of [1000, 1002, 1001, 1001]) line.push(train, train);
    expect(means(line)).toEqual([[1000, 1000], [1001, 1001], [1002, 1002]]);
    line.push(5, 5);
    expect([means(line), line.first, line.last]).toEqual([[[5, 5]], 5, 5]);
  });

  it('keeps a bounded number of values', () => {
    const line = new ScalarLine();
    for (let train = 0; train < 60_000; train++) line.push(train, 1);
    expect(line.points(0, 1e9, 1e9).x.length).toBeLessThanOrEqual(22_000);
    expect(line.last).toBe(59_999);
  });
});

it('played back, nothing is forgotten, and what the server has is known to be another', () => {
  const line = new ScalarLine();
  for (let train = 1000; train < 1400; train++) line.push(train, train, true);
  line.setPast(history([1000, 1100, 1200], [1, 2, 3], 1));
  expect(line.push(1050, 7, true)).toBe(true);
  expect(line.push(1300, 8, true)).toBe(false);
  expect([line.first, line.last]).toEqual([1000, 1399]);
  // A stream that goes back has begun anew.
  expect(line.push(1050, 7)).toBe(false);
  expect([line.past, line.first, line.last]).toEqual([undefined, 1050, 1050]);
});
