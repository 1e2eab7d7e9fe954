import { formatWhere, outcomeNames } from '@trainyard/core';
import type { NewestOutcome, OutcomeName, ViewState, YardState } from '@trainyard/control';
import { ago, plural } from '../print.ts';
import { rootsOf } from './root-causes.ts';

/** The answer to "why is there no data?" for one view, as a program gets it. */
export interface WhyView {
  readonly type: 'view';
  readonly view: string;
  /** Null: no train has come. */
  readonly outcome: OutcomeName | null;
  readonly message: string;
  readonly since?: ViewState['since'];
  /** The views in which it begins, and why; the view itself where it is its own reason. */
  readonly roots: readonly { readonly view: string; readonly outcome: OutcomeName; readonly message: string; readonly where?: NewestOutcome['where'] }[];
  /** What to do, where that is known. */
  readonly advice?: string;
  readonly where?: ViewState['where'];
  readonly seen: number;
  readonly counts: ViewState['counts'];
  readonly rate: number;
  readonly newest?: NewestOutcome;
  readonly lastFailure?: NewestOutcome;
}

/** Finds the reason. */
export function whyView(view: ViewState, state: YardState): WhyView {
  const { newest, since, lastFailure, counts, seen, rate, where } = view;
  const roots = rootsOf(view, new Map(state.views.map((one) => [one.id, one])));
  const advice = roots[0] && adviceFor(roots[0]);
  return {
    type: 'view', view: view.id, outcome: newest?.outcome ?? null, message: newest ? reasonOf(newest) : state.source.message, ...(since && { since }),
    roots: roots.map((root) => ({ view: root.id, outcome: root.newest!.outcome, message: reasonOf(root.newest!), ...(root.newest!.where && { where: root.newest!.where }) })),
    ...(advice !== undefined && { advice }), ...(where && { where }), seen, counts, rate, ...(newest && { newest }), ...(lastFailure && { lastFailure }),
  };
}

/** The same for a person, in a few lines. */
export function whyText(view: ViewState, state: YardState, now: number): string {
  const why = whyView(view, state);
  const { newest, lastFailure, counts } = view;
  const rows = [`${view.id}: ${headline(view, why, state, now)}`];
  const [root] = why.roots;
  if (newest && newest.outcome !== 'value' && root) rows.push(...place(root.where));
  if (lastFailure && newest?.outcome !== 'failed' && newest?.outcome !== 'late') rows.push(`  last failure: ${lastFailure.message} (train ${lastFailure.trainId}, ${ago(now - lastFailure.at)})`, ...place(lastFailure.where));
  const list = outcomeNames.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`).join(', ');
  if (list) rows.push(`  of ${plural(view.seen, 'train')}: ${list}`);
  if (why.advice !== undefined) rows.push(`  what to do: ${why.advice}`);
  if (view.where) rows.push(`  written at ${formatWhere(view.where)}`);
  return rows.join('\n');
}

/** A failure is spoken of for so long, also when values come again. */
const RECENT_MS = 60_000;

/** Whether something is to be said of a view when none was asked for by name. */
export function hasNoValue({ hidden, newest, counts, lastFailure }: ViewState, now: number): boolean {
  if (hidden) return false;
  if (lastFailure && now - lastFailure.at < RECENT_MS) return true;
  // With `every`, nothing is wrong between its trains.
  const isNotDue = newest?.outcome === 'none' && newest.message.startsWith('not due') && counts.value > 0;
  return newest?.outcome !== 'value' && !isNotDue;
}

function headline(view: ViewState, { roots }: WhyView, { source }: YardState, now: number): string {
  const { newest, since, rate, inputs, age } = view;
  if (!newest) return `no train has come yet. ${source.message}${inputs.length ? ` It waits for ${inputs.map((input) => input.from.replace('view#', '')).join(', ')}.` : ''}`;
  const at = `train ${newest.trainId}, ${ago(now - newest.at)}`;
  if (newest.outcome === 'value') return `value (${at}), ${rate.toFixed(1)} values/s${age?.lastMinute ? `, ${age.lastMinute.p50.toFixed(0)} ms old when it is there (95 %: ${age.lastMinute.p95.toFixed(0)} ms)` : ''}.`;
  const lasting = since && since.trainId !== newest.trainId ? `, since train ${since.trainId} ${ago(now - since.at)}` : '';
  const [root, ...others] = roots;
  if (!root || root.view === view.id) return `${newest.outcome}: ${ended(reasonOf(newest))} (${at}${lasting}).`;
  const more = others.length ? `, and ${others.map((one) => one.view).join(', ')}` : '';
  return `${newest.outcome}: it takes ${root.view}, which is ${root.outcome}: ${ended(root.message)}${more} (${at}${lasting}).`;
}

/** Without a full stop: the place in brackets follows. */
function ended(text: string): string {
  return text.replace(/\.$/, '');
}

function reasonOf({ outcome, message }: NewestOutcome): string {
  return message || REASONLESS[outcome];
}

const REASONLESS: Readonly<Record<OutcomeName, string>> = {
  value: '',
  none: 'the view returned nothing for this train',
  missing: 'an input had no data',
  failed: 'it threw an error',
  late: 'it took longer than its time limit',
  dropped: 'no worker was free',
};

/** What to do about a root; nothing where its own sentence says it. */
function adviceFor({ newest, where, inputs }: ViewState): string | undefined {
  const { outcome, message, where: at = where } = newest!;
  // Its own sentence says it.
  if (/\byard [a-z]+ |--\w/.test(message)) return undefined;
  if (outcome === 'failed') return `mend it${at ? ` at ${formatWhere(at)}` : ''} and save: the other views run on meanwhile`;
  if (outcome === 'late') return 'make it faster, let it run less often with "every", or give it more time with "timeoutMs"';
  if (outcome === 'none' && message.startsWith('not due')) return 'nothing: it has a value when it is due';
  if (outcome === 'none' && message === '') return "nothing, or return a value; skip('why') says why there is none";
  if (outcome === 'dropped') return 'give it more workers (--workers), make the slowest view faster (yard top --sort time), or let it run less often with "every"';
  if (outcome === 'missing' && /Did you mean|has not been seen|has no key/.test(message)) return 'correct the path and save; yard ls shows what the source has';
  if (outcome === 'missing' && inputs.some((input) => !input.optional)) return 'where the view can do without it, take it as optional(path), or as stale(path, 20) for the newest of the last 20 trains';
  return undefined;
}

function place(where: NewestOutcome['where']): string[] {
  return where ? [`  at ${formatWhere(where as Parameters<typeof formatWhere>[0])}`] : [];
}
