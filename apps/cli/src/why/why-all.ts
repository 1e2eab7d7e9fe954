import type { ViewState, YardState } from '@trainyard/control';
import { ago, plural } from '../print.ts';
import { rootsOf } from './root-causes.ts';
import { hasNoValue, whyText } from './why-view.ts';
import { yardCauses } from './yard-causes.ts';

/** The answer for a whole yard: what is wrong above the views, then each reason once with all that wait for it; one line where all is well. */
export function whyAll(state: YardState, now: number): string {
  const causes = yardCauses(state, now).map(({ message }) => message);
  const without = state.views.filter((view) => hasNoValue(view, now));
  const never = without.filter(({ newest }) => newest === undefined);
  const blocks: string[] = [];
  if (never.length === 1) blocks.push(whyText(never[0]!, state, now));
  // One sentence for all that nothing has come for.
  else if (never.length > 1) blocks.push(`No train has come yet for ${namesOf(never)}.${causes.length ? '' : ` ${state.source.message}`}`);
  for (const { root, others } of byRoot(without.filter(({ newest }) => newest !== undefined), state)) {
    blocks.push([whyText(root, state, now), ...(others.length ? [`  for the same reason no value: ${namesOf(others)}`] : [])].join('\n'));
  }
  if (blocks.length === 0 && causes.length === 0) return healthy(state, now);
  return [...causes, ...blocks, ...(blocks.length || state.views.length === 0 ? [] : [healthy(state, now)])].join('\n');
}

/** Views by the one in which their lack begins, in the order of the file; those of trains that were dropped by one rule are one. */
function byRoot(without: readonly ViewState[], { views }: YardState): { readonly root: ViewState; readonly others: ViewState[] }[] {
  const byId = new Map(views.map((view) => [view.id, view]));
  const groups = new Map<string, { readonly root: ViewState; readonly others: ViewState[] }>();
  for (const view of without) {
    const root = rootsOf(view, byId)[0] ?? view;
    const key = root.newest?.outcome === 'dropped' ? `dropped: ${root.newest.message}` : root.id;
    const group = groups.get(key);
    if (!group) groups.set(key, { root, others: view === root ? [] : [view] });
    else if (view !== group.root) group.others.push(view);
  }
  return [...groups.values()];
}

const SHOWN = 8;

function namesOf(views: readonly ViewState[]): string {
  const names = views.slice(0, SHOWN).map(({ id }) => id).join(', ');
  return views.length > SHOWN ? `${names} and ${plural(views.length - SHOWN, 'other')}` : names;
}

function healthy({ views, trains, source }: YardState, now: number): string {
  const newest = Math.max(...views.map((view) => view.newest?.at ?? 0));
  const ages = views.flatMap(({ age }) => (age?.lastMinute ? [age.lastMinute.p95] : []));
  const old = ages.length ? `, at most ${Math.max(...ages).toFixed(0)} ms old when they are there (95 %)` : '';
  const verb = source.status === 'ended' ? 'had' : views.length === 1 ? 'has' : 'have';
  return `${views.length === 1 ? views[0]!.id : `All ${views.length} views`} ${verb} values for the newest train (${trains.lastTrainId ?? '?'}, ${ago(now - newest)}): ${trains.rate.toFixed(1)} trains/s${old}.`;
}
