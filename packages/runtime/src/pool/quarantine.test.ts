import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../crew/graphs.test.support.ts';
import { Quarantine, type Cell } from './quarantine.ts';
import { SET_ASIDE, type Fall } from './set-aside.ts';

/** a <- b <- c, d <- e, f takes b and e; g has nothing to do with any. */
const graph = graphOf([['a', ['X.y']], ['b', ['a']], ['c', ['b']], ['d', ['X.y']], ['e', ['d']], ['f', ['b', 'e']], ['g', ['X.y']]]);
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const fall = (seq: number, from = seq * 100, at = from + 50): Fall => ({ seq, trainId: 5000 + seq, reason: 'took longer than 250 ms and was stopped', from, at });
const sorted = (ids: Iterable<string>): string[] => [...ids].sort();

const step = fc.oneof(
  fc.record({ what: fc.constantFrom('suspect' as const, 'clear' as const, 'fall' as const, 'retry' as const), view: fc.constantFrom(...NAMES), trains: fc.nat({ max: 60 }) }),
  fc.record({ what: fc.constant('good' as const), which: fc.nat() }),
);

test('whatever happens: cells have nothing in common, each has the takers of its suspects and no others, and who is set aside is in none', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
    const quarantine = new Quarantine(graph);
    const joined: Cell[] = [];
    quarantine.onJoin = (from, into) => {
      expect(quarantine.cells).not.toContain(from);
      expect(into.views.isSupersetOf(from.views)).toBe(true);
      joined.push(from);
    };
    let seq = 0;
    let fallen: ReadonlySet<string> = new Set();
    for (const one of steps) {
      if (one.what === 'good') {
        const ill = quarantine.cells.filter((cell) => cell.hasFallen);
        const cell = ill[one.which % Math.max(1, ill.length)];
        if (cell && quarantine.good(cell)) {
          fallen = fallen.difference(cell.suspects);
          expect(quarantine.cells).not.toContain(cell);
        }
      } else {
        seq += one.trains;
        // A view that is set aside is not run: it can neither hang nor fall.
        if (one.view in quarantine.aside && one.what !== 'retry') continue;
        if (one.what === 'suspect') expect(quarantine.suspect(one.view).suspects).toContain(one.view);
        else if (one.what === 'clear') quarantine.clear(one.view);
        else if (one.what === 'retry') quarantine.retry(one.view);
        else expect(quarantine.fall(one.view, fall(seq)) === undefined).toBe(one.view in quarantine.aside);
        if (one.what === 'retry' || one.what === 'fall') fallen = fallen.union(new Set([one.view]));
        fallen = fallen.difference(new Set(Object.keys(quarantine.aside)));
      }
      const { cells, aside, marked } = quarantine;
      const all = cells.flatMap((cell) => [...cell.views]);
      expect(new Set(all).size).toBe(all.length);
      for (const cell of cells) {
        expect(cell.suspects.size).toBeGreaterThan(0);
        expect(sorted(cell.views)).toEqual(sorted(new Set([...cell.suspects].flatMap((view) => [...graph.takersOf(view)]))));
        for (const view of cell.suspects) expect(view in aside).toBe(false);
      }
      expect(sorted(marked)).toEqual(sorted(fallen.union(new Set(Object.keys(aside)))));
      for (const cell of cells) expect(cell.hasFallen).toBe(!fallen.isDisjointFrom(cell.suspects));
    }
  }), { numRuns: 300 });
});

describe('a view', () => {
  test('that was only slow goes back at once', () => {
    const quarantine = new Quarantine(graph);
    const cell = quarantine.suspect('b');
    expect([sorted(cell.views), cell.hasFallen]).toEqual([['b', 'c', 'f'], false]);
    quarantine.clear('b');
    expect(quarantine.cells).toEqual([]);
  });

  test('that was only slow beside one that fell goes back at once, too', () => {
    const quarantine = new Quarantine(graph);
    const cell = quarantine.fall('d', fall(0))!;
    expect(quarantine.suspect('a')).toBe(cell);
    expect(sorted(cell.views)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    quarantine.clear('a');
    expect([sorted(cell.suspects), sorted(cell.views), quarantine.cells.length]).toEqual([['d'], ['d', 'e', 'f'], 1]);
  });

  test('that fell goes back after fifty good trains in a row', () => {
    const quarantine = new Quarantine(graph);
    const cell = quarantine.fall('g', fall(0))!;
    quarantine.clear('g');
    expect(quarantine.cells).toEqual([cell]);
    for (let i = 0; i < 49; i++) expect(quarantine.good(cell)).toBe(false);
    quarantine.fall('g', fall(49));
    for (let i = 0; i < 49; i++) expect(quarantine.good(cell)).toBe(false);
    expect(quarantine.good(cell)).toBe(true);
    expect(quarantine.cells).toEqual([]);
  });

  test(`that falls ${SET_ASIDE.times} times within ${SET_ASIDE.within} trains is set aside, with all that is to be known; later than that it is not`, () => {
    const quarantine = new Quarantine(graph);
    for (const seq of [10, 60]) expect(quarantine.fall('e', fall(seq))).toBeDefined();
    expect(quarantine.fall('e', fall(110))).toBeDefined();
    expect(quarantine.fall('e', fall(159))).toBeUndefined();
    expect(quarantine.aside['e']).toEqual({ outcome: 'failed', message: 'set aside after it hung or ended its worker 3 times, on trains 5060, 5110 and 5159; the last time it took longer than 250 ms and was stopped. Save the file, or yard ctl reload, or yard ctl resume e, to try it again' });
    expect(quarantine.cells).toEqual([]);
    quarantine.retry('e');
    expect([quarantine.aside, quarantine.marked]).toEqual([{}, ['e']]);
  });

  test('that hangs in several workers at once falls once', () => {
    const quarantine = new Quarantine(graph);
    for (const seq of [10, 11, 12, 13]) expect(quarantine.fall('e', fall(seq, 1000 + seq, 1250 + seq))).toBeDefined();
    expect(quarantine.aside).toEqual({});
  });
});

test('more than eight in quarantine are too many workers', () => {
  const many = graphOf(Array.from({ length: 12 }, (_, i) => [`v${i}`, ['X.y']] as const));
  const quarantine = new Quarantine(many);
  for (let i = 0; i < 12; i++) quarantine.fall(`v${i}`, fall(i * 3));
  expect(quarantine.cells).toHaveLength(8);
  expect(Object.keys(quarantine.aside)).toEqual(['v8', 'v9', 'v10', 'v11']);
  expect(quarantine.aside['v8']!.message).toMatch(/^set aside: it took longer .* and 8 other views are in quarantine already/);
});
