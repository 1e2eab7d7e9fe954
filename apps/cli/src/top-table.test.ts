import { expect, test } from 'vitest';
import { topTable } from './top-table.ts';
import { NOW, outcome, state, view } from './why/yard-state.test.support.ts';

const long = view('AVeryLongGroupName/withAnEvenLongerViewName', [], {
  rate: 123.4, counts: { value: 12_345, none: 1_234_567, missing: 9_999, failed: 100_000, late: 99_960, dropped: 1_000_000_000 },
  time: { lastMinute: { p50: 999.6, p95: 60_000, p99: 60_000 }, all: null, count: 1, sumMs: 1 }, age: { lastMinute: { p50: 9.96, p95: 999.4, p99: 1000 }, all: null, count: 1, sumMs: 1 },
  newest: outcome('failed', `${'a long reason '.repeat(20)}\nsecond line`),
});
const fast = view('v/fast', [], { age: { lastMinute: { p50: 1, p95: 400_000, p99: 1 }, all: null, count: 1, sumMs: 1 } });
const { newest: _, ...fresh } = view('v/fresh', [], { rate: 0, age: null, time: { lastMinute: null, all: null, count: 0, sumMs: 0 }, counts: { value: 0, none: 0, missing: 0, failed: 0, late: 0, dropped: 0 } });

test('the yard in a few lines, then a row for each view', () => {
  const rows = topTable(state([view('v/a'), fresh], { trains: { seen: 9, done: 9, dropped: { 'no worker was free': 12 }, rate: 9.96, lastTrainId: 10_100 } }), NOW).split('\n');
  expect(rows.slice(0, 3)).toEqual([
    'live views.ts  pid 4711  up 2 h 1 min  generation 3 (60 s ago)  workers 1/2  412 MB',
    'Receiving from tcp://127.0.0.1:4545.',
    '9 trains, 10.0/s, newest 10100, dropped: 12 no worker was free',
  ]);
  expect(rows[4]!.trim().split(/\s+/)).toEqual(['VIEW', 'RATE', 'VALUE', 'NONE', 'MISS', 'FAIL', 'LATE', 'DROP', 'TIME', 'AGE', 'NEWEST']);
  expect(rows[5]!.trim().split(/\s+/)).toEqual(['v/a', '10.0', '100', '-', '-', '-', '-', '-', '1.0/2.5', '12/31', 'value']);
  expect(rows[6]!.trim().split(/\s+/)).toEqual(['v/fresh', '0.0', '-', '-', '-', '-', '-', '-', '-', '-', 'no', 'train', 'yet']);
});

test('whatever there is fits into 100 columns, and into fewer where there are fewer', () => {
  const error = { code: 'X', message: 'a message that is long '.repeat(20), file: '/v.ts', line: 3, column: 5 };
  const wide = state([long, fast, view('v/a')], { generation: { number: 1, loadedAt: NOW, failures: 1, warnings: [], error } });
  const rows = topTable(wide, NOW).split('\n');
  for (const row of rows) expect(row.length).toBeLessThanOrEqual(100);
  const of = rows.find((row) => row.includes('ViewName'))!;
  expect(of).toMatch(/^…withAnEvenLongerViewName|^…\S{21} /);
  for (const part of ['123', '12.3k', '1.2M', '9999', '100k', '1.0G', '1.0s/60.0s', '10/999', 'failed: ']) expect(of).toContain(part);
  expect(rows.find((row) => row.startsWith('not loaded: /v.ts:3:5: a message'))).toBeDefined();
  for (const row of topTable(wide, NOW, 'file', 40).split('\n')) expect(row.length).toBeLessThanOrEqual(40);
});

test('the slowest first, the oldest first, or as in the file', () => {
  const order = (by: 'file' | 'time' | 'age'): string[] => topTable(state([view('v/a'), long, fast, fresh]), NOW, by).split('\n').slice(5, 9).map((row) => row.split(/\s+/)[0]!.replace(/^….*/, 'long'));
  expect(order('file')).toEqual(['v/a', 'long', 'v/fast', 'v/fresh']);
  expect(order('time')).toEqual(['long', 'v/a', 'v/fast', 'v/fresh']);
  expect(order('age')).toEqual(['v/fast', 'long', 'v/a', 'v/fresh']);
});

test('of several streams each says what it brought and lost, and what is wrong', () => {
  const stream = { what: 'tcp://h:1', status: 'streaming', message: 'Receiving.', policy: 'drop-oldest', rate: 10, received: 100, lastTrainId: 10_100, dropped: { 'no worker was free': 3 } } as const;
  const source = { what: '2 streams', kind: 'stream', status: 'streaming', message: 'Receiving.', streams: [stream, { ...stream, what: 'tcp://h:2', status: 'gone', message: 'tcp://h:2 went away.', policy: 'block', rate: 0, dropped: {} }] } as const;
  expect(topTable(state([], { source }), NOW).split('\n').slice(1, 3)).toEqual([
    'tcp://h:1: streaming, 10.0/s, newest 10100, drop-oldest, dropped: 3 no worker was free',
    'tcp://h:2: gone, 0.0/s, newest 10100, block. tcp://h:2 went away.',
  ]);
});

test('without views it says so', () => {
  expect(topTable(state([]), NOW)).toMatch(/\n\nno views$/);
});
