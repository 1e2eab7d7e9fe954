import type { PanelLabels } from '@trainyard/control';
import { clockTicks, numberTicks, textWidth, trainTicks, type Tick } from './axis-ticks.ts';
import { placer, type ChartScale } from './chart-scale.ts';
import { drawOverlay, ink, type Frame } from './draw-frame.ts';
import { drawLine, type ChartLine } from './draw-line.ts';
import type { Pen } from './svg-plot.ts';

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
