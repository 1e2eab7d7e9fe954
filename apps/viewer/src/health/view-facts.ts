import type { SourceTree, SourceStatus, Timing, TrainCounts, ViewState } from '@trainyard/control';
import { compareTones, panelStatus, type PanelStatus } from '../data/panel-status.ts';

/** What is to be said of a view here: why it has no value now. */
export function viewStatus(view: ViewState, source: SourceStatus | undefined, connected: boolean): PanelStatus {
  return panelStatus(view, view.newest ? 0 : undefined, source, connected);
}

/** Views that need somebody first, in the order of the file among the same. */
export function worstFirst(views: readonly ViewState[], source: SourceStatus | undefined, connected: boolean): readonly { readonly view: ViewState; readonly status: PanelStatus }[] {
  return views.map((view) => ({ view, status: viewStatus(view, source, connected) })).sort((a, b) => compareTones(a.status, b.status));
}

/** Of the trains that came, the part that views saw: what was dropped before is missing. Undefined before the first. */
export function seenShare({ seen, dropped }: TrainCounts): number | undefined {
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return seen + lost === 0 ? undefined : seen / (seen + lost);
}

/**
 * Sources of each train that are in fewer trains than the most frequent of them, the rarest first; slow values stand until they change and are not
 * counted. All rates are of the same seconds: that of the trains themselves is not.
 */
export function rareSources(tree: SourceTree | undefined, rates: Readonly<Record<string, number>>): readonly { readonly name: string; readonly rate: number; readonly share: number }[] {
  const counted = (tree?.sources ?? []).flatMap(({ name, kind }) => (kind === 'control' || rates[name] === undefined ? [] : [{ name, rate: rates[name] }]));
  const most = Math.max(0, ...counted.map(({ rate }) => rate));
  return counted
    .map(({ name, rate }) => ({ name, rate, share: most > 0 ? rate / most : 1 }))
    .filter(({ share }) => share < 0.9)
    .sort((a, b) => a.share - b.share);
}

/** `3.1 / 4.5 / 5.2`: half, 95 % and 99 % are not above; of the last minute, else of all. */
export function formatTiming(timing: Timing | null): string {
  const quantiles = timing?.lastMinute ?? timing?.all;
  return quantiles ? [quantiles.p50, quantiles.p95, quantiles.p99].map((ms) => (ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2))).join(' / ') : '–';
}
