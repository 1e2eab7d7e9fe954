import { formatWhere, outcomeNames } from '@trainyard/core';
import type { Quantiles, SourceStatus, ViewState, YardState } from '@trainyard/control';
import { duration } from './duration.ts';
import { ago, bytesText, table } from './print.ts';

/** The order of the rows of `yard top`: as in the user's file, or the slowest, or the oldest first. */
export type TopOrder = 'file' | 'time' | 'age';

const NAME = 22;
const HEADS = { value: 'VALUE', none: 'NONE', missing: 'MISS', failed: 'FAIL', late: 'LATE', dropped: 'DROP' } as const;

/** What `yard top` shows: the yard in a few lines, then a row for each view, in so many columns. */
export function topTable(state: YardState, now: number, order: TopOrder = 'file', columns = 100): string {
  const { source, trains, workers, generation, process: own } = state;
  const of = source.total === undefined ? '' : ` of ${source.total}`;
  const lag = own.loopLagMs && own.loopLagMs.p95 > 50 ? `  late by ${own.loopLagMs.p95.toFixed(0)} ms` : '';
  const rows = [
    `${state.verb} ${state.name}  pid ${state.pid}  up ${duration((now - state.startedAt) / 1000)}  generation ${generation.number} (${ago(now - generation.loadedAt)})  workers ${workers.busy}/${workers.pool}  ${bytesText(own.residentBytes)}${lag}`,
    ...sourceRows(source),
    `${trains.done}${of} trains, ${trains.rate.toFixed(1)}/s${trains.lastTrainId === undefined ? '' : `, newest ${trains.lastTrainId}`}${droppedText(trains.dropped)}`,
  ];
  const { error } = generation;
  if (error) rows.push(`not loaded: ${error.file === undefined ? '' : `${formatWhere({ file: error.file, ...(error.line !== undefined && { line: error.line }), ...(error.column !== undefined && { column: error.column }) })}: `}${error.message}`);
  rows.push('');
  if (state.views.length === 0) rows.push('no views');
  else rows.push(table([['VIEW', 'RATE', ...outcomeNames.map((name) => HEADS[name]), 'TIME', 'AGE', 'NEWEST'], ...sorted(state.views, order).map(row)]), '', 'TIME, AGE: half / 95 % of the last minute, in ms');
  return rows.map((text) => text.split('\n').map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)).join('\n')).join('\n');
}

/** One line for the source; of several streams what each brought and lost, and for one that does not stream, or looks wrong, why. */
function sourceRows({ what, message, status, streams = [] }: SourceStatus): string[] {
  if (status === 'suspended' || streams.length < 2) return [message.includes(what) ? message : `${what}: ${message}`];
  return streams.map((one) => {
    const said = one.hint ?? (one.status === 'streaming' ? '' : one.message);
    return `${one.what}: ${one.status}, ${one.rate.toFixed(1)}/s${one.lastTrainId === undefined ? '' : `, newest ${one.lastTrainId}`}, ${one.policy}${droppedText(one.dropped)}${said && `. ${said}`}`;
  });
}

function droppedText(dropped: Readonly<Record<string, number>>): string {
  const rules = Object.entries(dropped).filter(([, n]) => n > 0).map(([rule, n]) => `${count(n)} ${rule}`);
  return rules.length ? `, dropped: ${rules.join(', ')}` : '';
}

function row({ id, rate, counts, time, age, newest }: ViewState): string[] {
  const name = id.length > NAME ? `…${id.slice(1 - NAME)}` : id;
  return [
    name, rate >= 100 ? rate.toFixed(0) : rate.toFixed(1), ...outcomeNames.map((outcome) => (counts[outcome] ? count(counts[outcome]) : '-')), pair(time.lastMinute), pair(age?.lastMinute),
    newest ? (newest.outcome === 'value' ? 'value' : `${newest.outcome}: ${newest.message.split('\n')[0]}`) : 'no train yet',
  ];
}

function sorted(views: readonly ViewState[], order: TopOrder): readonly ViewState[] {
  if (order === 'file') return views;
  const of = (view: ViewState): number => (order === 'time' ? view.time : view.age)?.lastMinute?.p95 ?? -1;
  return [...views].sort((a, b) => of(b) - of(a));
}

function pair(found: Quantiles | null | undefined): string {
  return found ? `${milliseconds(found.p50)}/${milliseconds(found.p95)}` : '-';
}

/** `0.3`, `12`, `1.2s`. */
function milliseconds(ms: number): string {
  if (ms < 9.95) return ms.toFixed(1);
  return ms < 999.5 ? ms.toFixed(0) : `${(ms / 1000).toFixed(1)}s`;
}

/** `9999`, `12.3k`, `1.2M`: five characters. */
function count(n: number): string {
  if (n < 10_000) return String(n);
  const [value, unit] = n < 999_950 ? [n / 1e3, 'k'] : n < 999_950_000 ? [n / 1e6, 'M'] : [n / 1e9, 'G'];
  return `${value < 99.95 ? value.toFixed(1) : value.toFixed(0)}${unit}`;
}
