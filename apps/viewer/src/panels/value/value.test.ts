import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarms, type Alarm } from './alarms.ts';
import { verdictOf, verdictWithAge } from './limits.ts';

describe('limits', () => {
  const limits = { alarmLow: 0, warnLow: 1, warnHigh: 5, alarmHigh: 6 };
  it('say in words what is wrong; alarms before warnings', () => {
    expect([-1, 0.5, 1, 3, 5, 5.5, 7, Number.NaN].map((value) => Object.values(verdictOf(value, limits)).join(': '))).toEqual([
      'alarm: below 0', 'warn: below 1', 'good: within limits', 'good: within limits', 'good: within limits', 'warn: above 5', 'alarm: above 6', 'alarm: is NaN']);
    expect(verdictOf(7, {}).level).toBe('free');
    expect(verdictOf(7, { warnHigh: 6 }).level).toBe('warn');
    expect(verdictOf(undefined, limits).level).toBe('free');
  });

  it('take a value that stays away for an alarm where that is wanted', () => {
    expect(verdictWithAge(3, limits, 12_000, 10, 99_000)).toEqual({ level: 'alarm', text: 'no value for 12 s' });
    expect(verdictWithAge(undefined, limits, undefined, 10, 11_000)).toEqual({ level: 'alarm', text: 'no value yet, for 11 s' });
    expect(verdictWithAge(undefined, limits, undefined, 10, 9000).level).toBe('free');
    expect(verdictWithAge(3, limits, 1e9, undefined, 0).level).toBe('good');
  });
});

describe('alarms of a page', () => {
  let beeps = 0;
  let titles: readonly Alarm[] = [];
  let alarms: Alarms;
  beforeEach(() => {
    vi.useFakeTimers();
    beeps = 0;
    alarms = new Alarms({ beep: () => beeps++, setTitle: (list) => (titles = list) }, () => Date.now());
  });
  afterEach(() => vi.useRealTimers());
  const high = { title: 'edge', text: 'above 5' };

  it('are silent until somebody allows sounds, and said in the title at once', () => {
    alarms.put('a', high);
    vi.advanceTimersByTime(30_000);
    expect([beeps, titles.map(({ title }) => title)]).toEqual([0, ['edge']]);
    alarms.allowSound(true);
    expect(beeps).toBe(1);
  });

  it('sound every 10 s until they are seen, and again when they come again', () => {
    alarms.allowSound(true);
    beeps = 0;
    alarms.put('a', high);
    expect(beeps).toBe(1);
    // As values come: one alarm, however often it is said.
    for (let k = 0; k < 99; k++) {
      vi.advanceTimersByTime(100);
      alarms.put('a', high);
    }
    expect(beeps).toBe(1);
    vi.advanceTimersByTime(5000);
    expect(beeps).toBe(2);
    alarms.acknowledge('a');
    alarms.put('a', { ...high, text: 'above 6' });
    vi.advanceTimersByTime(60_000);
    expect(beeps).toBe(2);
    alarms.put('a', undefined);
    expect(titles).toEqual([]);
    alarms.put('a', high);
    expect(beeps).toBe(3);
  });

  it('of several panels are one sound; the one that is not seen goes on', () => {
    alarms.allowSound(true);
    alarms.put('a', high);
    alarms.put('b', high);
    beeps = 0;
    alarms.acknowledge('a');
    vi.advanceTimersByTime(20_500);
    expect(beeps).toBe(2);
    alarms.put('b', undefined);
    vi.advanceTimersByTime(20_000);
    expect([beeps, alarms.list().length]).toEqual([2, 1]);
    alarms.put('a', undefined);
    expect(vi.getTimerCount()).toBe(0);
  });
});
