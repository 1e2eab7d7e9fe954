import type { NewestOutcome, OutcomeName, Timing, ViewState, YardState } from '@trainyard/control';

/** A moment at which everything below happened "just now". */
export const NOW = 1.7e12;

const timing = (p50: number, p95: number): Timing => ({ lastMinute: { p50, p95, p99: p95 }, all: { p50, p95, p99: p95 }, count: 100, sumMs: 100 * p50 });

export function outcome(name: OutcomeName, message = '', more: Partial<NewestOutcome> = {}): NewestOutcome {
  return { trainId: 10_100, outcome: name, message, at: NOW, ...more };
}

/** A view with a value; `takes` are its inputs, as paths or as `view#group/name`, optional ones with a `?` at the end. */
export function view(id: string, takes: readonly string[] = [], more: Partial<ViewState> = {}): ViewState {
  const [group, name] = id.split('/') as [string, string];
  const newest = more.newest ?? outcome('value');
  return {
    id, group, name, kind: 'scalar', stage: 'pool', hidden: false, inputs: takes.map((from, i) => ({ name: `i${i}`, from: from.replace(/\?$/, ''), optional: from.endsWith('?') })),
    seen: 100, counts: { value: 0, none: 0, missing: 0, failed: 0, late: 0, dropped: 0, [newest.outcome]: 100 }, rate: 10, timeMs: 1, time: timing(1, 2.5), age: timing(12, 31), pixel: null, newest, since: { trainId: 10_000, at: NOW - 10_000 },
    where: { file: '/home/user/views.ts', line: 12, column: 14 }, ...more,
  };
}

export function state(views: readonly ViewState[], more: Partial<YardState> = {}): YardState {
  return {
    name: 'views.ts', verb: 'live', pid: 4711, version: '0.1.0', startedAt: NOW - 7_260_000,
    source: { what: 'tcp://127.0.0.1:4545', kind: 'stream', status: 'streaming', message: 'Receiving from tcp://127.0.0.1:4545.' },
    trains: { seen: 100, done: 100, dropped: {}, rate: 10, lastTrainId: 10_100 },
    generation: { number: 3, loadedAt: NOW - 60_000, failures: 0, warnings: [] },
    views, parameters: [], actions: [], constants: [],
    workers: { pool: 2, busy: 1, deaths: {} },
    process: { residentBytes: 412e6, loopLagMs: { p50: 0.1, p95: 1, p99: 2 } },
    ...more,
  };
}
