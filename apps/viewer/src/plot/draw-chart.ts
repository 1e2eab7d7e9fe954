import type { PanelLabels } from '@trainyard/control';
import { cssColor } from '../image/color-maps.ts';
import { clockTicks, numberTicks, textWidth, trainTicks, type Tick } from './axis-ticks.ts';
import { placer, type ChartScale } from './chart-scale.ts';
import { drawOverlay, ink, type Frame } from './draw-frame.ts';
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

/** Something that happened at an x. */
export interface ChartMark {
  readonly at: number;
  readonly text: string;
}

/** A picture in the plane of a chart, below its lines. */
export interface ChartImage {
  readonly canvas: HTMLCanvasElement;
  /** Coordinates of its left and right edge, of its lower and upper one. */
  readonly x: readonly [left: number, right: number];
  readonly y: readonly [bottom: number, top: number];
  /** What it shows at a place, in words. */
  readonly read: (x: number, y: number) => string | undefined;
  /** What its colours mean. */
  readonly bar: { readonly canvas: HTMLCanvasElement; readonly low: number; readonly high: number; readonly log: boolean; readonly label: string };
}

export interface ChartContent {
  readonly image?: ChartImage;
  /** y begins at 0: counts. */
  readonly fromZero?: boolean;
  readonly yAs?: 'trains';
  readonly lines: readonly ChartLine[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly marks?: readonly ChartMark[];
  readonly overlay?: PanelLabels['overlay'];
  /** Numbers without it; train IDs, written in full or without what they have in common; or train IDs as times of the day, by this. */
  readonly xAs?: 'trains' | { readonly timeOf: (train: number) => number; readonly trainAt: (time: number) => number };
}

export interface ChartScales {
  readonly x: ChartScale;
  readonly y: ChartScale;
}

/** Room for the colours of a picture and their numbers. */
const BAR_PX = 66;

export const seriesColor = (k: number): string => ink.series[k % ink.series.length];

/** A chart of this size in pixels; gives back where its inner rectangle is. */
export function drawChart(pen: Pen, width: number, height: number, content: ChartContent, scales: ChartScales): Frame {
  const bottom = content.xLabel ? 34 : 20;
  const inner = Math.max(20, height - 9 - bottom);
  const trains = content.yAs === 'trains' ? trainTicks(Math.min(scales.y.low, scales.y.high), Math.max(scales.y.low, scales.y.high), inner * 1.6) : undefined;
  const yTicks = trains?.ticks ?? numberTicks(scales.y.low, scales.y.high, inner, scales.y.log, true);
  const yLabel = trains && trains.base > 0 ? `${content.yLabel} − ${trains.base}` : content.yLabel;
  const widest = Math.max(18, ...yTicks.map(({ text }) => textWidth(text)));
  const left = Math.min(width / 3, Math.ceil((widest + 8 + (yLabel ? 15 : 0)) / 8) * 8);
  const frame = { left, top: 9, width: Math.max(20, width - left - (content.image ? BAR_PX : 12)), height: inner };
  const { ticks: xTicks, label } = xAxis(content, scales.x, frame.width);
  const toX = placer(scales.x, frame.width);
  const up = placer(scales.y, frame.height);
  const toY = (y: number) => frame.height - up(y);

  drawGrid(pen, frame, xTicks.map((tick) => ({ ...tick, at: toX(tick.at) })), yTicks.map((tick) => ({ ...tick, at: toY(tick.at) })));
  pen.fillStyle = ink.text;
  pen.font = ink.font;
  pen.textAlign = 'center';
  pen.textBaseline = 'bottom';
  if (label) pen.fillText(label, frame.left + frame.width / 2, height - 2);
  if (yLabel) {
    pen.save();
    pen.translate(9, frame.top + frame.height / 2);
    pen.rotate(-Math.PI / 2);
    pen.textBaseline = 'middle';
    pen.fillText(yLabel, 0, 0);
    pen.restore();
  }
  pen.save();
  pen.beginPath();
  pen.rect(frame.left, frame.top, frame.width, frame.height);
  pen.clip();
  if (content.image) {
    const { canvas, x: [x0, x1], y: [y0, y1] } = content.image;
    pen.drawImage(canvas, frame.left + toX(x0), frame.top + toY(y1), toX(x1) - toX(x0), toY(y0) - toY(y1));
  }
  pen.strokeStyle = ink.overlay;
  pen.lineWidth = 1;
  pen.setLineDash([2, 3]);
  pen.beginPath();
  for (const { at } of content.marks ?? []) {
    const px = Math.round(frame.left + toX(at)) + 0.5;
    pen.moveTo(px, frame.top);
    pen.lineTo(px, frame.top + frame.height);
  }
  pen.stroke();
  pen.setLineDash([]);
  for (const line of content.lines) drawLine(pen, frame, line, scales.x, (x) => frame.left + toX(x), (y) => frame.top + toY(y));
  pen.restore();
  if (content.image) drawBar(pen, frame, content.image.bar);
  if (content.overlay) drawOverlay(pen, frame, content.overlay, (x) => frame.left + toX(x), (y) => frame.top + toY(y));
  return frame;
}

/** The colours of a picture from its lowest value to its highest. */
function drawBar(pen: Pen, { left, top, width, height }: Frame, { canvas, low, high, log, label }: ChartImage['bar']): void {
  const x = left + width + 8;
  pen.drawImage(canvas, x, top, 10, height);
  pen.strokeStyle = ink.faint;
  pen.lineWidth = 1;
  pen.strokeRect(x - 0.5, top - 0.5, 11, height + 1);
  const place = placer({ low, high, log }, height);
  pen.fillStyle = ink.text;
  pen.font = ink.font;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  if (high > low) for (const { at, text } of numberTicks(low, high, height, log, true)) pen.fillText(text, x + 14, top + height - place(at));
  pen.textAlign = 'right';
  pen.textBaseline = 'bottom';
  if (label) pen.fillText(label, left + width + BAR_PX - 4, top + height + 32);
}

function xAxis({ xAs, xLabel }: ChartContent, { low, high, log }: ChartScale, width: number): { readonly ticks: readonly Tick[]; readonly label: string } {
  if (xAs === 'trains') {
    const { ticks, base } = trainTicks(low, high, width);
    return { ticks, label: base > 0 ? `${xLabel} − ${base}` : xLabel };
  }
  if (xAs) return { ticks: clockTicks(xAs.timeOf(low), xAs.timeOf(high), width).map(({ at, text }) => ({ at: xAs.trainAt(at), text })), label: xLabel };
  return { ticks: numberTicks(low, high, width, log, false), label: xLabel };
}

/** Ticks in pixels along the frame. */
function drawGrid(pen: Pen, frame: Frame, xTicks: readonly Tick[], yTicks: readonly Tick[]): void {
  const bottom = frame.top + frame.height;
  const right = frame.left + frame.width;
  pen.lineWidth = 1;
  pen.strokeStyle = ink.grid;
  pen.beginPath();
  for (const { at } of xTicks) {
    const px = Math.round(frame.left + at) + 0.5;
    pen.moveTo(px, frame.top);
    pen.lineTo(px, bottom + 4);
  }
  for (const { at } of yTicks) {
    const py = Math.round(frame.top + at) + 0.5;
    pen.moveTo(frame.left - 4, py);
    pen.lineTo(right, py);
  }
  pen.stroke();
  pen.strokeStyle = ink.faint;
  pen.strokeRect(frame.left - 0.5, frame.top - 0.5, frame.width + 1, frame.height + 1);
  pen.font = ink.font;
  pen.fillStyle = ink.text;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  for (const { at, text } of xTicks) if (at > -1 && at < frame.width + 1) pen.fillText(text, Math.min(frame.left + at, right + 8 - textWidth(text) / 2), bottom + 5);
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (const { at, text } of yTicks) pen.fillText(text, frame.left - 6, frame.top + at);
}

function drawLine(pen: Pen, frame: Frame, line: ChartLine, scale: ChartScale, toX: (x: number) => number, toY: (y: number) => number): void {
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
  pen.lineJoin = 'round';
  if (line.dashed) pen.setLineDash([5, 4]);
  if (line.as !== 'points') {
    pen.beginPath();
    trace(pen, x, y, line.as, toX, toY);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  // A few points are shown as such: else nobody sees where they are, or a single one at all.
  if (line.as === 'points' || (line.as === 'line' && to - from <= 40 && !line.dashed)) drawDots(pen, { ...line, x, y }, color, toX, toY);
}

/** A line through the points, lifted at gaps. Steps have their points in the middle, bins between their edges. */
function trace(pen: Pen, x: ArrayLike<number>, y: ArrayLike<number>, as: ChartLine['as'], toX: (x: number) => number, toY: (y: number) => number): void {
  let down = false;
  for (let i = 0; i < y.length; i++) {
    const value = y[i];
    if (value !== value) {
      down = false;
      continue;
    }
    const py = toY(value);
    if (as === 'line') {
      if (down) pen.lineTo(toX(x[i]), py);
      else pen.moveTo(toX(x[i]), py);
    } else {
      const [a, b] = as === 'bins' ? [x[i], x[Math.min(i + 1, x.length - 1)]] : [i > 0 ? (x[i - 1] + x[i]) / 2 : x[i], i + 1 < x.length ? (x[i] + x[i + 1]) / 2 : x[i]];
      if (down) pen.lineTo(toX(a), py);
      else pen.moveTo(toX(a), py);
      pen.lineTo(toX(b), py);
    }
    down = true;
  }
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
