import { YardError, asNdArray, readParameter, regionMask, scratch, type Circle, type NdArray, type NdLike, type ParamValue, type Polygon, type Rectangle, type RegionKind, type Ring } from '@trainyard/core';
import { RegionStatistics, boxRuns, maskRuns, pack, resultType, flat, type Floats, type RegionRuns } from '@trainyard/kernels';
import { clampRegion, crop, type Region } from './region.ts';

/**
 * A region of an image: rows and columns, ends excluded (`{ y0, y1, x0, x1 }`), or one of the four kinds that people drag on a picture, such as
 * `{ circle: p.spot }`: their numbers are pixel edges, x the column and y the row, and a pixel is in it when its centre is.
 */
export type Roi = Region | { readonly rectangle: Rectangle } | { readonly circle: Circle } | { readonly ring: Ring } | { readonly polygon: Polygon };

/** Where a region lies in images of one shape, and what is set up once to look at it. */
export interface Place {
  /** The smallest rectangle that holds it. */
  readonly box: Region;
  readonly statistics: RegionStatistics;
}

const kinds: readonly RegionKind[] = ['rectangle', 'circle', 'ring', 'polygon'];
const KEPT = 16;
const kept = new Map<string, Place>();

/** The place of a region in images of this shape (its last two axes); a view asks for the same one on every train. Errors: ROI_RANK, PARAM_TYPE, PARAM_RANGE. */
export function placeOf(roi: Roi | undefined, shape: readonly number[]): Place {
  if (shape.length < 2) throw new YardError('ROI_RANK', `A region of interest is of an image, or a stack of them; this input has ${shape.length} ${shape.length === 1 ? 'axis' : 'axes'}.`);
  const [rows, cols] = shape.slice(-2) as [number, number];
  const key = `${rows} ${cols} ${roi === undefined ? '' : Object.entries(roi).join(' ')}`;
  const found = kept.get(key) ?? makePlace(roi ?? { y0: 0, y1: rows, x0: 0, x1: cols }, rows, cols);
  kept.delete(key);
  kept.set(key, found);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return found;
}

function makePlace(roi: Roi, rows: number, cols: number): Place {
  if ('y0' in roi && ['y0', 'y1', 'x0', 'x1'].every((edge) => Number.isFinite(roi[edge as keyof Region]))) return rectangular(clampRegion(roi, [rows, cols]));
  const [kind, numbers] = (Object.entries(roi) as [RegionKind, Rectangle][])[0] ?? [];
  if (kind === undefined || numbers === undefined || !kinds.includes(kind)) throw new YardError('PARAM_TYPE', `A region is { y0, y1, x0, x1 }, or one of ${kinds.join(', ')} with its numbers, such as { circle: [x, y, r] }; not { ${Object.keys(roi).join(', ')} }.`);
  readParameter(`The region`, { type: kind, default: numbers }, numbers);
  if (kind === 'rectangle') {
    // The pixels whose centres lie inside.
    const [x0, y0, x1, y1] = numbers.map((edge) => Math.ceil(edge - 0.5)) as [number, number, number, number];
    return rectangular(clampRegion({ y0, y1, x0, x1 }, [rows, cols]));
  }
  return ofRuns(maskRuns(regionMask(kind, numbers, [rows, cols]).data, rows, cols));
}

function rectangular(box: Region): Place {
  return { box, statistics: new RegionStatistics(boxRuns(box.y1 - box.y0, box.x1 - box.x0)) };
}

/** Runs of an image as those of the box that just holds them. */
function ofRuns({ runs, pixels, longest }: RegionRuns): Place {
  if (pixels === 0) return rectangular({ y0: 0, y1: 0, x0: 0, x1: 0 });
  const [y0, y1] = [runs[0], runs[runs.length - 3] + 1];
  let [x0, x1] = [Infinity, 0];
  for (let k = 0; k < runs.length; k += 3) {
    x0 = Math.min(x0, runs[k + 1]);
    x1 = Math.max(x1, runs[k + 1] + runs[k + 2]);
  }
  const moved = runs.map((value, k) => (k % 3 === 0 ? value - y0 : k % 3 === 1 ? value - x0 : value));
  return { box: { y0, y1, x0, x1 }, statistics: new RegionStatistics({ rows: y1 - y0, cols: x1 - x0, pixels, longest, runs: moved }) };
}

/** The box of an image or of each of a stack: where it is when its rows lie dense, else packed into scratch memory. */
export function boxOf(image: NdLike, { box }: Place): NdLike {
  const part: NdArray = crop(image, box);
  if (part.stride.at(-1) === 1 || part.shape.at(-1) === 1) return part;
  const packed = scratch(part.shape, resultType(part.dtype));
  pack(part, flat<Floats>(packed));
  return packed;
}

/** How many pixels of an image of this shape a region has. */
export function roiPixels(shape: readonly number[], roi?: Roi): number {
  return placeOf(roi, shape).statistics.region.pixels;
}

/** The region that the parameters of a plugin say: `shape`, and the one of that name. */
export function roiOf(params: Readonly<Record<string, ParamValue>>): Roi {
  const kind = params.shape as RegionKind;
  return { [kind]: params[kind] } as unknown as Roi;
}

/** Why a region of a plugin gives nothing, or undefined when it has pixels. */
export function emptyReason(params: Readonly<Record<string, ParamValue>>, image: NdLike): string | undefined {
  // A scalar comes as a number.
  const { shape } = asNdArray(image);
  if (roiPixels(shape, roiOf(params)) > 0) return undefined;
  return `the ${String(params.shape)} ${(params[String(params.shape)] as readonly number[]).join(', ')} holds no pixel of an image of ${shape.slice(-2).join(' x ')}`;
}
