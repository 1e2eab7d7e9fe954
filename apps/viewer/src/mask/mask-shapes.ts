import type { Point } from '../image/turn.ts';
import type { Box, Mask } from './mask.ts';

export const maskShapes = ['rectangle', 'ellipse', 'polygon', 'brush'] as const;
export type MaskShape = (typeof maskShapes)[number];

/** A shape that was drawn on a picture, in pixel edges: two corners, the corners of a polygon, or the way of a brush. */
export interface Drawn {
  readonly shape: MaskShape;
  readonly points: readonly Point[];
  /** Width of a brush, in pixels of the array. */
  readonly width: number;
}

/** Sets the pixels whose centre lies inside the shape; gives back the box that was touched. */
export function drawMask(mask: Mask, { shape, points, width }: Drawn, value: 0 | 1): Box | undefined {
  if (points.length === 0 || (shape !== 'brush' && points.length < 2)) return undefined;
  const grow = shape === 'brush' ? Math.max(0.5, width / 2) : 0;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const box = { r0: Math.min(...ys) - grow, r1: Math.max(...ys) + grow, c0: Math.min(...xs) - grow, c1: Math.max(...xs) + grow };
  if (shape === 'brush') return mask.edit(box, (data, cut) => points.forEach((point, i) => brush(data, mask.columns, cut, points[Math.max(0, i - 1)], point, grow, value)));
  const inside = insideOf(shape, points, box);
  return mask.edit(box, (data, { r0, c0, r1, c1 }) => {
    for (let r = r0; r < r1; r++) for (let c = c0; c < c1; c++) if (inside(c + 0.5, r + 0.5)) data[r * mask.columns + c] = value;
  });
}

/** One piece of the way of a brush, in its own box: that of the whole way is often most of the picture. */
function brush(data: Uint8Array, columns: number, { r0, r1, c0, c1 }: Box, from: Point, to: Point, radius: number, value: 0 | 1): void {
  const [top, bottom] = [Math.max(r0, Math.floor(Math.min(from[1], to[1]) - radius)), Math.min(r1, Math.ceil(Math.max(from[1], to[1]) + radius))];
  const [left, right] = [Math.max(c0, Math.floor(Math.min(from[0], to[0]) - radius)), Math.min(c1, Math.ceil(Math.max(from[0], to[0]) + radius))];
  for (let r = top; r < bottom; r++) {
    for (let c = left; c < right; c++) {
      const at = r * columns + c;
      // Most of it is already as it should be, by the piece before.
      if (data[at] !== value && squaredDistance(c + 0.5, r + 0.5, from, to) <= radius ** 2) data[at] = value;
    }
  }
}

function insideOf(shape: Exclude<MaskShape, 'brush'>, points: readonly Point[], { r0, r1, c0, c1 }: Box): (x: number, y: number) => boolean {
  if (shape === 'ellipse') {
    const [cx, cy, rx, ry] = [(c0 + c1) / 2, (r0 + r1) / 2, (c1 - c0) / 2, (r1 - r0) / 2];
    return (x, y) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  }
  if (shape === 'rectangle') return (x, y) => x >= c0 && x < c1 && y >= r0 && y < r1;
  return (x, y) => isInPolygon(points, x, y);
}

/** What lies inside an odd number of times is inside. */
function isInPolygon(points: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [[ax, ay], [bx, by]] = [points[i], points[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function squaredDistance(x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2;
}

/** Masks what is not within the limits; NaN is not touched, as no sum counts it. */
export function maskByValue(mask: Mask, values: ArrayLike<number>, below: number | undefined, above: number | undefined): Box | undefined {
  return mask.edit(mask.all, (data) => {
    for (let i = 0; i < data.length; i++) if ((below !== undefined && values[i] < below) || (above !== undefined && values[i] > above)) data[i] = 1;
  });
}

export function invertMask(mask: Mask): Box | undefined {
  return mask.edit(mask.all, (data) => {
    for (let i = 0; i < data.length; i++) data[i] ^= 1;
  });
}

export function clearMask(mask: Mask): Box | undefined {
  return mask.edit(mask.all, (data) => void data.fill(0));
}
