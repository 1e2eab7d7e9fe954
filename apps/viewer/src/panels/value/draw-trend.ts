import type { ScalarPoints } from '../../data/scalar-line.ts';
import { extent, padded, placer, wider } from '../../plot/chart-scale.ts';
import { seriesColor, strokeLine } from '../../plot/draw-line.ts';
import { fitCanvas, ink } from '../../plot/draw-frame.ts';
import type { Limits } from './limits.ts';

/** A line without axes, and the limits that are near it. */
export function drawTrend(canvas: HTMLCanvasElement, width: number, height: number, { x, mean, low, high, width: wide }: ScalarPoints, from: number, to: number, limits: Limits): void {
  if (width < 20 || height < 12) return;
  const { g } = fitCanvas(canvas, width, height);
  g.clearRect(0, 0, width, height);
  const found = wider(extent(low, false), extent(high, false));
  if (!found) return;
  const scale = padded(found, false);
  const toX = placer({ low: from, high: Math.max(to, from + 1), log: false }, width - 4);
  const up = placer(scale, height);
  g.setLineDash([4, 4]);
  g.strokeStyle = ink.overlay;
  g.lineWidth = 1;
  g.beginPath();
  for (const limit of Object.values(limits) as (number | undefined)[]) {
    if (limit === undefined || limit < scale.low || limit > scale.high) continue;
    g.moveTo(0, height - up(limit));
    g.lineTo(width, height - up(limit));
  }
  g.stroke();
  g.setLineDash([]);
  const path = (values: Float64Array) => strokeLine(g, x, values, 'line', true, (train) => 2 + toX(train), (value) => height - up(value));
  g.strokeStyle = seriesColor(0);
  if (wide > 1) {
    g.globalAlpha = 0.35;
    path(low);
    path(high);
    g.globalAlpha = 1;
  }
  g.lineWidth = 1.5;
  path(mean);
}
