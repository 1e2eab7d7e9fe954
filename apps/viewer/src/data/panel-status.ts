import type { SourceStatus, ViewState } from '@trainyard/control';
import { formatWhere } from '../ui/format.ts';

export type Tone = 'good' | 'quiet' | 'wait' | 'warn' | 'bad';

/** What a panel says of its value, in words. */
export interface PanelStatus {
  readonly tone: Tone;
  /** One word for the chip. */
  readonly word: string;
  /** Why there is no value; empty where there is one. */
  readonly message: string;
  /** `views.ts:12:5` of the user's file, where that is known. */
  readonly where: string;
  /** The value on the screen is not of now. */
  readonly stale: boolean;
}

/** Older than this, and five periods of its own rate, a live value is called stale. */
const staleMs = 2000;

/** `ageMs`: since the newest value came here; undefined when none has. `trainId`: the train of the value that is shown. */
export function panelStatus(view: ViewState | undefined, ageMs: number | undefined, source: SourceStatus | undefined, connected: boolean, trainId?: number): PanelStatus {
  const newest = view?.newest;
  const where = newest?.where ?? (newest?.outcome === 'failed' ? view?.where : undefined);
  const place = { where: formatWhere(where) };
  const ended = source?.status === 'ended';
  const slow = Math.max(staleMs, view && view.rate > 0 ? 5000 / view.rate : staleMs);
  // A train that the slider stands at does not get old.
  const standing = source?.player?.paused === true ? source.player : undefined;
  const stale = ageMs !== undefined && !ended && (!connected || (ageMs > slow && !standing));
  if (view && !newest) {
    const message = source?.status === 'waiting' ? `No train yet. ${source.message}` : source?.status === 'gone' || source?.status === 'suspended' ? source.message : 'No train has reached this view yet.';
    return { tone: 'wait', word: 'waiting', message, ...place, stale };
  }
  if (newest && newest.outcome !== 'value') {
    const tone = newest.outcome === 'failed' ? 'bad' : newest.outcome === 'none' ? 'quiet' : 'warn';
    return { tone, word: newest.outcome, message: newest.message || fallback[newest.outcome], ...place, stale };
  }
  if (ageMs === undefined) return { tone: 'wait', word: 'waiting', message: view ? 'The first value is on its way.' : 'No value of this key has come yet.', where: '', stale: false };
  if (standing && trainId !== undefined && trainId !== standing.trainId) return { tone: 'warn', word: 'earlier', message: `Train ${standing.trainId} has no value of this; train ${trainId} is shown.`, where: '', stale };
  if (stale) return { tone: 'warn', word: 'stale', message: source?.status === 'gone' || source?.status === 'suspended' ? source.message : '', where: '', stale };
  return { tone: 'good', word: ended ? 'final' : standing ? 'shown' : 'live', message: '', where: '', stale };
}

const fallback = {
  none: 'The view returned nothing for this train.',
  missing: 'An input is missing.',
  failed: 'The view threw an error.',
  late: 'The view took longer than its time limit.',
  dropped: 'The train was dropped before this view saw it.',
} as const;

/** All outcomes that were not a value, worst first: "3 failed · 12 missing"; empty when every train gave a value. */
export function troubles(view: ViewState): string {
  return (['failed', 'late', 'dropped', 'missing', 'none'] as const)
    .filter((name) => view.counts[name] > 0)
    .map((name) => `${view.counts[name]} ${name}`)
    .join(' · ');
}
