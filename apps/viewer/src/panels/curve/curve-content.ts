import type { ChartContent } from '../../plot/draw-chart.ts';
import type { ChartLine } from '../../plot/draw-line.ts';
import type { Curves } from '../../plot/series.ts';

export interface CurveForm {
  readonly form: 'lines' | 'points' | 'steps';
  /** Errors as bars; a band without it. */
  readonly bars: boolean;
  /** Curves of before to compare with. */
  readonly hold?: readonly ChartLine[] | undefined;
}

/** Curves of several sources on one pair of axes. Series are named by their sources, and by their own names where a source has several. */
export function curveContent(parts: readonly { readonly name: string; readonly curves: Curves }[], { form, bars, hold }: CurveForm): ChartContent {
  const lines: ChartLine[] = [];
  for (const { name, curves } of parts) {
    for (const one of curves.series) {
      const called = curves.series.length === 1 && one.name === '' ? name : parts.length === 1 ? one.name : `${name} ${one.name}`;
      lines.push({ ...one, name: called, color: lines.length, bars, as: curves.bins ? 'bins' : form === 'lines' ? 'line' : form });
    }
  }
  const [{ curves: first }] = parts;
  const same = (of: (curves: Curves) => string): string => (parts.every(({ curves }) => of(curves) === of(first)) ? of(first) : '');
  const kept = hold?.filter(({ dashed }) => !dashed).map((line): ChartLine => ({ ...line, name: `${line.name}, held`, dashed: true, low: undefined, high: undefined, as: line.as === 'points' ? 'line' : line.as }));
  const overlay = parts.flatMap(({ curves }) => curves.overlay ?? []);
  return { lines: [...(kept ?? []), ...lines], xLabel: same(({ xLabel }) => xLabel) || 'x', yLabel: same(({ yLabel }) => yLabel), ...(overlay.length > 0 && { overlay }) };
}
