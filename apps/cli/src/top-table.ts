import { outcomeNames } from '@trainyard/core';
import type { YardState } from '@trainyard/control';
import { ago, plural, table } from './print.ts';

/** What `yard top` shows: the source, then a row for each view. */
export function topTable(state: YardState, now: number): string {
  const { source, trains, workers, generation } = state;
  const dropped = Object.entries(trains.dropped).filter(([, n]) => n > 0).map(([rule, n]) => `${n} ${rule}`);
  const of = source.total === undefined ? '' : ` of ${source.total}`;
  const rows = [
    `${state.verb} ${state.name}  pid ${state.pid}  started ${ago(now - state.startedAt)}  generation ${generation.number}  workers ${workers.busy}/${workers.pool}`,
    `${source.what}: ${source.message}`,
    `${trains.done}${of} trains, ${trains.rate.toFixed(1)}/s${trains.lastTrainId === undefined ? '' : `, newest ${trains.lastTrainId}`}${dropped.length ? `, dropped: ${dropped.join(', ')}` : ''}`,
  ];
  if (generation.error) rows.push(`not loaded: ${[generation.error.file, generation.error.line].filter((part) => part !== undefined).join(':')}: ${generation.error.message}`);
  rows.push('');
  if (state.views.length === 0) return [...rows, 'no views'].join('\n');
  const head = ['VIEW', 'RATE/S', 'MS', ...outcomeNames.map((name) => name.toUpperCase()), 'NEWEST'];
  rows.push(table([head, ...state.views.map(({ id, rate, timeMs, counts, newest }) => [
    id, rate.toFixed(1), timeMs.toFixed(1), ...outcomeNames.map((name) => (counts[name] ? String(counts[name]) : '-')),
    newest ? (newest.outcome === 'value' ? 'value' : `${newest.outcome}: ${newest.message}`) : 'no train yet',
  ])]));
  if (state.parameters.length) rows.push('', plural(state.parameters.length, 'parameter'), table(state.parameters.map(({ group, name, value, unit }) => [`  ${group}.${name}`, `${JSON.stringify(value)}${unit ? ` ${unit}` : ''}`])));
  return rows.join('\n');
}
