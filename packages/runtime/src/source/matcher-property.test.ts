import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Matcher } from './matcher.ts';
import { on } from './pieces.test.support.ts';
import type { Piece } from './receive-messages.ts';
import type { WhenFull } from './stream-address.ts';

/** What one run of random arrivals gave. */
interface Told {
  readonly trains: readonly { readonly trainId: number; readonly anew: boolean; readonly sources: string; readonly rule?: string }[];
}

describe('whatever comes over several streams', () => {
  const streams = 3;
  const arrival = fc.record({
    stream: fc.nat(streams - 1),
    /** Around the newest train: early, late, the same again; now and then far away. */
    offset: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: -4, max: 3 }) }, { weight: 1, arbitrary: fc.constantFrom(-5000, 5000, 1e12, -1e12, 30, -30) }),
    sources: fc.constantFrom('a', 'b', 'ab'),
    wait: fc.integer({ min: 0, max: 80 }),
    what: fc.oneof({ weight: 12, arbitrary: fc.constant('piece') }, { weight: 1, arbitrary: fc.constantFrom('lost', 'gone', 'expect', 'full') }),
    takes: fc.nat(3),
  });
  const policies = fc.array(fc.constantFrom<WhenFull>('block', 'drop-oldest', 'drop-newest'), { minLength: streams, maxLength: streams });

  test('trains ascend until all begins anew; each part is computed or dropped once, under one rule; each slot is freed once; nothing waits longer than the window', () => {
    fc.assert(fc.property(fc.array(arrival, { maxLength: 150 }), policies, fc.integer({ min: 1, max: 6 }), (arrivals, rules, capacity) => {
      const windowMs = 100;
      const matcher = new Matcher(rules, windowMs, capacity);
      const sent: Piece[] = [];
      const freed: Piece[] = [];
      const trains: Told['trains'][number][] = [];
      let computed = 0;
      const take = (most: number): void => {
        for (let n = 0; n < most; n++) {
          const lost = matcher.takeLost();
          const train = lost ? undefined : matcher.take();
          if (lost) trains.push({ trainId: lost.trainId, anew: lost.anew, sources: [...lost.sources].join(''), rule: lost.rule });
          if (train) {
            trains.push({ trainId: train.trainId, anew: train.anew, sources: [...train.sources].join('') });
            computed += train.pieces.length;
            freed.push(...train.pieces);
          }
        }
      };
      let [now, base] = [0, 10_000];
      for (const { stream, offset, sources, wait, what, takes } of arrivals) {
        now += wait;
        base += 1;
        freed.push(...matcher.close(now));
        if (what === 'gone') matcher.gone(stream);
        else if (what === 'expect') matcher.expect(stream, now);
        else if (what === 'full') freed.push(...matcher.dropOldest(stream, 'full'));
        else {
          const names = sources.split('').map((letter) => (letter === 'b' ? letter : `${letter}${stream}`));
          const part: Piece = { ...on(stream, Math.max(0, base + offset), ''), sources: Object.fromEntries(names.map((name) => [name, {}])), ...(what === 'lost' && { lost: 'full' }) };
          sent.push(part);
          freed.push(...matcher.add(part, now));
        }
        take(takes);
      }
      // Bounded waiting: after the window nothing is open any more.
      freed.push(...matcher.close(now + windowMs));
      take(matcher.waiting);
      expect(matcher.waiting).toBe(0);
      const before = freed.length;
      expect(matcher.close(Infinity)).toEqual([]);
      // Every slot once.
      expect(freed.map(({ id }) => id).sort((a, b) => a - b)).toEqual(sent.map(({ id }) => id).sort((a, b) => a - b));
      expect(before).toBe(sent.length);
      for (const lane of matcher.lanes) expect([lane.open, lane.waiting]).toEqual([0, 0]);
      // Ascending, but where the trains began anew.
      for (const [i, { trainId, anew }] of trains.entries()) if (i > 0 && !anew) expect(trainId).toBeGreaterThan(trains[i - 1]!.trainId);
      // What is told lost or dropped adds up: whole trains once, in their place.
      for (const rule of ['no worker was free']) expect(trains.filter((train) => train.rule === rule).length).toBe(matcher.dropped[rule] ?? 0);
      const dropped = matcher.lanes.reduce((sum, lane) => sum + Object.values(lane.dropped).reduce((all, n) => all + n, 0), 0);
      const stripped = (matcher.dropped['on two streams'] ?? 0) + (matcher.dropped['came twice'] ?? 0);
      // Each part is computed or dropped; a part that lost a source of several is counted for that, too.
      expect(dropped + computed).toBeGreaterThanOrEqual(sent.length);
      expect(dropped + computed - stripped).toBeLessThanOrEqual(sent.length);
    }), { numRuns: 1000 });
  });

  test('streams with one source each: every (source, train) that came is in one train, lost with one, or dropped under one rule', () => {
    fc.assert(fc.property(fc.array(fc.record({ stream: fc.nat(streams - 1), offset: fc.integer({ min: -6, max: 4 }), wait: fc.nat(60) }), { maxLength: 120 }), policies, (arrivals, rules) => {
      const matcher = new Matcher(rules, 100, 3);
      let now = 0;
      for (const [i, { stream, offset, wait }] of arrivals.entries()) {
        now += wait;
        matcher.close(now);
        matcher.add(on(stream, 1000 + i + offset, 'abc'[stream]!), now);
      }
      matcher.close(Infinity);
      const whole = new Map<string, number>();
      while (matcher.waiting) {
        const lost = matcher.takeLost();
        const train = lost ?? matcher.take()!;
        for (const source of train.sources) whole.set(source, (whole.get(source) ?? 0) + 1);
      }
      const single = ['came twice', 'came out of order', 'came after its train was closed', 'out of step'];
      for (const [stream, source] of ['a', 'b', 'c'].entries()) {
        const { dropped } = matcher.lanes[stream]!;
        const alone = single.reduce((sum, rule) => sum + (dropped[rule] ?? 0), 0);
        expect((whole.get(source) ?? 0) + alone).toBe(arrivals.filter((one) => one.stream === stream).length);
      }
    }), { numRuns: 300 });
  });
});
