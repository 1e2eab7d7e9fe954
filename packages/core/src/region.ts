import { zeros, type AnyTypedArray, type Mask, type NdArray } from '@trainyard/nd';
import type { Parameter } from './parameters.ts';
import { YardError } from './problem.ts';

/**
 * Regions of a picture, as plain numbers. They are pixel edges: x counts columns (the last axis), y rows (the axis before), and the pixel in row r
 * and column c covers [c, c + 1) x [r, r + 1). A pixel belongs to a region when its centre does.
 */
export type Rectangle = readonly [x0: number, y0: number, x1: number, y1: number];
/** Centre and radius, which itself is outside. */
export type Circle = readonly [cx: number, cy: number, r: number];
/** Centre and two radii; the inner one is inside, the outer one outside, so that rings that touch share no pixel. */
export type Ring = readonly [cx: number, cy: number, inner: number, outer: number];
/** Corners in order, x and y in turn; what lies inside an odd number of times is inside. */
export type Polygon = readonly number[];

export interface Regions {
  readonly rectangle: Rectangle;
  readonly circle: Circle;
  readonly ring: Ring;
  readonly polygon: Polygon;
}
export type RegionKind = keyof Regions;

export interface RegionOptions {
  /** The view (`name`, `group/name`, `view#name`) or raw key (its data path) on whose picture it is drawn. Without it, on pictures of its group. */
  readonly on?: string;
  readonly unit?: string;
  readonly title?: string;
}

/** A rectangle that people drag on a picture: `rectangle([x0, y0, x1, y1])`. */
export function rectangle(value: Rectangle, options: RegionOptions = {}): Parameter<Rectangle> {
  return { ...options, type: 'rectangle', default: value };
}

/** A circle: `circle([cx, cy, r])`. */
export function circle(value: Circle, options: RegionOptions = {}): Parameter<Circle> {
  return { ...options, type: 'circle', default: value };
}

/** What lies between two circles of one centre: `ring([cx, cy, inner, outer])`. */
export function ring(value: Ring, options: RegionOptions = {}): Parameter<Ring> {
  return { ...options, type: 'ring', default: value };
}

/** At least three corners: `polygon([x0, y0, x1, y1, x2, y2])`. */
export function polygon(value: Polygon, options: RegionOptions = {}): Parameter<Polygon> {
  return { ...options, type: 'polygon', default: value };
}

const FORMS: { readonly [K in RegionKind]: string } = { rectangle: '[x0, y0, x1, y1]', circle: '[cx, cy, r]', ring: '[cx, cy, inner, outer]', polygon: '[x0, y0, x1, y1, x2, y2, ...]' };
const COUNTS: { readonly [K in RegionKind]: number | undefined } = { rectangle: 4, circle: 3, ring: 4, polygon: undefined };
const MOST_CORNERS = 1000;
/** Far beyond any picture; keeps squares and crossings exact enough. */
const FARTHEST = 1e9;

/** Whether these numbers are such a region; throws `PARAM_TYPE` (how many, not finite) or `PARAM_RANGE` (an empty rectangle, radii). */
export function checkRegion(name: string, kind: RegionKind, numbers: readonly number[]): void {
  const said = numbers.length > 20 ? `a list of ${numbers.length} numbers` : `[${numbers.join(', ')}]`;
  const wrong = (code: string, what: string): YardError => new YardError(code, `${name} is a ${kind} ${FORMS[kind]}: ${what}; not ${said}.`);
  const count = COUNTS[kind];
  if (count !== undefined && numbers.length !== count) throw wrong('PARAM_TYPE', `${count} numbers`);
  if (kind === 'polygon' && (numbers.length < 6 || numbers.length % 2 || numbers.length > 2 * MOST_CORNERS)) throw wrong('PARAM_TYPE', `two numbers for each of 3 to ${MOST_CORNERS} corners`);
  if (numbers.some((value) => !(Math.abs(value) <= FARTHEST))) throw wrong('PARAM_RANGE', `numbers from -${FARTHEST} to ${FARTHEST}`);
  const [a, b, c, d] = numbers as readonly [number, number, number, number];
  if (kind === 'rectangle' && !(a < c && b < d)) throw wrong('PARAM_RANGE', 'x0 is less than x1, and y0 less than y1');
  if (kind === 'circle' && c < 0) throw wrong('PARAM_RANGE', 'the radius is not negative');
  if (kind === 'ring' && !(c >= 0 && c <= d)) throw wrong('PARAM_RANGE', 'the inner radius is not negative, and not more than the outer one');
}

/** First pixel whose centre is at or after an edge, and so the end of those before it; within 0 and n. */
function pixelAt(edge: number, n: number): number {
  return Math.min(n, Math.max(0, Math.ceil(edge - 0.5)));
}

/** Rows and columns of the last two axes: what a rectangle covers of them, ends excluded. Empty where it lies outside. */
function spanOf([x0, y0, x1, y1]: Rectangle, shape: readonly number[]): { readonly rows: readonly [number, number]; readonly columns: readonly [number, number] } {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return { rows: [pixelAt(y0, rows), pixelAt(y1, rows)], columns: [pixelAt(x0, columns), pixelAt(x1, columns)] };
}

/** What a rectangle covers of an image, or of each image of a stack: shares its memory. What lies outside is cut off, down to nothing. Throws `REGION_RANK` for less than two axes. */
export function cut<R extends number, D extends AnyTypedArray>(image: NdArray<R, D>, region: Rectangle): NdArray<R, D> {
  const { rows, columns } = spanOf(region, imageShape(image.shape));
  return image.slice(`..., ${rows.join(':')}, ${columns.join(':')}`) as NdArray<number, D> as NdArray<R, D>;
}

function imageShape(shape: readonly number[]): readonly number[] {
  if (shape.length < 2) throw new YardError('REGION_RANK', `A region lies on an image, which has two axes or more; this has the shape (${shape.join(', ')}).`);
  return shape;
}

/**
 * True where a pixel is inside: bool (rows, columns), the last two axes of `shape`. For a plan:
 * `const inside = plan((spot) => regionMask('circle', spot, [1024, 1024]), () => p.spot)`.
 */
export function regionMask<K extends RegionKind>(kind: K, region: Regions[K], shape: readonly number[]): Mask<2> {
  const [rows, columns] = imageShape(shape).slice(-2) as [number, number];
  const mask = zeros([rows, columns], 'bool');
  const inside = mask.data;
  if (kind === 'rectangle') {
    const span = spanOf(region as Rectangle, shape);
    for (let r = span.rows[0]; r < span.rows[1]; r++) inside.fill(1, r * columns + span.columns[0], r * columns + span.columns[1]);
  } else if (kind === 'polygon') fillPolygon(inside, region, rows, columns);
  else {
    const [cx, cy, a, b] = region as Circle | Ring;
    fillRing(inside, cx, cy, kind === 'circle' ? 0 : a, kind === 'circle' ? a : b!, rows, columns);
  }
  return mask;
}

function fillRing(inside: Uint8Array, cx: number, cy: number, inner: number, outer: number, rows: number, columns: number): void {
  const [first, end] = [pixelAt(cx - outer, columns), pixelAt(cx + outer, columns)];
  for (let r = pixelAt(cy - outer, rows); r < pixelAt(cy + outer, rows); r++) {
    const dy = r + 0.5 - cy;
    for (let c = first; c < end; c++) {
      const squared = (c + 0.5 - cx) ** 2 + dy ** 2;
      if (squared >= inner ** 2 && squared < outer ** 2) inside[r * columns + c] = 1;
    }
  }
}

/** Between every second crossing of a row's middle with the outline. */
function fillPolygon(inside: Uint8Array, corners: Polygon, rows: number, columns: number): void {
  const ys = corners.filter((_, i) => i % 2 === 1);
  for (let r = pixelAt(ys.reduce((a, b) => Math.min(a, b)), rows); r < pixelAt(ys.reduce((a, b) => Math.max(a, b)), rows); r++) {
    const crossings = crossingsAt(r + 0.5, corners).sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) inside.fill(1, r * columns + pixelAt(crossings[i]!, columns), r * columns + pixelAt(crossings[i + 1]!, columns));
  }
}

function crossingsAt(y: number, corners: Polygon): number[] {
  const found: number[] = [];
  for (let i = 0; i < corners.length; i += 2) {
    const [x0, y0, x1, y1] = [corners[i]!, corners[i + 1]!, corners[(i + 2) % corners.length]!, corners[(i + 3) % corners.length]!];
    if (y0 <= y !== y1 <= y) found.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
  }
  return found;
}
