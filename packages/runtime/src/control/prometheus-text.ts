import type { Quantiles, Timing, YardState } from '@trainyard/control';

type Type = 'counter' | 'gauge' | 'summary';
type Labels = Readonly<Record<string, string>>;
type Sample = readonly [suffix: '' | '_sum' | '_count', labels: Labels, value: number];

/** The content type of Prometheus's text format. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What a monitoring system asks of a running yard, in Prometheus's text format 0.0.4: seconds, bytes, counters since the start. */
export function prometheusText(state: YardState): string {
  const { trains, source, generation, views, workers, process: own } = state;
  const shown = views.filter((view) => !view.hidden);
  const counter = (value: number, labels: Labels = {}): Sample => ['', labels, value];
  const byRule = Object.entries(trains.dropped).map(([rule, n]) => counter(n, { rule }));
  const { user, system } = process.cpuUsage();
  const streams = source.streams ?? [{ what: source.what, status: source.status }];
  return [
    family('trainyard_info', 'gauge', 'What runs; always 1.', [counter(1, { name: state.name, verb: state.verb, version: state.version })]),
    family('trainyard_trains_total', 'counter', 'Trains that went through the views.', [counter(trains.done)]),
    family('trainyard_trains_dropped_total', 'counter', 'Trains, or parts of them, dropped before any view saw them, by rule.', byRule),
    family('trainyard_outcomes_total', 'counter', 'Outcomes of each view; of a view all outcomes together are the trains it has seen.', shown.flatMap(({ id, counts }) => Object.entries(counts).map(([outcome, n]) => counter(n, { view: id, outcome })))),
    family('trainyard_view_time_seconds', 'summary', 'Own time of a view per train; quantiles of the last minute.', shown.flatMap(({ id, time }) => summary({ view: id }, time))),
    family('trainyard_view_age_seconds', 'summary', "From the train's timestamp, or its receipt, to the value; quantiles of the last minute. Streams only.", shown.flatMap(({ id, age }) => (age ? summary({ view: id }, age) : []))),
    family('trainyard_view_pixel_seconds', 'summary', "From the train's timestamp, or its receipt, to the picture on a screen; quantiles of the last minute. Streams only, while somebody looks.", shown.flatMap(({ id, pixel }) => (pixel ? summary({ view: id }, pixel) : []))),
    family('trainyard_source_up', 'gauge', '1 while trains can come from the source, else 0.', streams.map(({ what, status }) => counter(status === 'streaming' ? 1 : 0, { source: what }))),
    family('trainyard_generation', 'gauge', 'Number of the generation of the code that runs.', [counter(generation.number)]),
    family('trainyard_reloads_total', 'counter', 'Generations that took over after the first.', [counter(Math.max(0, generation.number - 1))]),
    family('trainyard_reload_failures_total', 'counter', 'Saves and reloads that did not load: the code before ran on.', [counter(generation.failures)]),
    family('trainyard_code_error', 'gauge', '1 while the newest save is not what runs.', [counter(generation.error ? 1 : 0)]),
    family('trainyard_worker_deaths_total', 'counter', 'Workers that views ended, by what they did.', Object.entries(workers.deaths).map(([reason, n]) => counter(n, { reason }))),
    family('trainyard_workers', 'gauge', 'Workers for views that may run on any.', [counter(workers.pool)]),
    family('trainyard_workers_busy', 'gauge', 'Trains that are with a worker now.', [counter(workers.busy)]),
    family('trainyard_event_loop_lag_seconds', 'summary', 'How late the main thread was when it was due, in the last minute.', quantiles({}, own.loopLagMs)),
    family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [counter(own.residentBytes)]),
    family('process_cpu_seconds_total', 'counter', 'Time on a core, of all threads.', [counter((user + system) / 1e6)]),
    family('process_start_time_seconds', 'gauge', 'Start of the process, in seconds since 1970.', [counter(performance.timeOrigin / 1000)]),
  ].join('');
}

/** One family: its help and type, then its samples. */
function family(name: string, type: Type, help: string, samples: readonly Sample[]): string {
  const rows = samples.map(([suffix, labels, value]) => `${name}${suffix}${labelText(labels)} ${valueText(value)}\n`);
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${rows.join('')}`;
}

function summary(labels: Labels, { lastMinute, sumMs, count }: Timing): Sample[] {
  return [...quantiles(labels, lastMinute), ['_sum', labels, sumMs / 1000], ['_count', labels, count]];
}

/** NaN where nothing was measured in the last minute. */
function quantiles(labels: Labels, found: Quantiles | null): Sample[] {
  return ([['0.5', 'p50'], ['0.95', 'p95'], ['0.99', 'p99']] as const).map(([quantile, key]) => ['', { ...labels, quantile }, found ? found[key] / 1000 : Number.NaN]);
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`);
  return pairs.length ? `{${pairs.join(',')}}` : '';
}

function valueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
