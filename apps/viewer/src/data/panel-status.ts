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

/** What is known of a raw key beside its values: `keyNews` gives it. */
export interface KeyNews {
  /** Trains a second with data of its source, where that is known. */
  readonly rate: number | undefined;
  /** Why nothing of it comes; empty where nothing speaks against it. */
  why(): string;
}

/** `ageMs`: since the newest value came here; undefined when none has. `trainId`: the train of the value that is shown. `key`: of a raw key. */
export function panelStatus(view: ViewState | undefined, ageMs: number | undefined, source: SourceStatus | undefined, connected: boolean, trainId?: number, key?: KeyNews): PanelStatus {
  const newest = view?.newest;
  const where = newest?.where ?? (newest?.outcome === 'failed' ? view?.where : undefined);
  const place = { where: formatWhere(where) };
  const ended = source?.status === 'ended';
  const rate = view ? view.rate : (key?.rate ?? 0);
  const slow = Math.max(staleMs, rate > 0 ? 5000 / rate : staleMs);
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
  if (ageMs === undefined) return { tone: 'wait', word: 'waiting', message: view ? 'The first value is on its way.' : key?.why() || 'No value of this key has come yet.', where: '', stale: false };
  if (standing && trainId !== undefined && trainId !== standing.trainId) return { tone: 'warn', word: 'earlier', message: `Train ${standing.trainId} has no value of this; train ${trainId} is shown.`, where: '', stale };
  if (stale) {
    // Of a line that is lost the whole page says so.
    const since = trainId === undefined ? '' : `Nothing has come of this since train ${trainId}.`;
    return { tone: 'warn', word: 'stale', message: !connected ? '' : nothingComes(source) || key?.why() || since, where: '', stale };
  }
  return { tone: 'good', word: ended ? 'final' : standing ? 'shown' : 'live', message: '', where: '', stale };
}

/** What the source says where it gives nobody anything now; else empty. */
export function nothingComes(source: SourceStatus | undefined): string {
  return source && ['waiting', 'gone', 'suspended'].includes(source.status) ? source.message : '';
}

const worstFirst: readonly Tone[] = ['bad', 'warn', 'wait', 'quiet', 'good'];

/** Sorts what needs somebody before the rest. */
export function compareTones(a: PanelStatus, b: PanelStatus): number {
  return worstFirst.indexOf(a.tone) - worstFirst.indexOf(b.tone);
}

/** What speaks for all that a panel shows: the worst, the first of several; undefined where it shows nothing. */
export function worstOf<T extends { readonly status: PanelStatus }>(shown: readonly T[]): T | undefined {
  return shown.toSorted((a, b) => compareTones(a.status, b.status))[0];
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
