import { formatWhere } from '@trainyard/core';
import type { YardState } from '@trainyard/control';
import { ago, bytesText, plural } from '../print.ts';

/** Something above the views that keeps values away, or will: one sentence or two, with what to do. */
export interface Cause {
  readonly code: 'code' | 'source' | 'stream' | 'quiet' | 'dropped' | 'workers' | 'busy' | 'views' | 'crash';
  readonly message: string;
}

/** A stream that sends trains and then none for so long is quiet; slow ones may take three times their own pace. */
const QUIET_MS = 5000;
/** A main thread that is later than this in one of twenty looks holds results up. */
const LATE_MS = 250;

/** A crash is told so long. */
const CRASH_MS = 24 * 3_600_000;

/** What is wrong with the yard as a whole, the most likely reason first. Empty for a healthy one. */
export function yardCauses(state: YardState, now: number): Cause[] {
  const { generation, source, trains, views, workers, process: own } = state;
  const causes: Cause[] = [];
  const { error } = generation;
  if (error) {
    const place = error.file === undefined ? '' : `${formatWhere({ file: error.file, ...(error.line !== undefined && { line: error.line }), ...(error.column !== undefined && { column: error.column }) })}: `;
    causes.push({ code: 'code', message: `The newest save is not loaded, the views before it run on (generation ${generation.number}): ${place}${error.message} (${error.code})${error.fix === undefined ? '' : ` Instead: ${error.fix}`}` });
  }
  const streams = source.streams ?? [];
  const stopped = streams.filter(({ status }) => status === 'waiting' || status === 'gone');
  if (source.status === 'waiting' || source.status === 'gone' || source.status === 'suspended') causes.push({ code: 'source', message: source.message });
  else for (const { message } of stopped) causes.push({ code: 'source', message });
  for (const { what, hint } of streams) if (hint !== undefined) causes.push({ code: 'stream', message: streams.length > 1 ? `${what}: ${hint}` : hint });
  const newest = Math.max(0, ...views.map((view) => view.newest?.at ?? 0));
  if (source.status === 'streaming' && newest > 0 && now - newest > Math.max(QUIET_MS, 3000 / Math.max(trains.rate, 0.1)) && trains.rate === 0) {
    causes.push({ code: 'quiet', message: `The newest train${trains.lastTrainId === undefined ? '' : ` (${trains.lastTrainId})`} came ${ago(now - newest)}: ${source.what} is connected and sends nothing.` });
  }
  const dropped = Object.entries(trains.dropped).filter(([rule, n]) => n > 0 && rule !== 'sampled');
  const lost = dropped.reduce((sum, [, n]) => sum + n, 0);
  if (lost > 0.01 * Math.max(1, trains.seen)) {
    causes.push({ code: 'dropped', message: `Dropped: ${dropped.map(([rule, n]) => `${n} (${rule})`).join(', ')}, beside ${plural(trains.done, 'train')} that went through the views. Where no worker was free, --workers, "every" or a faster view helps: yard top --sort time shows the slowest.` });
  }
  const deaths = Object.entries(workers.deaths);
  if (deaths.length) {
    const many = deaths.reduce((sum, [, n]) => sum + n, 0);
    causes.push({ code: 'workers', message: `Views have ended ${plural(many, 'worker')} (${deaths.map(([reason, n]) => `${n} by ${reason}`).join(', ')}); the trains were computed again without them. Resident memory is ${bytesText(own.residentBytes)}.` });
  }
  if (own.loopLagMs && own.loopLagMs.p95 > LATE_MS) causes.push({ code: 'busy', message: `The main thread is late by ${own.loopLagMs.p95.toFixed(0)} ms now and then: the machine is busy with something else, or too many viewers look.` });
  if (state.crashed && now - state.crashed.at < CRASH_MS) causes.push({ code: 'crash', message: `The yard before this one was ended ${ago(now - state.crashed.at)} by ${state.crashed.by}; this one took its place. Its log in .trainyard/state says what was lost.` });
  if (views.length === 0) causes.push({ code: 'views', message: 'No views are loaded: only the source tree is shown. yard live VIEWS.ts loads some.' });
  return causes;
}
