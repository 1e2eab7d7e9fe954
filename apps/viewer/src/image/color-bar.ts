import { ink, type Frame } from '../plot/draw-frame.ts';
import type { Pen } from '../plot/svg-plot.ts';
import { logTicks, niceTicks } from '../plot/ticks.ts';
import { formatTick } from '../ui/format.ts';
import type { Range, ScaleName } from './auto-range.ts';
import { fractionOf } from './paint-picture.ts';

export const BAR_WIDTH = 12;
/** Room for the histogram left of the bar. */
export const HISTOGRAM_WIDTH = 30;

export interface BarDrawing {
  /** Where the bar itself lies. */
  readonly frame: Frame;
  /** Values at its ends, and the range that the colours are of. */
  readonly span: Range;
  readonly range: Range;
  readonly scale: ScaleName;
  readonly table: Uint32Array;
  /** Of the values from the lower end of the span to the upper one; undefined where there is no room for them. */
  readonly counts: Float64Array | undefined;
  readonly unit: string | undefined;
}

/** The colours with their values, and beside them how often each value is shown. */
export function drawColorBar(g: Pen, { frame, span, range, scale, table, counts, unit }: BarDrawing): void {
  const { left, top, width, height } = frame;
  const bottom = top + height;
  const place = (value: number) => bottom - Math.min(1, Math.max(0, fractionOf(value, span, scale))) * height;
  const [low, high] = [place(range[0]), place(range[1])];
  // In stripes rather than as a gradient, which a picture of vectors does not have; each a little taller, so that nothing shines through.
  const stripes = Math.min(128, Math.max(16, Math.ceil(height / 2)));
  for (let k = 0; k < stripes; k++) {
    const at = fractionOf(valueAtFraction((k + 0.5) / stripes, span, scale), range, scale);
    g.fillStyle = css(table[Math.round(Math.min(1, Math.max(0, at)) * 255)]);
    const y = bottom - ((k + 1) / stripes) * height;
    g.fillRect(left, y, width, Math.min(height / stripes + 0.5, bottom - y));
  }
  if (counts) drawCounts(g, frame, counts);
  g.fillStyle = ink.text;
  g.strokeStyle = ink.text;
  g.lineWidth = 1;
  for (const at of [low, high]) g.strokeRect(left - 1.5, Math.round(at) - 1.5, width + 3, 3);
  g.font = ink.font;
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  for (const tick of scale === 'log' ? logTicks(...span) : niceTicks(...span, height / 45)) {
    const at = place(tick);
    g.fillRect(left + width, Math.round(at), 3, 1);
    g.fillText(formatTick(tick), left + width + 5, at);
  }
  if (unit) {
    g.textAlign = 'right';
    g.fillText(unit, left + width, bottom + 12);
  }
}

/** As a logarithm, so that a few bright pixels are seen beside a million dark ones. */
function drawCounts(g: Pen, { left, top, height }: Frame, counts: Float64Array): void {
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 0)) || 1;
  const step = height / counts.length;
  g.fillStyle = ink.faint;
  for (let k = 0; k < counts.length; k++) {
    const length = (Math.log1p(counts[k]) / most) * (HISTOGRAM_WIDTH - 4);
    if (length > 0) g.fillRect(left - 4 - length, top + height - (k + 1) * step, length, Math.max(1, step - 0.5));
  }
}

const css = (word: number): string => `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`;

/** The value at a part of the span, 0 to 1 from its lower end: the inverse of `fractionOf`. */
export function valueAtFraction(fraction: number, [low, high]: Range, scale: ScaleName): number {
  if (scale === 'log') return low * (high / low) ** fraction;
  return low + (high - low) * (scale === 'sqrt' ? fraction ** 2 : fraction);
}
