import { cssColor } from '../image/color-maps.ts';
import type { ChartScale } from './chart-scale.ts';
import { ink, type Frame } from './draw-frame.ts';
import type { Pen } from './svg-plot.ts';
import { inWindow, thinLine, type Trace } from './thin-line.ts';

/** One line of a chart. `low` and `high`: an extent at each point. */
export interface ChartLine extends Trace {
  readonly name: string;
  readonly color: number;
  /** `bins`: x are edges, one more than values. `dots` are points without order. */
  readonly as: 'line' | 'points' | 'steps' | 'bins' | 'dots';
  /** How the extent is drawn; a band without it. */
  readonly bars?: boolean;
  readonly dashed?: boolean;
  /** It stands back behind another. */
  readonly faint?: boolean;
  /** Of dots: 0 to 1, how much of its colour each has. */
  readonly strength?: ArrayLike<number>;
  /** Of dots: 0 to 1, a colour of the map instead of the line's own. */
  readonly shade?: ArrayLike<number>;
}

export const seriesColor = (k: number): string => ink.series[k % ink.series.length];

/** A line between the ends of a frame, thinned to what its pixels can show; its extent below it. */
export function drawLine(pen: Pen, frame: Frame, line: ChartLine, scale: ChartScale, toX: (x: number) => number, toY: (y: number) => number): void {
  const color = seriesColor(line.color);
  if (line.as === 'dots') return drawDots(pen, line, color, toX, toY);
  const [from, to] = inWindow(line.x, scale.low, scale.high);
  const thin = thinLine(line, from, to, frame.width, (x) => toX(x));
  if (thin.low && thin.high) {
    if (line.bars) drawBars(pen, thin, color, toX, toY);
    else drawBand(pen, thin, color, line.as, toX, toY);
  }
  const { x, y } = thin;
  pen.strokeStyle = color;
  pen.lineWidth = line.dashed ? 2 : 1.5;
  if (line.faint) pen.globalAlpha = 0.45;
  pen.lineJoin = 'bevel';
  if (line.dashed) pen.setLineDash([5, 4]);
  if (line.as !== 'points') strokeLine(pen, x, y, line.as, !line.dashed, toX, toY);
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  // A few points are shown as such: else nobody sees where they are, or a single one at all.
  if (line.as === 'points' || (line.as === 'line' && to - from <= 40 && !line.dashed)) drawDots(pen, { ...line, x, y }, color, toX, toY);
}

/** Points to a stroke on a canvas. Drawn by software, a zigzag costs the square of the segments that cross one row of pixels: 16 ms for 1000 in one stroke, 2 ms in pieces. */
const PIECE = 24;

/** A line through the points, lifted at gaps. Steps have their points in the middle, bins between their edges. `solid`: it may be drawn in pieces. */
export function strokeLine(pen: Pen, x: ArrayLike<number>, y: ArrayLike<number>, as: ChartLine['as'], solid: boolean, toX: (x: number) => number, toY: (y: number) => number): void {
  const piece = solid && 'canvas' in pen ? PIECE : Infinity;
  let down = false;
  let [endX, endY] = [0, 0];
  pen.beginPath();
  for (let i = 0; i < y.length; i++) {
    const value = y[i];
    if (down && i % piece === 0) {
      pen.stroke();
      pen.beginPath();
      pen.moveTo(endX, endY);
    }
    if (value !== value) {
      down = false;
      continue;
    }
    const py = toY(value);
    if (as === 'line') {
      endX = toX(x[i]);
      if (down) pen.lineTo(endX, py);
      else pen.moveTo(endX, py);
    } else {
      const [a, b] = as === 'bins' ? [x[i], x[Math.min(i + 1, x.length - 1)]] : [i > 0 ? (x[i - 1] + x[i]) / 2 : x[i], i + 1 < x.length ? (x[i] + x[i + 1]) / 2 : x[i]];
      endX = toX(b);
      if (down) pen.lineTo(toX(a), py);
      else pen.moveTo(toX(a), py);
      pen.lineTo(endX, py);
    }
    endY = py;
    down = true;
  }
  pen.stroke();
}

function drawBand(pen: Pen, { x, low, high }: Trace, color: string, as: ChartLine['as'], toX: (x: number) => number, toY: (y: number) => number): void {
  pen.save();
  pen.globalAlpha = 0.25;
  pen.fillStyle = color;
  pen.beginPath();
  const good = (i: number) => i < low!.length && low![i] - high![i] <= 0;
  if (as === 'bins') {
    for (let i = 0; i + 1 < x.length; i++) if (good(i)) pen.rect(toX(x[i]), toY(high![i]), toX(x[i + 1]) - toX(x[i]), toY(low![i]) - toY(high![i]));
    pen.fill();
    pen.restore();
    return;
  }
  for (let i = 0; i < low!.length; i++) {
    if (!good(i)) continue;
    const begin = i;
    while (good(i + 1)) i++;
    // A single point has an extent, too.
    const wide = begin === i ? 1 : 0;
    for (let k = begin; k <= i; k++) (k === begin ? pen.moveTo : pen.lineTo).call(pen, toX(x[k]) - wide, toY(high![k]));
    for (let k = i; k >= begin; k--) pen.lineTo(toX(x[k]) + wide, toY(low![k]));
    pen.closePath();
  }
  pen.fill();
  pen.restore();
}

function drawBars(pen: Pen, { x, low, high }: Trace, color: string, toX: (x: number) => number, toY: (y: number) => number): void {
  pen.save();
  pen.globalAlpha = 0.7;
  pen.strokeStyle = color;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let i = 0; i < x.length; i++) {
    if (!(low![i] - high![i] <= 0)) continue;
    const [px, top, bottom] = [toX(x[i]), toY(high![i]), toY(low![i])];
    pen.moveTo(px, top);
    pen.lineTo(px, bottom);
    pen.moveTo(px - 2.5, top);
    pen.lineTo(px + 2.5, top);
    pen.moveTo(px - 2.5, bottom);
    pen.lineTo(px + 2.5, bottom);
  }
  pen.stroke();
  pen.restore();
}

function drawDots(pen: Pen, { x, y, strength, shade }: ChartLine, color: string, toX: (x: number) => number, toY: (y: number) => number): void {
  const size = y.length > 5000 ? 2 : y.length > 500 ? 3 : 5;
  pen.save();
  pen.fillStyle = color;
  for (let i = 0; i < y.length; i++) {
    if (!(Math.abs(x[i]) < Infinity && Math.abs(y[i]) < Infinity)) continue;
    if (strength) pen.globalAlpha = Math.max(0.08, Math.round(strength[i] * 20) / 20);
    if (shade) pen.fillStyle = cssColor('viridis', 0.22 + 0.78 * shade[i]);
    pen.fillRect(toX(x[i]) - size / 2, toY(y[i]) - size / 2, size, size);
  }
  pen.restore();
}
