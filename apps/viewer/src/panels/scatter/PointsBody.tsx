import { useRef } from 'react';
import type { PanelValue } from '@trainyard/control';
import { isArray } from '../../data/channel.ts';
import { labelText } from '../../image/axis-map.ts';
import { colorTable } from '../../image/color-maps.ts';
import { pictureOf } from '../../image/picture.ts';
import { drawAxes, drawOverlay, fitCanvas } from '../../plot/draw-frame.ts';
import { seriesColor } from '../../plot/draw-chart.ts';
import { niceTicks } from '../../plot/ticks.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useDraw, useValue, WHOLE } from '../use-value.ts';
import { useSize } from '../use-yard.ts';

/** A cloud of points: columns x, y and, where there is a third, the colour. */
export function PointsBody({ sources: [{ id }], title, visible }: PanelBodyProps) {
  const channel = useValue(id, WHOLE, visible);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useRef({ width: 0, height: 0 });
  const newest = useRef<PanelValue>(undefined);
  const draw = () => newest.current && canvas.current && size.current.width > 0 && drawPoints(canvas.current, size.current, newest.current);
  useSize(box, (width, height) => {
    size.current = { width, height };
    draw();
  });
  useDraw(channel, (value) => {
    newest.current = value;
    draw();
  });
  return <div className="body"><div className="canvas-box" ref={box} role="img" aria-label={`Points of ${title}`}><canvas ref={canvas} /></div></div>;
}

function drawPoints(canvas: HTMLCanvasElement, { width, height }: { width: number; height: number }, { value, labels }: PanelValue): void {
  if (!isArray(value)) return;
  const { data, width: columns, height: rows, offset, rowStride, colStride } = pictureOf(value);
  const { g } = fitCanvas(canvas, width, height);
  g.clearRect(0, 0, width, height);
  const frame = { left: 58, top: 10, width: Math.max(10, width - 76), height: Math.max(10, height - 50) };
  const at = (row: number, column: number) => data[offset + row * rowStride + column * colStride];
  const ends = (column: number): [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (let row = 0; row < rows; row++) {
      const v = at(row, column);
      if (v < low && v > -Infinity) low = v;
      if (v > high && v < Infinity) high = v;
    }
    if (low > high) return [0, 1];
    const pad = (high - low) * 0.06 || Math.abs(high) * 0.05 || 1;
    return [low - pad, high + pad];
  };
  if (columns < 2) return;
  const [x0, x1] = ends(0);
  const [y0, y1] = ends(1);
  const [c0, c1] = columns > 2 ? ends(2) : [0, 1];
  const toX = (x: number) => frame.left + ((x - x0) / (x1 - x0)) * frame.width;
  const toY = (y: number) => frame.top + (1 - (y - y0) / (y1 - y0)) * frame.height;
  drawAxes(g, frame,
    { label: labelText(labels?.axes?.[0], 'x'), ticks: niceTicks(x0, x1, frame.width / 70).map((t) => [t, toX(t) - frame.left] as const) },
    { label: labelText(labels?.axes?.[1], 'y'), ticks: niceTicks(y0, y1, frame.height / 40).map((t) => [t, toY(t) - frame.top] as const) });
  const table = colorTable('viridis');
  g.fillStyle = seriesColor(0);
  const dot = rows > 5000 ? 2 : rows > 500 ? 3 : 5;
  for (let row = 0; row < rows; row++) {
    if (columns > 2) {
      const word = table[Math.min(255, Math.max(56, Math.round(56 + ((at(row, 2) - c0) / (c1 - c0)) * 199))) || 56];
      g.fillStyle = `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`;
    }
    g.fillRect(toX(at(row, 0)) - dot / 2, toY(at(row, 1)) - dot / 2, dot, dot);
  }
  if (labels?.overlay) drawOverlay(g, frame, labels.overlay, toX, toY);
}
