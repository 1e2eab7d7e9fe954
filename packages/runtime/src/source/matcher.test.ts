import { describe, expect, test } from 'vitest';
import { Matcher, type LostTrain } from './matcher.ts';
import { ids, on, range, taken } from './pieces.test.support.ts';
import type { Piece } from './receive-messages.ts';
import type { WhenFull } from './stream-address.ts';

const piece = (trainId: number, sources: string): Piece => on(0, trainId, sources);
const one = (policy: WhenFull = 'block', capacity = 100, windowMs = 1000): Matcher => new Matcher([policy], windowMs, capacity);

describe('one stream', () => {
  test('gives every train at once, gaps included', () => {
    const matcher = one();
    for (const id of [10, 11, 13, 100, 90_000, 8_999_999_999_999_999]) {
      expect(matcher.add(piece(id, 'AB'), 0)).toEqual([]);
      expect(taken(matcher)).toEqual([[id, 'AB']]);
    }
    expect(matcher.dropped).toEqual({});
  });

  test('train 0, and trains counted from there', () => {
    const matcher = one();
    for (const id of [0, 1, 2]) matcher.add(piece(id, 'A'), 0);
    expect(ids(matcher)).toEqual([0, 1, 2]);
  });

  test('a train that comes again, or out of order, is dropped and counted, its slot freed', () => {
    const matcher = one();
    matcher.add(piece(10, 'A'), 0);
    matcher.add(piece(12, 'A'), 0);
    const [again, late] = [piece(12, 'A'), piece(11, 'A')];
    expect([matcher.add(again, 0), matcher.add(late, 0)]).toEqual([[again], [late]]);
    expect(matcher.dropped).toEqual({ 'came twice': 1, 'came out of order': 1 });
    expect(ids(matcher)).toEqual([10, 12]);
  });

  test('a server that repeats one train for ever begins nothing anew', () => {
    const matcher = one();
    for (let i = 0; i < 100; i++) matcher.add(piece(10, 'A'), i);
    matcher.add(piece(11, 'A'), 200);
    expect(ids(matcher)).toEqual([10, 11]);
    expect(matcher.dropped).toEqual({ 'came twice': 99 });
  });

  test('a slow source in some of the messages is not waited for in the others', () => {
    const matcher = one();
    for (const id of range(100, 140)) {
      matcher.add(piece(id, id % 10 === 0 ? 'AC' : 'A'), 0);
      expect(ids(matcher)).toEqual([id]);
    }
  });

  test('a source that is always three trains late is waited for', () => {
    const matcher = one();
    for (const id of range(100, 120)) for (const part of [piece(id, 'A'), piece(id - 3, 'B')]) matcher.add(part, 0);
    const whole = taken(matcher).filter(([, sources]) => sources === 'AB').map(([id]) => id);
    expect(whole).toEqual(range(101, 117));
    expect(matcher.dropped['came after its train was closed'] ?? 0).toBeLessThan(5);
  });

  test('trains in several messages: each source is waited for, a slow one where it is due', () => {
    const matcher = one();
    const send = (id: number): void => (id % 10 === 0 ? ['A', 'B', 'C'] : ['A', 'B']).forEach((source) => matcher.add(piece(id, source), 0));
    for (const id of range(100, 150)) send(id);
    ids(matcher);
    for (const id of range(150, 180)) {
      send(id);
      expect(taken(matcher)).toEqual([[id, id % 10 === 0 ? 'ABC' : 'AB']]);
    }
  });

  test.each<[number, string, number]>([[5000, 'A', 1], [5000, 'AB', 1], [300, 'AB', 20], [5000, 'B', 20]])('that begins anew %i trains earlier with the sources %s is taken up, after %i pieces at most', (back, sources, after) => {
    const matcher = one();
    // B comes with every tenth train.
    for (const id of range(10_000, 10_100)) matcher.add(piece(id, id % 10 === 0 && sources !== 'A' ? 'ABC' : 'A'), 0);
    ids(matcher);
    const again = range(10_100 - back, 10_150 - back);
    for (const id of again) matcher.add(piece(id, sources), 10);
    const trains = [];
    for (let train = matcher.take(); train; train = matcher.take()) trains.push(train);
    expect(trains.map(({ trainId }) => trainId)).toEqual(again.slice(after - 1));
    expect(trains.map(({ anew }) => anew)).toEqual(trains.map((_, i) => i === 0));
  });

  test.each([['far behind', 100], ['far ahead', 9_000_000_000]])('one source whose clock is %s costs its own data only', (_, wrong) => {
    const matcher = one();
    let waiting = 0;
    for (const i of range(0, 50)) {
      const parts = [piece(10_000 + i, 'AB'), piece(wrong + i, 'C')].sort((a, b) => a.trainId - b.trainId);
      for (const part of parts) matcher.add({ ...part, mixed: true }, i * 100);
      // It holds up nothing.
      if (i === 1) waiting = matcher.waiting;
      if (i > 1) expect(matcher.waiting).toBe(waiting + i - 1);
    }
    expect(taken(matcher).filter(([, sources]) => sources === 'AB').map(([id]) => id)).toEqual(range(10_000, 10_050));
    // Of two, which one is wrong is known only when the other has come.
    expect(matcher.dropped['out of step']).toBeGreaterThanOrEqual(49);
    expect([matcher.isApart('C'), matcher.isApart('A')]).toEqual([true, false]);
  });
});

describe('without a free worker', () => {
  test('drop-oldest: the oldest waiting train makes room, and is told of in its place', () => {
    const matcher = one('drop-oldest', 3);
    const pieces = [1, 2, 3, 4, 5].map((id) => piece(id, 'A'));
    expect(pieces.map((part) => matcher.add(part, 0))).toEqual([[], [], [], [pieces[0]], [pieces[1]]]);
    expect(matcher.dropOldest(0, 'no room')).toEqual([pieces[2]]);
    expect(matcher.take()).toBeUndefined();
    expect([matcher.takeLost(), matcher.takeLost(), matcher.takeLost(), matcher.takeLost()].map((lost) => lost && [lost.trainId, lost.rule])).toEqual([[1, 'no worker was free'], [2, 'no worker was free'], [3, 'no room'], undefined]);
    expect(ids(matcher)).toEqual([4, 5]);
    expect(matcher.dropOldest(0, 'no room')).toEqual([]);
    expect(matcher.dropped).toEqual({ 'no worker was free': 2, 'no room': 1 });
  });

  test('drop-newest: what waits is kept', () => {
    const matcher = one('drop-newest', 2);
    const pieces = [1, 2, 3, 4].map((id) => piece(id, 'A'));
    expect(pieces.map((part) => matcher.add(part, 0))).toEqual([[], [], [pieces[2]], [pieces[3]]]);
    expect([matcher.takeLost(), matcher.take()?.trainId]).toEqual([undefined, 1]);
    matcher.add(piece(5, 'A'), 0);
    expect([matcher.take()?.trainId, matcher.take(), matcher.takeLost()?.trainId, matcher.takeLost()?.trainId, matcher.takeLost(), matcher.take()?.trainId]).toEqual([2, undefined, 3, 4, undefined, 5]);
    expect(matcher.dropped).toEqual({ 'no worker was free': 2 });
  });

  test('block: everything waits', () => {
    const matcher = one('block', 2);
    for (const id of range(0, 50)) expect(matcher.add(piece(id, 'A'), 0)).toEqual([]);
    expect(ids(matcher)).toEqual(range(0, 50));
  });

  test('a train is dropped whole: the other streams\' parts, too', () => {
    const matcher = new Matcher(['block', 'drop-oldest'], 1000, 1);
    const sent = [1, 2].flatMap((id) => [on(0, id, 'A'), on(1, id, 'B')]);
    const freed = sent.flatMap((part) => matcher.add(part, 0));
    expect(freed).toEqual(sent.slice(0, 2));
    expect(matcher.takeLost()).toMatchObject({ trainId: 1, rule: 'no worker was free', sources: new Set(['A', 'B']) });
    expect(taken(matcher)).toEqual([[2, 'AB']]);
    expect([matcher.dropped, ...matcher.lanes.map((lane) => lane.dropped)]).toEqual([{ 'no worker was free': 1 }, { 'no worker was free': 1 }, { 'no worker was free': 1 }]);
  });

  test('a part that could not be kept costs its train, when its turn comes', () => {
    const matcher = new Matcher(['block', 'drop-newest'], 1000, 5);
    for (const part of [on(0, 1, 'A'), on(1, 1, 'B'), on(0, 2, 'A'), on(1, 2, 'B', { lost: 'its memory was full' }), on(0, 3, 'A'), on(1, 3, 'B')]) matcher.add(part, 0);
    const order: (number | string)[] = [];
    for (let lost: LostTrain | undefined, train = matcher.take(); train || (lost = matcher.takeLost()); train = matcher.take()) order.push(train?.trainId ?? lost!.rule);
    expect(order).toEqual([1, 'its memory was full', 3]);
  });
});

describe('two streams', () => {
  /** Two that have both been seen. */
  function two(windowMs = 1000): Matcher {
    const matcher = new Matcher(['block', 'block'], windowMs, 100);
    both(matcher, 1, 0);
    ids(matcher);
    return matcher;
  }
  function both(matcher: Matcher, id: number, now: number): void {
    matcher.add(on(0, id, 'A'), now);
    matcher.add(on(1, id, 'B'), now);
  }

  test('a train is complete when both have come, in either order', () => {
    const matcher = two();
    matcher.add(on(0, 2, 'A'), 0);
    expect(ids(matcher)).toEqual([]);
    matcher.add(on(1, 2, 'B'), 5);
    matcher.add(on(1, 3, 'B'), 5);
    matcher.add(on(0, 3, 'A'), 6);
    expect(taken(matcher)).toEqual([[2, 'AB'], [3, 'AB']]);
  });

  test('one that has gone on to a later train is not waited for', () => {
    const matcher = two();
    matcher.add(on(0, 2, 'A'), 0);
    both(matcher, 3, 0);
    expect(taken(matcher)).toEqual([[2, 'A'], [3, 'AB']]);
  });

  test('one that stays away is waited for during the window, then for some trains, then not', () => {
    const matcher = two(100);
    matcher.add(on(0, 2, 'A'), 0);
    expect([matcher.close(99), ids(matcher)]).toEqual([[], []]);
    matcher.close(100);
    expect(taken(matcher)).toEqual([[2, 'A']]);
    for (const id of range(3, 20)) matcher.add(on(0, id, 'A'), 1000);
    matcher.close(1100);
    expect(ids(matcher)).toHaveLength(17);
    matcher.add(on(0, 20, 'A'), 2000);
    expect(ids(matcher)).toEqual([20]);
  });

  test('one that comes back is waited for again; after a pause of both nothing is lost', () => {
    const matcher = two(100);
    for (const id of range(2, 40)) matcher.add(on(0, id, 'A'), id * 100);
    ids(matcher);
    both(matcher, 41, 5000);
    matcher.add(on(0, 42, 'A'), 5000);
    expect(taken(matcher).at(-1)).toEqual([41, 'A']);
    matcher.add(on(1, 42, 'B'), 5001);
    both(matcher, 900, 90_000);
    expect(taken(matcher)).toEqual([[42, 'AB'], [900, 'AB']]);
  });

  test('one that comes to be there: its first train is not dropped, however late that is', () => {
    for (const before of [0, 1, 500]) {
      const matcher = new Matcher(['block', 'block'], 500, 100);
      for (const id of range(0, before)) matcher.add(on(0, id, 'A'), 20_000 + id * 100);
      matcher.close(80_000);
      ids(matcher);
      matcher.expect(1, 90_000);
      for (const part of [on(0, 1000, 'A'), on(0, 1001, 'A'), on(1, 1000, 'B'), on(1, 1001, 'B')]) matcher.add(part, 90_010);
      expect(taken(matcher)).toEqual([[1000, 'AB'], [1001, 'AB']]);
      expect(matcher.dropped).toEqual({});
    }
  });

  test('one that is connected only when trains wait for it already', () => {
    const matcher = new Matcher(['block', 'block'], 500, 100);
    for (const id of range(100, 105)) matcher.add(on(0, id, 'A'), 0);
    matcher.expect(1, 10);
    expect(matcher.waiting).toBe(0);
    for (const id of range(100, 105)) matcher.add(on(1, id, 'B'), 20);
    expect(taken(matcher)).toEqual(range(100, 105).map((id) => [id, 'AB']));
  });

  test('one that connects again and again and sends nothing holds up the other once', () => {
    const matcher = two(500);
    for (const id of range(2, 40)) matcher.add(on(0, id, 'A'), id * 1000);
    matcher.close(60_000);
    ids(matcher);
    let held = 0;
    for (const id of range(40, 140)) {
      matcher.expect(1, 60_000 + id * 10);
      matcher.add(on(0, id, 'A'), 60_000 + id * 10);
      held = Math.max(held, id + 1 - 40 - ids(matcher).length);
    }
    matcher.close(Infinity);
    matcher.add(on(0, 140, 'A'), 70_000);
    expect(ids(matcher)).toContain(140);
  });

  test('slow control beside a detector is waited for where it is due, and nowhere else', () => {
    const matcher = new Matcher(['block', 'block'], 500, 100);
    const held: number[] = [];
    for (const id of range(100, 200)) {
      matcher.add(on(0, id, 'A'), id * 100);
      if (id % 10 === 0) {
        if (matcher.waiting === 0) held.push(id);
        matcher.add(on(1, id, 'B'), id * 100 + 50);
      }
      if (id > 140) expect(taken(matcher)).toEqual([[id, id % 10 === 0 ? 'AB' : 'A']]);
      else ids(matcher);
    }
    expect(held).toEqual(expect.arrayContaining([150, 160, 190]));
  });

  test('one that is always three trains behind', () => {
    const matcher = two(500);
    for (const id of range(2, 60)) {
      matcher.add(on(0, id, 'A'), id * 100);
      if (id > 4) matcher.add(on(1, id - 3, 'B'), id * 100 + 10);
    }
    expect(taken(matcher)).toEqual(range(2, 57).map((id) => [id, 'AB']));
    expect(matcher.dropped).toEqual({});
  });

  test('one that is too far behind loses its own trains only', () => {
    const matcher = two(500);
    for (const id of range(2, 200)) {
      matcher.add(on(0, id, 'A'), id * 100);
      if (id > 60) matcher.add(on(1, id - 50, 'B'), id * 100 + 10);
    }
    matcher.close(Infinity);
    expect(ids(matcher)).toEqual(range(2, 200));
    expect(matcher.lanes[1]!.dropped).toEqual({ 'came after its train was closed': 139 });
    expect([matcher.lanes[0]!.dropped, matcher.lanes[1]!.clock.late]).toEqual([{}, 139]);
  });

  test('one that is always too late is not waited for any more, until it has caught up', () => {
    const matcher = two(500);
    const held: number[] = [];
    for (const id of range(2, 400)) {
      const now = id * 100;
      matcher.close(now);
      matcher.add(on(0, id, 'A'), now);
      held.push(id - (ids(matcher).at(-1) ?? 0));
      if (id > 9) matcher.add(on(1, id - 8, 'B'), now + 10);
    }
    expect(held.filter((trains) => trains === 0).length).toBeGreaterThan(280);
    // Two trains behind is in time.
    const matched: number[] = [];
    for (const id of range(400, 600)) {
      matcher.close(id * 100);
      matcher.add(on(0, id, 'A'), id * 100);
      matcher.add(on(1, id - 2, 'B'), id * 100 + 10);
      matched.push(...taken(matcher).filter(([, sources]) => sources === 'AB').map(([trainId]) => trainId));
    }
    expect(matched.slice(-100)).toEqual(range(498, 598));
  });

  test.each([['ahead', 5_000_000], ['behind', 100]])('one that jumps far %s: the other goes on, until it is alone', (_, from) => {
    const matcher = two();
    for (const id of range(10_000, 10_020)) both(matcher, id, id * 100);
    ids(matcher);
    for (const i of range(20, 60)) {
      matcher.add(on(1, from + i, 'B'), (10_000 + i) * 100);
      matcher.add(on(0, 10_000 + i, 'A'), (10_000 + i) * 100);
    }
    matcher.close(Infinity);
    expect(taken(matcher)).toEqual(range(10_020, 10_060).map((id) => [id, 'A']));
    expect(matcher.lanes.map(({ apart, dropped }) => [apart, dropped])).toEqual([[0, {}], [40, { 'out of step': 40 }]]);
    expect(matcher.isApart('B')).toBe(true);
    matcher.gone(0);
    matcher.add(on(1, from + 60, 'B'), 1_006_100);
    const train = matcher.take();
    expect([train?.trainId, train?.anew]).toEqual([from + 60, from < 10_000]);
  });

  test('both begin anew, one after the other: matched again, at most one train of the first is lost', () => {
    const matcher = two();
    for (const id of range(10_000, 10_020)) both(matcher, id, id * 100);
    ids(matcher);
    for (const id of range(100, 110)) both(matcher, id, 1_002_000 + (id - 100) * 100);
    matcher.close(Infinity);
    expect(taken(matcher)).toEqual([[100, 'B'], ...range(101, 110).map((id) => [id, 'AB'])]);
    expect(matcher.dropped).toEqual({ 'out of step': 1 });
  });

  test('a late piece of a closed train is dropped; a repeated one of an open train, too', () => {
    const matcher = two(100);
    matcher.add(on(0, 2, 'A'), 0);
    const again = on(0, 2, 'A');
    expect(matcher.add(again, 1)).toEqual([again]);
    matcher.close(200);
    const late = on(1, 2, 'B');
    expect(matcher.add(late, 201)).toEqual([late]);
    expect(matcher.dropped).toEqual({ 'came twice': 1, 'came after its train was closed': 1 });
  });

  test('trains that are open when all begin anew are given, and hold up nothing', () => {
    const matcher = two(100);
    both(matcher, 50_000, 0);
    matcher.add(on(0, 50_001, 'A'), 0);
    ids(matcher);
    matcher.gone(1);
    for (const id of [5, 6, 7]) {
      matcher.add(on(0, id, 'A'), 10);
      matcher.add(on(1, id, 'B'), 10);
    }
    matcher.close(1000);
    expect(taken(matcher)).toEqual([[50_001, 'A'], [5, 'A'], [6, 'AB'], [7, 'AB']]);
  });

  test('the same source on both: that of the first is taken, as long as it sends it', () => {
    const matcher = two();
    const said: [string, number, number][] = [];
    matcher.onDoubled = (...doubled) => void said.push(doubled);
    for (const id of [2, 3]) {
      matcher.add(on(0, id, 'AX'), id);
      matcher.add(on(1, id, 'BX'), id);
    }
    expect(taken(matcher)).toEqual([[2, 'ABX'], [3, 'ABX']]);
    expect([matcher.streamOf('X'), said[0]]).toEqual([0, ['X', 0, 1]]);
    expect(matcher.lanes[1]!.dropped).toEqual({ 'on two streams': 2 });
    const alone = on(1, 4, 'X');
    expect(matcher.add(alone, 5)).toEqual([alone]);
    matcher.gone(0);
    matcher.add(on(1, 5, 'BX'), 6);
    expect([matcher.streamOf('X'), said.at(-1)]).toEqual([1, ['X', 1, 0]]);
    // The stream named first takes it back.
    matcher.add(on(0, 6, 'AX'), 7);
    expect(matcher.streamOf('X')).toBe(0);
  });
});
