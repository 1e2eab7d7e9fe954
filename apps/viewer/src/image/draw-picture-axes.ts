import type { PanelLabels } from '@trainyard/control';
import { drawAxes, drawOverlay } from '../plot/draw-frame.ts';
import type { Pen } from '../plot/svg-plot.ts';
import { niceTicks } from '../plot/ticks.ts';
import type { AxisMap } from './axis-map.ts';
import type { Placement } from './placement.ts';
import type { Turn } from './turn.ts';

/** Coordinates along columns (x) and rows (y) of the array. */
export interface PictureAxes {
  readonly x: AxisMap;
  readonly y: AxisMap;
}

/** Ticks and labels around a picture, whichever way it lies, and what the user's view laid over it. */
export function drawPictureAxes(pen: Pen, { frame, rows, columns, toScreen, toArray }: Placement, { swap }: Turn, { x, y }: PictureAxes, overlay: readonly Overlay[]): void {
  const corners = [toArray([frame.left, frame.top]), toArray([frame.left + frame.width, frame.top + frame.height])] as const;
  const ticks = (map: AxisMap, axis: 0 | 1, n: number, room: number, place: (edge: number) => number, size: number) => {
    const edges = corners.map((corner) => Math.min(n, Math.max(0, corner[axis])));
    return niceTicks(map.toCoordinate(edges[0]), map.toCoordinate(edges[1]), room).map((tick) => [tick, place(map.toEdge(tick))] as const).filter(([, at]) => at >= -0.5 && at <= size + 0.5);
  };
  const [across, along] = swap ? [y, x] : [x, y];
  const placeX = (edge: number) => toScreen(swap ? [0, edge] : [edge, 0])[0] - frame.left;
  const placeY = (edge: number) => toScreen(swap ? [edge, 0] : [0, edge])[1] - frame.top;
  drawAxes(pen, frame,
    { label: across.label, ticks: ticks(across, swap ? 1 : 0, swap ? rows : columns, frame.width / 70, placeX, frame.width) },
    { label: along.label, ticks: ticks(along, swap ? 0 : 1, swap ? columns : rows, frame.height / 40, placeY, frame.height) });
  if (overlay.length > 0) drawOverlay(pen, frame, swap ? overlay.map(swapped) : overlay, (c) => frame.left + placeX(across.toEdge(c)), (c) => frame.top + placeY(along.toEdge(c)));
}

type Overlay = NonNullable<PanelLabels['overlay']>[number];
const swappedKinds: Readonly<Record<string, string>> = { vline: 'hline', hline: 'vline' };

function swapped({ kind, at, text }: Overlay): Overlay {
  const [a, b, c, d] = at;
  return { kind: swappedKinds[kind] ?? kind, at: at.length < 2 ? at : at.length < 4 ? [b, a] : [b, a, d, c], ...(text !== undefined && { text }) };
}
