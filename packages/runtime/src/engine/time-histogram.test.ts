import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimeHistogram } from './time-histogram.ts';

const time = fc.oneof(
  fc.double({ min: 0.001, max: 1e7, noNaN: true }),
  // As times are: many alike, over some decades.
  fc.double({ min: -3, max: 6.9, noNaN: true }).map((power) => 10 ** power),
  fc.constantFrom(0.5, 1, 40, 250),
);

function exact(times: readonly number[], part: number): number {
  return [...times].sort((a, b) => a - b)[Math.ceil(times.length * part) - 1]!;
}

function expectNear(found: { p50: number; p95: number; p99: number } | null, times: readonly number[]): void {
  if (times.length === 0) return expect(found).toBeNull();
  for (const [name, part] of [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const) {
    expect(Math.abs(found![name] / exact(times, part) - 1)).toBeLessThan(0.0201);
  }
}

test('quantiles are within 2 % of the exact ones', () => {
  fc.assert(fc.property(fc.array(time, { maxLength: 400 }), (times) => {
    const histogram = new TimeHistogram();
    for (const ms of times) histogram.add(ms, 1e12);
    expectNear(histogram.all(), times);
    expectNear(histogram.lastMinute(1e12), times);
    expect(histogram.count).toBe(times.length);
    expect(histogram.sumMs).toBeCloseTo(times.reduce((sum, ms) => sum + ms, 0), 0);
  }), { numRuns: 300 });
});

test('the last minute forgets what is older than 60 s and keeps what is younger than 55 s, whatever the pauses', () => {
  fc.assert(fc.property(fc.array(fc.record({ ms: time, pause: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 200_000 })) }), { minLength: 1, maxLength: 200 }), fc.integer({ min: 0, max: 150_000 }), (steps, rest) => {
    const histogram = new TimeHistogram();
    let now = 1.7e12;
    const added: { ms: number; at: number }[] = [];
    for (const { ms, pause } of steps) {
      now += pause;
      histogram.add(ms, now);
      added.push({ ms, at: now });
    }
    now += rest;
    // Whole slices of five seconds.
    const from = (Math.floor(now / 5000) - 11) * 5000;
    expectNear(histogram.lastMinute(now), added.filter(({ at }) => at >= from).map(({ ms }) => ms));
    expectNear(histogram.all(), added.map(({ ms }) => ms));
  }), { numRuns: 300 });
});

test('what is beyond its range is counted at its edge; a clock that goes back, and NaN, harm nothing', () => {
  const histogram = new TimeHistogram();
  expect(histogram.all()).toBeNull();
  for (const ms of [-5, 0, 1e-9, Number.NaN]) histogram.add(ms, 1e12);
  expect(histogram.count).toBe(3);
  expect(histogram.all()!.p99).toBeCloseTo(0.001, 4);
  for (let i = 0; i < 10; i++) histogram.add(Infinity, 1e12 - 20_000);
  expect(histogram.lastMinute(1e12)!.p50).toBeGreaterThan(9.8e6);
  expect(histogram.lastMinute(1e12 + 61_000)).toBeNull();
  expect(histogram.count).toBe(13);
});
