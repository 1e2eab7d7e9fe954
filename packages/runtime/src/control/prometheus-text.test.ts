import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { YardState } from '@trainyard/control';
import { prometheusText } from './prometheus-text.ts';

const counts = { value: 340, none: 0, missing: 2, failed: 7, late: 0, dropped: 1 };
const timing = { lastMinute: { p50: 3, p95: 4.5, p99: 1e-3 }, all: null, count: 349, sumMs: 1100.5 };

function state(names: readonly string[] = ['views/total'], rules: readonly string[] = ['no worker was free'], name = 'views.ts'): YardState {
  return {
    name, verb: 'live', pid: 1, version: '0.1.0', startedAt: 0,
    source: { what: 'tcp://127.0.0.1:4545', kind: 'stream', status: 'streaming', message: '' },
    trains: { seen: 351, done: 350, dropped: Object.fromEntries(rules.map((rule, i) => [rule, i + 1])), rate: 10 },
    generation: { number: 3, loadedAt: 0, failures: 2, warnings: [] },
    views: names.map((id) => ({ id, group: 'views', name: id, kind: 'scalar', stage: 'pool', hidden: false, inputs: [], seen: 350, counts, rate: 10, timeMs: 3, time: timing, age: { ...timing, lastMinute: null }, pixel: id === 'views/total' ? { ...timing, count: 12 } : null })),
    parameters: [], actions: [], constants: [],
    workers: { pool: 2, busy: 1, deaths: { time: 3, exit: 1 } },
    process: { residentBytes: 3e8, loopLagMs: { p50: 0.1, p95: 1, p99: 12 } },
  };
}

interface Family {
  readonly type: string;
  readonly samples: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = { counter: [''], gauge: [''], summary: ['', '_sum', '_count'] };

/** Reads the text format strictly: whatever the format's description does not allow throws. */
function parse(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  let current: [string, Family] | undefined;
  for (const row of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)*$/.exec(row);
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|summary)$/.exec(row);
    if (help) {
      if (helped.has(help[1]!)) throw new Error(`a second help of ${help[1]}`);
      helped.add(help[1]!);
    } else if (type) {
      if (families.has(type[1]!)) throw new Error(`a second type of ${type[1]}`);
      current = [type[1]!, { type: type[2]!, samples: [] }];
      families.set(...current);
    } else {
      const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(row);
      if (!sample) throw new Error(`no sample: ${row}`);
      const [, name, inner = '', value] = sample;
      if (!current || !SUFFIXES[current[1].type]!.some((suffix) => name === current![0] + suffix)) throw new Error(`${name} is not below its type`);
      const labels = Object.fromEntries([...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, raw]) => [label!, raw!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))]));
      const identity = JSON.stringify([name, Object.entries(labels).sort()]);
      if (seen.has(identity)) throw new Error(`${identity} comes twice`);
      seen.add(identity);
      current[1].samples.push({ name: name!, labels, value: Number(value!.replace('Inf', 'Infinity')) });
    }
  }
  for (const [name, { type, samples }] of families) {
    if (!helped.has(name)) throw new Error(`${name} has no help`);
    if (type === 'counter' && !name.endsWith('_total')) throw new Error(`${name} counts`);
    if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is below 0`);
  }
  return families;
}

test('it is valid, in base units, and says what the state says', () => {
  const families = parse(prometheusText(state()));
  const value = (name: string, labels: object = {}): number | undefined => [...families.values()].flatMap(({ samples }) => samples).find((sample) => sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels))?.value;
  expect(value('trainyard_trains_total')).toBe(350);
  expect(value('trainyard_trains_dropped_total', { rule: 'no worker was free' })).toBe(1);
  for (const [outcome, n] of Object.entries(counts)) expect(value('trainyard_outcomes_total', { view: 'views/total', outcome })).toBe(n);
  expect(value('trainyard_view_time_seconds', { view: 'views/total', quantile: '0.95' })).toBe(0.0045);
  expect(value('trainyard_view_time_seconds_sum', { view: 'views/total' })).toBe(1.1005);
  expect(value('trainyard_view_time_seconds_count', { view: 'views/total' })).toBe(349);
  expect(value('trainyard_view_age_seconds', { view: 'views/total', quantile: '0.5' })).toBeNaN();
  expect(value('trainyard_view_pixel_seconds', { view: 'views/total', quantile: '0.95' })).toBe(0.0045);
  expect(value('trainyard_view_pixel_seconds_count', { view: 'views/total' })).toBe(12);
  expect(value('trainyard_source_up', { source: 'tcp://127.0.0.1:4545' })).toBe(1);
  expect(value('trainyard_generation')).toBe(3);
  expect(value('trainyard_reloads_total')).toBe(2);
  expect(value('trainyard_reload_failures_total')).toBe(2);
  expect(value('trainyard_worker_deaths_total', { reason: 'time' })).toBe(3);
  expect(value('trainyard_event_loop_lag_seconds', { quantile: '0.99' })).toBe(0.012);
  expect(value('process_resident_memory_bytes')).toBe(3e8);
  expect(Math.abs(value('process_start_time_seconds')! - (Date.now() / 1000 - process.uptime()))).toBeLessThan(5);
});

test('any name of a view, rule or file comes out as it went in', () => {
  const word = fc.string({ unit: fc.constantFrom('"', '\\', '\n', '{', '}', ',', ' ', '=', 'a', 'ä', '😀') });
  fc.assert(fc.property(fc.uniqueArray(word, { maxLength: 5 }), fc.uniqueArray(word, { maxLength: 5 }), word, (views, rules, name) => {
    const families = parse(prometheusText(state(views, rules, name)));
    expect(families.get('trainyard_trains_dropped_total')!.samples.map(({ labels }) => labels['rule'])).toEqual(Object.keys(Object.fromEntries(rules.map((rule) => [rule, 1]))));
    expect(new Set(families.get('trainyard_outcomes_total')!.samples.map(({ labels }) => labels['view']))).toEqual(new Set(views));
    expect(families.get('trainyard_info')!.samples[0]!.labels['name']).toBe(name);
  }));
});

test('the strict reader refuses what is no exposition', () => {
  for (const wrong of ['x 1', '# TYPE x counter\nx 1\n', '# HELP x h\n# TYPE x gauge\nx{a="b" 1\n', '# HELP x h\n# TYPE x gauge\nx 1\nx 2\n', '# HELP x h\n# TYPE x gauge\ny 1\n', '# HELP x h\n# TYPE x gauge\nx{a="\\q"} 1\n', '# HELP x h\n# TYPE x gauge\nx undefined\n']) {
    expect(() => parse(wrong), wrong).toThrow();
  }
});

const promtool = spawnSync('promtool', ['--version']).status === 0;
if (!promtool) console.log('skipped: promtool (Debian package prometheus) is not installed');

test.skipIf(!promtool)('promtool finds nothing to say against it', () => {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: prometheusText(state(['views/a', 'views/"b"\\'])), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
