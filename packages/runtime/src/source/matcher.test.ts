import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Matcher } from './matcher.ts';
import type { Piece } from './receive-messages.ts';

const memory = new SharedArrayBuffer(8);
let next = 0;
const piece = (trainId: number, ...sources: string[]): Piece => ({ type: 'piece', trainId, id: next++, memory, sources: Object.fromEntries(sources.map((name) => [name, { key: trainId }])) });

/** What waits for a worker: train -> sources. */
function taken(matcher: Matcher): [number, string][] {
  const trains: [number, string][] = [];
  for (let train = matcher.take(); train; train = matcher.take()) trains.push([train.trainId, [...train.sources].sort().join('')]);
  return trains;
}
const ids = (matcher: Matcher): number[] => taken(matcher).map(([id]) => id);

describe('one stream', () => {
  test('gives every train at once, gaps included', () => {
    const matcher = new Matcher(1000, 100);
    for (const id of [10, 11, 13, 100]) {
      expect(matcher.add(piece(id, 'A', 'B'), 0)).toEqual([]);
      expect(taken(matcher)).toEqual([[id, 'AB']]);
    }
    expect(matcher.dropped).toEqual({});
  });

  test('a train that comes again, or late, is dropped and counted, its slot freed', () => {
    const matcher = new Matcher(1000, 100);
    matcher.add(piece(10, 'A'), 0);
    matcher.add(piece(12, 'A'), 0);
    const [again, late] = [piece(12, 'A'), piece(11, 'A')];
    expect([matcher.add(again, 0), matcher.add(late, 0)]).toEqual([[again], [late]]);
    expect(matcher.dropped).toEqual({ 'came after its train was closed': 1, 'came out of order': 1 });
    expect(ids(matcher)).toEqual([10, 12]);
  });

  test('a source that is always three trains late is waited for', () => {
    const matcher = new Matcher(1000, 100);
    for (let id = 100; id < 120; id++) for (const one of [piece(id, 'A'), piece(id - 3, 'B')]) matcher.add(one, 0);
    const whole = taken(matcher).filter(([, sources]) => sources === 'AB').map(([id]) => id);
    expect(whole).toEqual(Array.from({ length: 16 }, (_, i) => 101 + i));
    expect(matcher.dropped['came out of order'] ?? 0).toBeLessThan(5);
  });

  test('without a free worker the oldest waiting train makes room', () => {
    const matcher = new Matcher(1000, 3);
    const pieces = [1, 2, 3, 4, 5].map((id) => piece(id, 'A'));
    expect(pieces.map((one) => matcher.add(one, 0))).toEqual([[], [], [], [pieces[0]], [pieces[1]]]);
    expect([matcher.waiting, matcher.dropped]).toEqual([3, { 'no worker was free': 2 }]);
    expect(matcher.dropOldest('no room')).toEqual([pieces[2]]);
    expect(ids(matcher)).toEqual([4, 5]);
    expect(matcher.dropOldest('no room')).toEqual([]);
    expect(matcher.dropped).toEqual({ 'no worker was free': 2, 'no room': 1 });
  });

  test.each([[5000, 1], [300, 20]])('a stream that begins anew %i trains earlier is taken up, after %i pieces at most', (back, after) => {
    const matcher = new Matcher(1000, 1000);
    for (let id = 10_000; id < 10_100; id++) matcher.add(piece(id, 'A'), 0);
    ids(matcher);
    const again = Array.from({ length: 50 }, (_, i) => 10_100 - back + i);
    for (const id of again) matcher.add(piece(id, 'A'), 0);
    expect(matcher.restarted).toBe(true);
    expect(ids(matcher)).toEqual(again.slice(after - 1));
  });
});

describe('several streams', () => {
  /** Two sources that have both been seen. */
  function two(windowMs = 1000): Matcher {
    const matcher = new Matcher(windowMs, 100);
    matcher.add(piece(1, 'A', 'B'), 0);
    ids(matcher);
    return matcher;
  }

  test('a train is complete when both have come, in either order', () => {
    const matcher = two();
    matcher.add(piece(2, 'A'), 0);
    expect(ids(matcher)).toEqual([]);
    matcher.add(piece(2, 'B'), 5);
    matcher.add(piece(3, 'B'), 5);
    matcher.add(piece(3, 'A'), 6);
    expect(taken(matcher)).toEqual([[2, 'AB'], [3, 'AB']]);
  });

  test('a source that has gone on to a later train is not waited for', () => {
    const matcher = two();
    matcher.add(piece(2, 'A'), 0);
    matcher.add(piece(3, 'A'), 0);
    matcher.add(piece(3, 'B'), 0);
    expect(taken(matcher)).toEqual([[2, 'A'], [3, 'AB']]);
  });

  test('one that stays away is waited for during the window, then for some trains, then not', () => {
    const matcher = two(100);
    matcher.add(piece(2, 'A'), 0);
    expect([matcher.close(99), ids(matcher)]).toEqual([[], []]);
    matcher.close(100);
    expect(taken(matcher)).toEqual([[2, 'A']]);
    for (let id = 3; id < 20; id++) matcher.add(piece(id, 'A'), 1000);
    matcher.close(1100);
    expect(ids(matcher)).toHaveLength(17);
    matcher.add(piece(20, 'A'), 2000);
    expect(ids(matcher)).toEqual([20]);
  });

  test('one that comes back is waited for again', () => {
    const matcher = two(100);
    for (let id = 2; id < 40; id++) matcher.add(piece(id, 'A'), id * 100);
    ids(matcher);
    matcher.add(piece(40, 'A', 'B'), 5000);
    matcher.add(piece(41, 'A'), 5000);
    expect(ids(matcher)).toEqual([40]);
    matcher.add(piece(41, 'B'), 5001);
    expect(ids(matcher)).toEqual([41]);
  });

  test('a late piece of a closed train is dropped; a repeated one of an open train, too', () => {
    const matcher = two(100);
    matcher.add(piece(2, 'A'), 0);
    const again = piece(2, 'A');
    expect(matcher.add(again, 1)).toEqual([again]);
    matcher.close(200);
    const late = piece(2, 'B');
    expect(matcher.add(late, 201)).toEqual([late]);
    expect(matcher.dropped).toEqual({ 'came twice': 1, 'came after its train was closed': 1 });
  });

  test('trains that are open when a stream begins anew are given, and hold up nothing', () => {
    const matcher = two(100);
    matcher.add(piece(50_000, 'A', 'B'), 0);
    matcher.add(piece(50_001, 'A'), 0);
    ids(matcher);
    matcher.add(piece(5, 'A', 'B'), 10);
    matcher.add(piece(6, 'A', 'B'), 20);
    matcher.close(1000);
    matcher.add(piece(7, 'A', 'B'), 1010);
    expect(taken(matcher)).toEqual([[50_001, 'A'], [5, 'AB'], [6, 'AB'], [7, 'AB']]);
    expect(matcher.dropped).toEqual({});
  });

  test('whatever comes: ascending trains, and every slot is given once', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom('A', 'B', 'C'), fc.integer({ min: 0, max: 60 })), { maxLength: 120 }), fc.integer({ min: 1, max: 8 }), (events, capacity) => {
      const matcher = new Matcher(100, capacity);
      const slots: number[] = [];
      const trains: number[] = [];
      let now = 0;
      let base = 1000;
      const sent: number[] = [];
      for (const [offset, source, wait] of events) {
        now += wait;
        base += 1;
        const one = piece(base + offset - 20, source);
        sent.push(one.id);
        slots.push(...matcher.add(one, now).map(({ id }) => id));
        if (wait % 3 === 0) {
          const train = matcher.take();
          if (train) trains.push(train.trainId);
          slots.push(...(train?.pieces.map(({ id }) => id) ?? []));
        }
      }
      slots.push(...matcher.close(Infinity).map(({ id }) => id));
      for (let train = matcher.take(); train; train = matcher.take()) {
        trains.push(train.trainId);
        slots.push(...train.pieces.map(({ id }) => id));
      }
      expect([...slots].sort()).toEqual([...sent].sort());
      if (!matcher.restarted) expect(trains).toEqual([...new Set(trains)].sort((a, b) => a - b));
    }));
  });
});
