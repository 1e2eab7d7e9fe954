import { YardError, asNdArray, scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { Remap, flat, pack, resultType, scatteredGrid, sizeOf, type RemapOptions } from '@trainyard/kernels';

/** Where each pixel of a result comes from: row and column in the image, as whole and broken numbers; NaN: from nowhere. Both have the shape of the result. */
export interface PixelMap {
  readonly row: NdLike<2>;
  readonly column: NdLike<2>;
}

/** Pairs of places, a row each: row and column in the image, then row and column where that belongs. */
export type ControlPoints = NdLike<2> | readonly (readonly number[])[];

/**
 * The image taken through a map, between pixels by cubic convolution over 4 x 4 of them, as OpenCV's `remap` does with INTER_CUBIC and a constant border: float32,
 * or float64 for 32- and 64-bit integers and float64, in `scratch` memory. What comes from outside, or from nowhere, is `fill` (0). NaN spreads to whatever has it
 * among its 16 pixels. A map is read when its arrays are first seen: make it once, in a plan. Errors: REMAP_SHAPE.
 */
export function remap(image: NdLike<2>, map: PixelMap, options: RemapOptions = {}): MutableNdArray<2, FloatArray> {
  const [rows, columns] = frameOf(image);
  const { shape } = map.row;
  if (shape.length !== 2 || shape.join() !== map.column.shape.join()) throw new YardError('REMAP_SHAPE', `A map has two images of one shape, row and column, not (${shape.join(', ')}) and (${map.column.shape.join(', ')}).`);
  const plan = kept([map.row, map.column, rows, columns, options.outside, options.fill], () => new Remap(rows, columns, listOf(map.row), listOf(map.column), options));
  return run(plan, image, shape);
}

/**
 * The image put straight by control points: each comes to lie where it belongs, and what is between three of them is moved linearly with them (the map of
 * `scipy.interpolate.griddata`), then taken as `remap` takes it. The result has the shape of the image; what no triangle of points covers is 0. The map is
 * made when a list of points is first seen, and kept: give the same list on every train. Errors: REMAP_SHAPE, REMAP_POINTS, TRIANGULATE_LINE.
 */
export function straighten(image: NdLike<2>, points: ControlPoints): MutableNdArray<2, FloatArray> {
  const [rows, columns] = frameOf(image);
  const plan = kept([points, rows, columns], () => {
    const given = asNdArray(points as NdLike<2>);
    if (given.shape.length !== 2 || given.shape[1] !== 4) throw new YardError('REMAP_POINTS', `Control points have four numbers each, row and column in the image and where they belong; these have the shape (${given.shape.join(', ')}).`);
    const all = listOf(given);
    if (!all.every(Number.isFinite)) throw new YardError('REMAP_POINTS', 'Control points must be finite: leave out those that were not found.');
    const of = (k: number): Float64Array => Float64Array.from({ length: all.length / 4 }, (_, i) => all[4 * i + k]!);
    const [row, column] = scatteredGrid(Float64Array.from({ length: all.length / 2 }, (_, i) => all[4 * (i >> 1) + 2 + (i & 1)]!), [of(0), of(1)], rows, columns);
    return new Remap(rows, columns, row!, column!);
  });
  return run(plan, image, image.shape);
}

/** The image with another number of rows and columns over the same area, by cubic convolution, as OpenCV's `resize` with INTER_CUBIC; of a smaller one nothing is averaged. Errors: REMAP_SHAPE. */
export function resize(image: NdLike<2>, shape: readonly [rows: number, columns: number]): MutableNdArray<2, FloatArray> {
  const [rows, columns] = frameOf(image);
  const [down, across] = shape;
  if (!(Number.isInteger(down) && down > 0 && Number.isInteger(across) && across > 0)) throw new YardError('REMAP_SHAPE', `An image is resized to whole numbers of rows and columns, not (${shape.join(', ')}).`);
  const plan = kept(['resize', rows, columns, down, across], () => {
    const place = (length: number, of: number, at: (i: number) => number) => Float64Array.from({ length: down * across }, (_, i) => ((at(i) + 0.5) * length) / of - 0.5);
    return new Remap(rows, columns, place(rows, down, (i) => Math.floor(i / across)), place(columns, across, (i) => i % across), { outside: 'nearest' });
  });
  return run(plan, image, shape);
}

function frameOf(image: NdLike): readonly [number, number] {
  const [rows, columns] = image.shape;
  if (image.shape.length !== 2 || sizeOf(image.shape) === 0) throw new YardError('REMAP_SHAPE', `Only an image with pixels can be remapped, not shape (${image.shape.join(', ')}).`);
  return [rows!, columns!];
}

function listOf(array: NdLike): Float64Array {
  const list = new Float64Array(sizeOf(array.shape));
  pack(array, list);
  return list;
}

interface Kept {
  readonly for: readonly unknown[];
  readonly plan: Remap;
  /** The image in C order. */
  readonly packed: Float64Array;
}
/** The newest last. A list uses a few cameras with a few settings each. */
const plans: Kept[] = [];
const MOST = 16;

function kept(key: readonly unknown[], make: () => Remap): Kept {
  const at = plans.findIndex((one) => one.for.length === key.length && one.for.every((part, i) => Object.is(part, key[i])));
  const [found] = at < 0 ? [] : plans.splice(at, 1);
  const plan = found?.plan ?? make();
  const now = found ?? { for: key, plan, packed: new Float64Array(plan.rows * plan.columns) };
  plans.push(now);
  if (plans.length > MOST) plans.shift();
  return now;
}

function run({ plan, packed }: Kept, image: NdLike, shape: readonly number[]): MutableNdArray<2, FloatArray> {
  const out = scratch(shape, resultType(image.dtype)) as MutableNdArray<2, FloatArray>;
  pack(image, packed);
  plan.run(packed, flat<FloatArray>(out));
  return out;
}
