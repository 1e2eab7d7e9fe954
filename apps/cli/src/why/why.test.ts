import { describe, expect, test } from 'vitest';
import type { YardState } from '@trainyard/control';
import { rootsOf } from './root-causes.ts';
import { whyAll } from './why-all.ts';
import { whyText, whyView } from './why-view.ts';
import { NOW, outcome, state, view } from './yard-state.test.support.ts';
import { yardCauses } from './yard-causes.ts';

const CAM = 'karabo#CAM/1[data.image.pixels]';
const where = { file: '/home/user/views.ts', line: 5, column: 42 };
const broken = view('views/broken', [CAM], { newest: outcome('failed', 'the moon is full', { where }) });
const takes = (id: string, ...inputs: string[]) => view(id, inputs.map((one) => `view#${one}`), { newest: outcome('missing', `view#${inputs[0]}: whatever the chain says`) });

describe('where it begins', () => {
  const roots = (id: string, ...views: ReturnType<typeof view>[]): string[] => rootsOf(views.find((one) => one.id === id)!, new Map(views.map((one) => [one.id, one]))).map((one) => one.id);

  test('a downstream of a downstream names the root, once', () => {
    const views = [broken, takes('views/a', 'views/broken'), takes('views/b', 'views/a'), takes('views/c', 'views/a', 'views/b')];
    expect(roots('views/c', ...views)).toEqual(['views/broken']);
    expect(roots('views/broken', ...views)).toEqual(['views/broken']);
  });

  test('several roots, in the order of the inputs; optional inputs and those with a value are none', () => {
    const dark = view('views/dark', [], { newest: outcome('none', 'shutter closed') });
    const views = [broken, dark, view('views/good', [CAM]), takes('views/a', 'views/good', 'views/dark', 'views/broken', 'views/other?'), view('views/other', [], { newest: outcome('failed', 'x') })];
    expect(roots('views/a', ...views)).toEqual(['views/dark', 'views/broken']);
    expect(roots('views/good', ...views)).toEqual([]);
  });

  test('a view that is missing by a path, by a view of another train, or in a circle is its own root', () => {
    const circle = [takes('views/a', 'views/b'), takes('views/b', 'views/a')];
    expect(roots('views/a', ...circle)).toEqual([]);
    expect(roots('views/a', takes('views/a', 'views/good'), view('views/good'))).toEqual(['views/a']);
    expect(roots('views/a', takes('views/a', 'views/gone'))).toEqual(['views/a']);
  });
});

describe('one view', () => {
  const says = (one: ReturnType<typeof view>, ...others: ReturnType<typeof view>[]): string => whyText(one, state([one, ...others]), NOW);

  test('a failure: outcome, since when, where, counts, what to do', () => {
    expect(says(broken)).toBe(`views/broken: failed: the moon is full (train 10100, just now, since train 10000 10 s ago).
  at /home/user/views.ts:5:42
  of 100 trains: 100 failed
  what to do: mend it at /home/user/views.ts:5:42 and save: the other views run on meanwhile
  written at /home/user/views.ts:12:14`);
  });

  test('the end of a chain names the root and its place, not the chain', () => {
    const [a, b] = [takes('views/a', 'views/broken'), takes('views/b', 'views/a')];
    const text = says(b, a, broken);
    expect(text).toMatch(/^views\/b: missing: it takes views\/broken, which is failed: the moon is full \(train 10100/);
    expect(text).toContain('  at /home/user/views.ts:5:42\n');
    expect(text).not.toContain('views/a');
  });

  test.each<[string, ReturnType<typeof view>, RegExp]>([
    ['a source that is not there', view('v/a', [CAM], { newest: outcome('missing', `${CAM}: the source CAM/1 has not been seen in this stream. Did you mean "CAM/2"?`) }), /what to do: correct the path/],
    ['data that come now and then', view('v/a', [CAM], { newest: outcome('missing', `${CAM}: the source has no data in this train`) }), /what to do: where the view can do without it, take it as optional\(path\)/],
    ['nothing returned', view('v/a', [CAM], { newest: outcome('none') }), /none: the view returned nothing for this train.*\n.*\n.*what to do: nothing, or return a value; skip\('why'\)/],
    ['skipped', view('v/a', [CAM], { newest: outcome('none', 'shutter closed') }), /none: shutter closed \(train 10100/],
    ['not due', view('v/a', [CAM], { newest: outcome('none', 'not due: it runs on every 5th train ID') }), /what to do: nothing: it has a value when it is due/],
    ['late', view('v/a', [CAM], { newest: outcome('late', 'took longer than 250 ms and was stopped') }), /what to do: make it faster/],
    ['dropped', view('v/a', [CAM], { newest: outcome('dropped', 'no worker was free') }), /what to do: give it more workers/],
    ['set aside', view('v/a', [CAM], { newest: outcome('failed', 'set aside after it hung 3 times. Save the file, or yard ctl resume v/a, to try it again') }), /^v\/a: failed: set aside after it hung 3 times\. Save the file, or yard ctl resume v\/a, to try it again \(/],
    ['suspended', view('v/a', [CAM], { newest: outcome('none', 'suspended by hand (control); yard ctl resume v/a lets it run again') }), /none: suspended by hand \(control\); yard ctl resume v\/a lets it run again/],
    ['a value', view('v/a', [CAM]), /^v\/a: value \(train 10100, just now\), 10\.0 values\/s, 12 ms old when it is there \(95 %: 31 ms\)\.\n {2}of 100 trains: 100 value\n {2}written/],
  ])('%s', (_, one, text) => {
    const said = says(one);
    expect(said).toMatch(text);
    // What its own sentence says already is not said again.
    if (/yard ctl/.test(one.newest!.message)) expect(said).not.toContain('what to do');
  });

  test('values again after a failure: the failure is still said', () => {
    const text = says(view('v/a', [CAM], { lastFailure: outcome('failed', 'a three', { where, at: NOW - 30_000, trainId: 9_990 }) }));
    expect(text).toContain('  last failure: a three (train 9990, 30 s ago)\n  at /home/user/views.ts:5:42');
  });

  test('no train yet: what the source says, and what it waits for', () => {
    const { newest: _, ...none } = view('v/a', [CAM, 'view#v/b']);
    const said = whyText(none, state([none], { source: { what: 'tcp://h:1', kind: 'stream', status: 'waiting', message: 'Nothing answers at tcp://h:1.' } }), NOW);
    expect(said).toMatch(/^v\/a: no train has come yet\. Nothing answers at tcp:\/\/h:1\. It waits for karabo#CAM\/1\[data\.image\.pixels\], v\/b\./);
  });

  test('as a program gets it', () => {
    const b = takes('views/b', 'views/broken');
    expect(whyView(b, state([b, broken]))).toMatchObject({ type: 'view', view: 'views/b', outcome: 'missing', since: { trainId: 10_000 }, roots: [{ view: 'views/broken', outcome: 'failed', message: 'the moon is full', where }], seen: 100, counts: { missing: 100 } });
  });
});

describe('above the views', () => {
  const codes = (more: Partial<YardState>, views = [view('v/a')]): string[] => yardCauses(state(views, more), NOW).map(({ code }) => code);
  const source = state([]).source;
  const stream = { what: 'tcp://h:1', status: 'streaming', message: 'Receiving.', policy: 'block', rate: 10, received: 10, dropped: {} } as const;

  test('a healthy yard has none', () => expect(codes({})).toEqual([]));

  test.each<[string, Partial<YardState>, string, RegExp]>([
    ['no source', { source: { ...source, status: 'gone', message: 'Nothing listens at tcp://h:1: is the address right?' } }, 'source', /is the address right/],
    ['one stream of two', { source: { ...source, streams: [stream, { ...stream, status: 'waiting', message: 'tcp://h:2 sends nothing to a REQ socket: is it a PUB?' }] } }, 'source', /is it a PUB/],
    ['a second client', { source: { ...source, streams: [{ ...stream, hint: 'Only every 2nd train arrives here' }] } }, 'stream', /every 2nd/],
    ['dropped trains', { trains: { ...state([]).trains, dropped: { 'no worker was free': 40 } } }, 'dropped', /40 \(no worker was free\).*--workers/],
    ['a save that does not load', { generation: { number: 3, loadedAt: 0, failures: 1, warnings: [], error: { code: 'VIEWS_COMPILE', message: 'Unexpected token', file: '/v.ts', line: 3, column: 5 } } }, 'code', /\/v\.ts:3:5: Unexpected token/],
    ['deaths', { workers: { pool: 1, busy: 0, deaths: { time: 2, exit: 1 } } }, 'workers', /3 workers \(2 by time, 1 by exit\)/],
    ['a busy machine', { process: { residentBytes: 1e9, loopLagMs: { p50: 1, p95: 800, p99: 900 } } }, 'busy', /late by 800 ms/],
  ])('%s', (_, more, code, message) => {
    const [cause] = yardCauses(state([view('v/a')], more), NOW);
    expect(cause).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(codes(more)).toHaveLength(1);
  });

  test('a stream that has stopped sending, but not a slow one or one that is dropped on purpose', () => {
    const old = [view('v/a', [], { newest: outcome('value', '', { at: NOW - 40_000 }) })];
    expect(codes({ trains: { ...state([]).trains, rate: 0 } }, old)).toEqual(['quiet']);
    expect(codes({ trains: { ...state([]).trains, rate: 0.1 } }, old)).toEqual([]);
    expect(codes({ trains: { ...state([]).trains, dropped: { sampled: 900 } } })).toEqual([]);
  });
});

describe('all views', () => {
  test('a healthy yard says so in one line', () => {
    expect(whyAll(state([view('v/a'), view('v/b')]), NOW)).toBe('All 2 views have values for the newest train (10100, just now): 10.0 trains/s, at most 31 ms old when they are there (95 %).');
  });

  test('each reason once, with all that wait for it', () => {
    const views = [view('views/good'), broken, takes('views/a', 'views/broken'), takes('views/b', 'views/a'), view('views/dark', [], { newest: outcome('none', 'shutter closed') })];
    const said = whyAll(state(views), NOW);
    expect(said.match(/the moon is full/g)).toHaveLength(1);
    expect(said).toContain('  for the same reason no value: views/a, views/b\n');
    expect(said).toContain('views/dark: none: shutter closed');
    expect(said).not.toContain('views/good');
  });

  test('views that nothing has come for are one sentence; dropped ones, too', () => {
    const none = ['v/a', 'v/b', 'v/c'].map((id) => {
      const { newest: _, ...one } = view(id);
      return one;
    });
    const gone = { what: 'tcp://h:1', kind: 'stream', status: 'gone', message: 'Nothing listens at tcp://h:1.' } as const;
    expect(whyAll(state(none, { source: gone }), NOW)).toBe('Nothing listens at tcp://h:1.\nNo train has come yet for v/a, v/b, v/c.');
    const dropped = Array.from({ length: 12 }, (_, i) => view(`v/v${i}`, [], { newest: outcome('dropped', 'no worker was free') }));
    expect(whyAll(state(dropped), NOW)).toMatch(/^v\/v0: dropped: no worker was free(.|\n)*for the same reason no value: v\/v1, .*v\/v8 and 3 others$/);
  });

  test('a failure of the last minute is said, also when values come again; an older one and a view that is not due are not', () => {
    const failed = (ms: number): ReturnType<typeof view> => view('v/a', [], { lastFailure: outcome('failed', 'a three', { at: NOW - ms }) });
    expect(whyAll(state([failed(30_000)]), NOW)).toContain('last failure: a three');
    expect(whyAll(state([failed(90_000)]), NOW)).toMatch(/^v\/. has values/);
    const every = view('v/e', [], { newest: outcome('none', 'not due: it runs on every 5th train ID'), counts: { value: 20, none: 80, missing: 0, failed: 0, late: 0, dropped: 0 } });
    expect(whyAll(state([every]), NOW)).toMatch(/^v\/. has values/);
  });

  test('a source that is gone while views have values', () => {
    const said = whyAll(state([view('v/a', [], { newest: outcome('value', '', { at: NOW - 35_000 }) })], { source: { what: 'x', kind: 'stream', status: 'gone', message: 'x went away.' }, trains: { seen: 9, done: 9, dropped: {}, rate: 0, lastTrainId: 9 } }), NOW);
    expect(said).toMatch(/^x went away\.\nv\/a has values for the newest train \(9, 35 s ago\): 0\.0 trains\/s/);
  });
});
