import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeNames } from '@trainyard/core';
import type { GenerationDescriptor, ViewDescriptor } from '../worker/generation.ts';
import { Accounts, type BookedTrain } from './accounts.ts';

function descriptor(number: number, names: readonly string[], hidden: readonly string[] = []): GenerationDescriptor {
  const views = names.map((name, rank): ViewDescriptor => ({ id: `views/${name}`, group: 'views', name, kind: 'scalar', hidden: hidden.includes(name), rank, stage: 'pool', inPool: true, cumulative: false, inputs: [], hash: name }));
  return { number, views, params: [], actions: [], scans: [], constants: [], paths: [], reach: 0, reduces: false, notes: [] };
}

const [VALUE, NONE, MISSING, FAILED, LATE] = [0, 1, 2, 3, 4];
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, n) => total + n, 0);

const names = fc.subarray(['a', 'b', 'c', 'd', 'e'], { minLength: 1 });
const event = fc.oneof(
  // A save: views come, go, come back. Trains of the code before may still be under way.
  { weight: 1, arbitrary: fc.record({ what: fc.constant('reload' as const), names }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('switch' as const) }) },
  // A train: the outcome of each view by its place, or undefined for one that comes later.
  { weight: 6, arbitrary: fc.record({ what: fc.constant('train' as const), codes: fc.array(fc.option(fc.nat({ max: 5 }), { nil: undefined, freq: 4 }), { minLength: 5, maxLength: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('dropped' as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('arrives' as const), which: fc.nat(), code: fc.nat({ max: 5 }) }) },
);

test('for every view, trains seen are the sum of its outcomes, whatever happens in whatever order', () => {
  fc.assert(fc.property(fc.array(event, { maxLength: 80 }), (events) => {
    const accounts = new Accounts();
    let newest = descriptor(1, ['a', 'b']);
    let running = newest;
    let number = 1;
    let trains = 0;
    let seq = 0;
    const everRun = new Set(['views/a', 'views/b']);
    let pending: { id: string; seq: number; generation: number }[] = [];
    accounts.generation(newest);
    const book = (id: string, of: { seq: number; generation: number }, code: number): void => accounts.book({ trainId: 1000 + of.seq, ageMs: 5, ...of }, id, { code, message: `${code}` }, code === VALUE || code === FAILED ? 1 : undefined);
    const expectWhole = (): void => {
      for (const { id, seen, counts } of accounts.states()) expect(seen).toBe(sum(counts) + pending.filter((one) => one.id === id).length);
    };
    for (const one of events) {
      if (one.what === 'reload') {
        newest = descriptor(++number, one.names);
        accounts.generation(newest);
      } else if (one.what === 'switch') running = newest;
      else if (one.what === 'arrives') {
        const [found] = pending.splice(one.which % Math.max(1, pending.length), 1);
        if (found) book(found.id, found, one.code);
      } else {
        const of = { seq: seq++, generation: running.number };
        trains += 1;
        accounts.seen(running.views);
        for (const [i, { id }] of running.views.entries()) {
          everRun.add(id);
          const code = one.what === 'dropped' ? 5 : one.codes[i];
          if (code === undefined) pending.push({ id, ...of });
          else book(id, of, code);
        }
      }
      expectWhole();
    }
    for (const { id, ...of } of pending) book(id, of, LATE!);
    pending = [];
    expectWhole();
    const summary = accounts.counts(trains);
    // Every view that ever had an outcome is in it, and those of the code that runs.
    const wanted = new Set([...newest.views.map(({ id }) => id), ...(trains ? everRun : [])]);
    for (const id of Object.keys(summary)) expect(wanted).toContain(id);
    for (const { id } of newest.views) expect(summary).toHaveProperty([id]);
    for (const counts of Object.values(summary)) {
      expect(sum(counts)).toBe(trains);
      expect(Object.keys(counts)).toEqual([...outcomeNames]);
    }
    expect(accounts.states().map(({ id }) => id)).toEqual(newest.views.map(({ id }) => id));
  }), { numRuns: 500 });
});

describe('what a view says of itself', () => {
  const train = (seq: number, generation = 1, ageMs = 12): BookedTrain => ({ trainId: 100 + seq, seq, generation, ageMs });
  const state = (accounts: Accounts, id = 'views/a') => accounts.states().find((view) => view.id === id)!;

  test('its newest outcome and since when; an outcome that comes after that of a later train is counted and not the newest', () => {
    const accounts = new Accounts();
    accounts.generation(descriptor(1, ['a']));
    for (let seq = 0; seq < 3; seq++) accounts.book(train(seq), 'views/a', { code: MISSING!, message: `no data ${seq}` }, undefined);
    expect(state(accounts)).toMatchObject({ newest: { trainId: 102, message: 'no data 2' }, since: { trainId: 100 } });
    accounts.book(train(5), 'views/a', { code: VALUE! }, 3);
    accounts.book(train(4), 'views/a', { code: FAILED!, message: 'boom' }, 2);
    expect(state(accounts)).toMatchObject({ newest: { trainId: 105, outcome: 'value' }, since: { trainId: 105 }, lastFailure: { trainId: 104, message: 'boom' }, counts: { value: 1, missing: 3, failed: 1 } });
    // Trains that are dropped between them end nothing.
    accounts.book(train(7), 'views/a', { code: 5, message: 'no worker was free' }, undefined);
    expect(state(accounts)).toMatchObject({ newest: { outcome: 'dropped' } });
    expect(state(accounts).since).toBeUndefined();
    accounts.book(train(8), 'views/a', { code: VALUE! }, 1);
    expect(state(accounts)).toMatchObject({ since: { trainId: 105 } });
    // The train IDs of the stream began anew.
    accounts.book({ ...train(9), trainId: 1 }, 'views/a', { code: NONE!, message: 'dark' }, 1);
    expect(state(accounts)).toMatchObject({ newest: { trainId: 1, outcome: 'none' }, since: { trainId: 1 } });
  });

  test('its own time on every train it ran, its age with every value; recorded data have no age', () => {
    const accounts = new Accounts();
    accounts.generation(descriptor(1, ['a', 'b']));
    for (let seq = 0; seq < 100; seq++) {
      accounts.book(train(seq, 1, 40), 'views/a', { code: seq % 2 ? VALUE! : FAILED!, message: '' }, 10);
      accounts.book({ ...train(seq), ageMs: undefined }, 'views/b', { code: VALUE! }, 2);
    }
    const { time, age } = state(accounts);
    expect(time).toMatchObject({ count: 100, sumMs: 1000 });
    expect(age).toMatchObject({ count: 50, sumMs: 2000 });
    expect(Math.abs(time.lastMinute!.p50 / 10 - 1)).toBeLessThan(0.02);
    expect(Math.abs(age!.all!.p99 / 40 - 1)).toBeLessThan(0.02);
    expect(state(accounts, 'views/b').age).toBeNull();
  });

  test('how long trains take to the screen, while somebody looks', () => {
    const accounts = new Accounts();
    accounts.generation(descriptor(1, ['a', 'b']));
    accounts.shown('views/a', 1);
    expect(state(accounts).pixel).toBeNull();
    accounts.watched(['views/a']);
    accounts.shown('views/a', 40);
    accounts.shown('views/b', 40);
    // Another panel of another view: what was measured of the first stays.
    accounts.watched(['views/a', 'views/b', 'karabo#A/B/C.d']);
    accounts.shown('views/a', 60);
    expect(state(accounts).pixel).toMatchObject({ count: 2, sumMs: 100 });
    expect(state(accounts, 'views/b').pixel).toBeNull();
    accounts.watched([]);
    expect(state(accounts).pixel).toBeNull();
  });

  test('failures of the code before are past, also when its trains end after the save', () => {
    const accounts = new Accounts();
    accounts.generation(descriptor(1, ['a']));
    accounts.book(train(0), 'views/a', { code: FAILED!, message: 'old' }, 1);
    accounts.generation(descriptor(2, ['a']));
    expect(state(accounts).lastFailure).toBeUndefined();
    accounts.book(train(1), 'views/a', { code: FAILED!, message: 'old' }, 1);
    expect(state(accounts).lastFailure).toBeUndefined();
    accounts.book(train(2, 2), 'views/a', { code: LATE!, message: 'new' }, 1);
    expect(state(accounts).lastFailure).toMatchObject({ message: 'new' });
  });

  test('a view that is taken out and put back has its counts; its times and reasons begin anew', () => {
    const accounts = new Accounts();
    accounts.generation(descriptor(1, ['a']));
    accounts.seen([{ id: 'views/a' }]);
    accounts.book(train(0), 'views/a', { code: FAILED!, message: 'boom' }, 1);
    accounts.generation(descriptor(2, ['b'], ['b']));
    expect(accounts.states().map(({ id }) => id)).toEqual(['views/b']);
    // Hidden views are in no summary.
    expect(accounts.counts(3)).toEqual({ 'views/a': { value: 0, none: 2, missing: 0, failed: 1, late: 0, dropped: 0 } });
    accounts.generation(descriptor(3, ['a']));
    expect(state(accounts)).toMatchObject({ counts: { failed: 1 }, seen: 1, time: { count: 0, all: null } });
    expect(state(accounts).newest).toBeUndefined();
  });
});

test('the state of a hundred views is made in well under a millisecond each time', () => {
  const accounts = new Accounts();
  const many = descriptor(1, Array.from({ length: 100 }, (_, i) => `v${i}`));
  accounts.generation(many);
  for (let seq = 0; seq < 200; seq++) {
    for (const [i, { id }] of many.views.entries()) accounts.book({ trainId: seq, seq, generation: 1, ageMs: 3 + ((seq * 31 + i) % 400) }, id, { code: VALUE! }, ((seq * 17 + i) % 1000) / 100);
  }
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    const start = performance.now();
    expect(accounts.states()).toHaveLength(100);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  console.log(`state of 100 views: median ${times[30]!.toFixed(3)} ms`);
  // On a machine with nothing else to do it takes 0.3 ms: this fails when somebody makes it slow by an order of magnitude.
  expect(times[15]).toBeLessThan(5);
});
