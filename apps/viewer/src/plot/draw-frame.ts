import type { PanelLabels } from '@trainyard/control';
import { formatTick } from '../ui/format.ts';
import type { Pen } from './svg-plot.ts';

/** The inner rectangle of a plot on its canvas, in CSS pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The colours of plots; the theme of the page puts its own here, and panels are made anew when it changes. */
export const ink = {
  text: '#aab4bf', faint: '#5b6672', grid: '#2a3037', overlay: '#ffd166', font: '11px system-ui, sans-serif',
  series: ['#4cc2d6', '#f2a65a', '#9ad17b', '#d78be0', '#f27a7a', '#e8d174', '#7aa7f2', '#c0c6cc'],
};

export interface AxisDrawing {
  readonly label: string;
  /** Coordinate and position along the frame in pixels. */
  readonly ticks: readonly (readonly [value: number, at: number])[];
}

/** Ticks, their numbers and the labels around a frame. */
export function drawAxes(g: Pen, frame: Frame, x: AxisDrawing, y: AxisDrawing): void {
  const bottom = frame.top + frame.height;
  g.font = ink.font;
  g.strokeStyle = ink.faint;
  g.fillStyle = ink.text;
  g.lineWidth = 1;
  g.strokeRect(frame.left - 0.5, frame.top - 0.5, frame.width + 1, frame.height + 1);
  g.beginPath();
  g.textAlign = 'center';
  g.textBaseline = 'top';
  for (const [value, at] of x.ticks) {
    const px = Math.round(frame.left + at) + 0.5;
    g.moveTo(px, bottom);
    g.lineTo(px, bottom + 4);
    g.fillText(formatTick(value), px, bottom + 6);
  }
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  for (const [value, at] of y.ticks) {
    const py = Math.round(frame.top + at) + 0.5;
    g.moveTo(frame.left, py);
    g.lineTo(frame.left - 4, py);
    g.fillText(formatTick(value), frame.left - 6, py);
  }
  g.stroke();
  g.textAlign = 'center';
  g.textBaseline = 'bottom';
  g.fillText(x.label, frame.left + frame.width / 2, bottom + 34);
  g.save();
  g.translate(frame.left - 48, frame.top + frame.height / 2);
  g.rotate(-Math.PI / 2);
  g.textBaseline = 'middle';
  g.fillText(y.label, 0, 0);
  g.restore();
}

/** Lines, points and boxes that the user laid over a result, in the coordinates of its axes. */
export function drawOverlay(g: Pen, frame: Frame, overlay: NonNullable<PanelLabels['overlay']>, toX: (x: number) => number, toY: (y: number) => number): void {
  g.save();
  g.beginPath();
  g.rect(frame.left, frame.top, frame.width, frame.height);
  g.clip();
  g.strokeStyle = ink.overlay;
  g.fillStyle = ink.overlay;
  g.font = ink.font;
  g.lineWidth = 1.25;
  for (const { kind, at, text } of overlay) {
    const [a = 0, b = 0, c = 0, d = 0] = at;
    let corner: [number, number] = [frame.left + 4, frame.top + 4];
    g.beginPath();
    if (kind === 'vline') {
      g.moveTo(toX(a), frame.top);
      g.lineTo(toX(a), frame.top + frame.height);
      corner = [toX(a) + 4, frame.top + 4];
    } else if (kind === 'hline') {
      g.moveTo(frame.left, toY(a));
      g.lineTo(frame.left + frame.width, toY(a));
      corner = [frame.left + 4, toY(a) + 3];
    } else if (kind === 'rect') {
      // [x0, y0, x1, y1]
      g.rect(Math.min(toX(a), toX(c)), Math.min(toY(b), toY(d)), Math.abs(toX(c) - toX(a)), Math.abs(toY(d) - toY(b)));
      corner = [Math.min(toX(a), toX(c)) + 4, Math.min(toY(b), toY(d)) + 3];
    } else {
      g.moveTo(toX(a) - 6, toY(b));
      g.lineTo(toX(a) + 6, toY(b));
      g.moveTo(toX(a), toY(b) - 6);
      g.lineTo(toX(a), toY(b) + 6);
      corner = [toX(a) + 7, toY(b) + 4];
    }
    g.stroke();
    if (text) {
      g.textAlign = 'left';
      g.textBaseline = 'top';
      g.fillText(text, ...corner);
    }
  }
  g.restore();
}

/** Fits a canvas to its element and the screen's density; returns its context in CSS pixels and that density. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): { g: CanvasRenderingContext2D; density: number } {
  const density = Math.min(2, globalThis.devicePixelRatio || 1);
  const [w, h] = [Math.max(1, Math.round(width * density)), Math.max(1, Math.round(height * density))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const g = canvas.getContext('2d', { alpha: true })!;
  g.setTransform(density, 0, 0, density, 0, 0);
  return { g, density };
}
