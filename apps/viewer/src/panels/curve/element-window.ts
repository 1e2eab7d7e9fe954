import type { CurveRendition } from '@trainyard/control';
import type { Curves } from '../../plot/series.ts';
import { firstAtLeast } from '../../plot/thin-line.ts';

export type ElementWindow = NonNullable<CurveRendition['window']>;

/**
 * The elements of a curve that are asked for where it is shown between two coordinates. What is asked for `now` stays while it has them and not
 * three times as many; else there are half as many again on either side, so that a small move finds them there. Undefined: all of them.
 */
export function elementWindow(curves: Curves, low: number, high: number, now: ElementWindow | undefined): ElementWindow | undefined {
  const found = elementsBetween(curves, low, high);
  if (!found) return undefined;
  const [from, to] = found;
  if (now && now[0] <= from && now[1] >= to && now[1] - now[0] <= 3 * (to - from)) return now;
  const length = curves.reduced?.length ?? 0;
  const more = Math.ceil((to - from) / 2);
  const window = [Math.max(0, from - more), Math.min(length, to + more)] as const;
  return window[0] === 0 && window[1] === length ? undefined : window;
}

/**
 * The elements between two coordinates as far as those say it that were kept; undefined where all are there anyway, and where coordinates do not
 * ascend with the elements.
 */
function elementsBetween({ series: [first], reduced, bins }: Curves, low: number, high: number): ElementWindow | undefined {
  if (!reduced || !first || first.x.length !== reduced.kept.length + Number(bins) || reduced.kept.length === 0) return undefined;
  const { kept, length } = reduced;
  const begin = firstAtLeast(first.x, low);
  const end = firstAtLeast(first.x, high);
  const from = begin === 0 ? (first.x[0] > low ? 0 : kept[0]) : kept[Math.min(begin, kept.length) - 1];
  const to = end === first.x.length ? length : kept[Math.min(end, kept.length - 1)] + 1;
  return to > from ? [from, to] : undefined;
}
