import { formatWhere } from '@trainyard/core';
import { outcomeNames } from '@trainyard/core';
import type { NewestOutcome, ViewState, YardState } from '@trainyard/control';
import { ago } from './print.ts';

/** The answer to "why is there no data?" for one view, in a few lines. */
export function whyView(view: ViewState, state: YardState, now: number): string {
  const { newest, counts, lastFailure } = view;
  const total = outcomeNames.reduce((sum, name) => sum + counts[name], 0);
  const list = outcomeNames.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`).join(', ');
  const rows = [`${view.id}: ${headline(view, state, now)}`];
  if (newest && newest.outcome !== 'value') rows.push(...place(newest));
  if (lastFailure && newest?.outcome !== 'failed') rows.push(`  last failure: ${lastFailure.message} (train ${lastFailure.trainId}, ${ago(now - lastFailure.at)})`, ...place(lastFailure));
  rows.push(total ? `  of ${total} trains: ${list}` : '  no train yet');
  const written = view.where;
  if (written) rows.push(`  written at ${formatWhere(written)}`);
  return rows.join('\n');
}

/** Whether something is to be said of a view when none was asked for by name. */
export function hasNoValue(view: ViewState): boolean {
  return view.newest?.outcome !== 'value';
}

function headline({ newest, rate, inputs }: ViewState, { source }: YardState, now: number): string {
  if (!newest) return `no train has come yet. ${source.message}${inputs.length ? ` It waits for ${inputs.map((input) => input.from).join(', ')}.` : ''}`;
  const at = `train ${newest.trainId}, ${ago(now - newest.at)}`;
  const stale = source.status === 'gone' || source.status === 'waiting' || source.status === 'suspended' ? ` ${source.message}` : '';
  if (newest.outcome === 'value') return `value (${at}), ${rate.toFixed(1)} values/s.${stale}`;
  return `${newest.outcome}: ${newest.message || REASONLESS[newest.outcome]} (${at}).${stale}`;
}

const REASONLESS: Readonly<Record<string, string>> = {
  none: 'the view returned nothing for this train, or was not due',
  missing: 'an input had no data',
  failed: 'it threw an error',
  late: 'it took longer than its time limit',
  dropped: 'no worker was free',
};

function place({ where }: NewestOutcome): string[] {
  return where ? [`  at ${formatWhere(where as Parameters<typeof formatWhere>[0])}`] : [];
}
