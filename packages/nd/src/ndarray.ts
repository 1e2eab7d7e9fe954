import { arithmetic, dtypeOf } from './dtype.ts';
import { binary, type BinaryName, classify, clip, compare, round, type TestName, unary, type UnaryName, where, type Value } from './elementwise.ts';
import { NdError, shapeText } from './errors.ts';
import * as transform from './fft.ts';
import { format } from './format.ts';
import { histogram, type HistogramOptions } from './histogram.ts';
import { assign, axisOf, broadcastShape, broadcastStride, contiguous, isContiguous, reshape, sizeOf } from './layout.ts';
import * as order from './order.ts';
import * as poly from './poly.ts';
import * as reduce from './reduce.ts';
import type { AxisOptions, DdofOptions } from './reduce.ts';
import { indexIn, sliceLayout } from './slice.ts';
import type {
  AnyTypedArray, Broadcast, DataOf, DType, Element, FloatArray, Minus, Nested, NdLike, ReadonlyData, SliceRank, Strided,
} from './types.ts';

/** An operand: an array (broadcast as numpy does), or a number, which takes the dtype of the array it meets. */
export type Operand<R extends number = number> = NdLike<R> | number;
/** Rank of `Rank` broadcast with an operand; one of unknown type (`any`) is taken for a number. */
export type With<Rank extends number, O> = 0 extends 1 & O ? Rank : O extends NdLike<infer R> ? Broadcast<Rank, R> : Rank;
/** Fresh float32 or float64 results of arithmetic: yours to write. */
export type Result<Rank extends number> = MutableNdArray<Rank, FloatArray>;
export type Mask<Rank extends number> = MutableNdArray<Rank, Uint8Array>;
/** A complex result as two float64 arrays of one shape. */
export interface Complex<Rank extends number = number> { readonly re: MutableNdArray<Rank, Float64Array>; readonly im: MutableNdArray<Rank, Float64Array> }
/** Reduced over the axes asked for: a number without one, rank - 1 for one, the same rank with `keepdims`. */
export type Reduced<Rank extends number, O, None, Data extends AnyTypedArray> =
  O extends { readonly axis: infer A } ? Along<Rank, O, A, None, Data> : None;
type Along<Rank extends number, O, A, None, Data extends AnyTypedArray> =
  A extends undefined ? None
    : O extends { readonly keepdims: true } ? MutableNdArray<Rank, Data>
      : MutableNdArray<A extends number ? Minus<Rank, [unknown]> : number, Data>;
/** Of ranks that are not known either may come. Taken from `this`, so that an array of rank 1 is still an array of any rank. */
export type Dot<A extends number, B extends number> =
  number extends A | B ? number | MutableNdArray<number, FloatArray>
    : [A, B] extends [1, 1] ? number : MutableNdArray<[A, B] extends [2, 2] ? 2 : 1, FloatArray>;
export type Float<Rank extends number, O> = Reduced<Rank, O, number, FloatArray>;

// What the functions below say they give is checked against numpy, not by the compiler: `never` fits every declared result.
/** @internal A fresh result as an array. */
export const wrap = (a: Strided): never => new MutableNdArray(a.data, a.shape, a.stride, a.offset, a.dtype) as never;
const view = (a: Strided): never => new NdArray(a.data, a.shape, a.stride, a.offset, a.dtype) as never;
const give = (x: Strided | number | boolean): never => (typeof x === 'object' ? wrap(x) : x) as never;
const inner = (x: NdLike): Strided => x as unknown as Strided;
const input = (x: Operand | undefined | null): Value => x as Value;

/**
 * An array of typed data in scijs' strided layout with numpy's names and meanings, read-only by type.
 * Slices, transposes and `reshape` of contiguous data are views of the same memory. Arithmetic on 8- and 16-bit integers gives float32,
 * on wider ones float64; nothing wraps. Reductions give a number, or with `{ axis }` an array. Errors are `NdError`s with a code.
 */
export class NdArray<out Rank extends number = number, out Data extends AnyTypedArray = AnyTypedArray> implements NdLike<Rank> {
  readonly data: ReadonlyData<Data>;
  readonly shape: readonly number[];
  /** Elements (not bytes) from one index to the next, per axis; 0 and negative ones are allowed. */
  readonly stride: readonly number[];
  readonly offset: number;
  readonly dtype: DType;

  /** Unchecked; use `ndarray` or `array`. */
  constructor(data: Data, shape: readonly number[], stride: readonly number[], offset: number, dtype: DType) {
    this.data = data as unknown as ReadonlyData<Data>;
    this.shape = shape;
    this.stride = stride;
    this.offset = offset;
    this.dtype = dtype;
  }

  /** Number of axes. */
  get dimension(): Rank { return this.shape.length as Rank; }
  get ndim(): Rank { return this.shape.length as Rank; }
  get size(): number { return sizeOf(this.shape); }
  /** True when the elements lie in C order without gaps. */
  get isContiguous(): boolean { return isContiguous(inner(this)); }
  /** scijs: the axes from the fastest to the slowest. */
  get order(): number[] { return [...this.shape.keys()].sort((p, q) => Math.abs(this.stride[p]) - Math.abs(this.stride[q])); }
  get T(): NdArray<Rank, Data> { return this.transpose(); }

  /** Where in `data` the element lies; unchecked. */
  index(...at: number[]): number { return at.reduce((s, i, k) => s + i * this.stride[k], this.offset); }

  /** One element, an index for each axis; negative ones count from the end. Errors: ND_INDEX. */
  get(...at: number[]): Element<Data> { return this.data[place(this, at)]; }

  /** The only element of an array of one, as a number. Errors: ND_SHAPE. */
  item(): Element<Data> {
    if (this.size !== 1) throw new NdError('ND_SHAPE', `item() of an array of shape ${shapeText(this.shape)}; it must have one element`);
    return this.data[this.offset];
  }

  // Views ----------------------------------------------------------------------------------------------------------

  /** numpy's `a[...]` in its own grammar: `img.slice('350:750, ::-1')`; an integer drops its axis; ranges are clamped. */
  slice<S extends string>(text: S): NdArray<SliceRank<Rank, S>, Data> { return view(sliceLayout(inner(this), text)); }

  /** scijs: fixes the axes given an integer (null or -1 leaves one), and drops them. */
  pick(...at: (number | null | undefined)[]): NdArray<number, Data> {
    return this.slice(this.shape.map((_, k) => { const i = at[k] ?? -1; return i < 0 ? ':' : String(i); }).join(','));
  }

  /** scijs: from these indices on. */
  lo(...from: (number | null | undefined)[]): NdArray<Rank, Data> { return this.#ranges(from, (i) => `${i}:`); }
  /** scijs: the first so many. */
  hi(...to: (number | null | undefined)[]): NdArray<Rank, Data> { return this.#ranges(to, (i) => `:${i}`); }
  /** scijs: every so many; negative ones reverse. */
  step(...by: (number | null | undefined)[]): NdArray<Rank, Data> { return this.#ranges(by, (i) => `::${i}`); }
  #ranges(of: (number | null | undefined)[], part: (i: number) => string): NdArray<Rank, Data> {
    return view(sliceLayout(inner(this), this.shape.map((_, k) => (of[k] === undefined || of[k] === null ? ':' : part(of[k]))).join(',')));
  }

  /** Axes in the order given, without one reversed. Errors: ND_AXIS. */
  transpose(...axes: number[]): NdArray<Rank, Data> {
    const rank = this.shape.length;
    const to = axes.length === 0 ? [...this.shape.keys()].reverse() : axes.map((k) => axisOf(k, rank));
    if (to.length !== rank || new Set(to).size !== rank) throw new NdError('ND_AXIS', `transpose(${axes.join(', ')}) of an array of ${rank} axes: name each once`);
    return view({ ...inner(this), shape: to.map((k) => this.shape[k]), stride: to.map((k) => this.stride[k]) });
  }

  /** Another shape of as many elements (one length may be -1): a view where the data is contiguous, else a copy. Errors: ND_SHAPE. */
  reshape<S extends number[]>(...shape: S): NdArray<S['length'], Data> { return view(reshape(inner(this), shape)); }
  /** One axis: a view where the data is contiguous, else a copy. */
  ravel(): NdArray<1, Data> { return this.reshape(-1); }
  /** One axis, always a copy. */
  flatten(): MutableNdArray<1, Data> { return wrap(reshape(contiguous(inner(this), this.dtype, true), [this.size])); }
  /** Without the axes of length 1 (or without one of them). Errors: ND_AXIS. */
  squeeze(axis?: number): NdArray<number, Data> {
    const only = axis === undefined ? undefined : axisOf(axis, this.shape.length);
    if (only !== undefined && this.shape[only] !== 1) throw new NdError('ND_AXIS', `squeeze: axis ${axis} of shape ${shapeText(this.shape)} is not of length 1`);
    const keep = [...this.shape.keys()].filter((k) => (only === undefined ? this.shape[k] !== 1 : k !== only));
    return view({ ...inner(this), shape: keep.map((k) => this.shape[k]), stride: keep.map((k) => this.stride[k]) });
  }

  // Copies ---------------------------------------------------------------------------------------------------------

  /** A contiguous copy. */
  copy(): MutableNdArray<Rank, Data> { return wrap(contiguous(inner(this), this.dtype, true)); }
  /** A copy in another dtype: floats to integers truncate and wrap as C does, NaN gives 0. */
  astype<D extends DType>(dtype: D): MutableNdArray<Rank, DataOf[D]> { return wrap(contiguous(inner(this), dtype, true)); }
  /** Nested JavaScript arrays; a number for no axes. */
  toNested(): Nested {
    const level = (axis: number, at: number): Nested => axis === this.shape.length ? this.data[at]
      : Array.from({ length: this.shape[axis] }, (_, i) => level(axis + 1, at + i * this.stride[axis]));
    return level(0, this.offset);
  }
  toString(): string { return format(inner(this)); }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
  /** Same shape and elements, whatever the dtype; NaN equals NaN only with `equalNan`. */
  equals(other: NdLike, { equalNan = false } = {}): boolean {
    if (this.shape.length !== other.shape.length || this.shape.some((n, k) => n !== other.shape[k])) return false;
    const same = compare('eq', inner(this), inner(other));
    return reduce.truth('all', equalNan ? compare('or', same, compare('and', classify('isnan', inner(this)), classify('isnan', inner(other)))) : same, {}) as boolean;
  }

  // Arithmetic (float32 or float64) and comparisons (bool) -----------------------------------------------------------

  #op<O extends Operand>(name: BinaryName, other: O): Result<With<Rank, O>> { return wrap(binary(name, inner(this), input(other))); }
  add<O extends Operand>(other: O): Result<With<Rank, O>> { return this.#op('add', other); }
  sub<O extends Operand>(other: O): Result<With<Rank, O>> { return this.#op('sub', other); }
  mul<O extends Operand>(other: O): Result<With<Rank, O>> { return this.#op('mul', other); }
  /** True division; x/0 is ±Infinity, 0/0 NaN. */
  div<O extends Operand>(other: O): Result<With<Rank, O>> { return this.#op('div', other); }
  pow<O extends Operand>(other: O): Result<With<Rank, O>> { return this.#op('pow', other); }
  /** The larger of two; NaN if either is. */
  maximum<O extends Operand>(other: O): Result<With<Rank, O>> { return this.#op('maximum', other); }
  minimum<O extends Operand>(other: O): Result<With<Rank, O>> { return this.#op('minimum', other); }

  #map(name: UnaryName): Result<Rank> { return wrap(unary(name, inner(this))); }
  abs(): Result<Rank> { return this.#map('abs'); }
  exp(): Result<Rank> { return this.#map('exp'); }
  log(): Result<Rank> { return this.#map('log'); }
  log10(): Result<Rank> { return this.#map('log10'); }
  log1p(): Result<Rank> { return this.#map('log1p'); }
  sqrt(): Result<Rank> { return this.#map('sqrt'); }
  square(): Result<Rank> { return this.#map('square'); }
  negative(): Result<Rank> { return this.#map('negative'); }
  floor(): Result<Rank> { return this.#map('floor'); }
  ceil(): Result<Rank> { return this.#map('ceil'); }
  sin(): Result<Rank> { return this.#map('sin'); }
  cos(): Result<Rank> { return this.#map('cos'); }
  /** To so many decimals (negative: tens), halves to even. */
  round(decimals = 0): Result<Rank> { return wrap(round(inner(this), decimals)); }
  /** Limited to [low, high]; null is no bound. */
  clip(low?: Operand | null, high?: Operand | null): Result<Rank> { return wrap(clip(inner(this), input(low), input(high))); }

  #test<O extends Operand>(name: TestName, other: O): Mask<With<Rank, O>> { return wrap(compare(name, inner(this), input(other))); }
  gt<O extends Operand>(other: O): Mask<With<Rank, O>> { return this.#test('gt', other); }
  ge<O extends Operand>(other: O): Mask<With<Rank, O>> { return this.#test('ge', other); }
  lt<O extends Operand>(other: O): Mask<With<Rank, O>> { return this.#test('lt', other); }
  le<O extends Operand>(other: O): Mask<With<Rank, O>> { return this.#test('le', other); }
  eq<O extends Operand>(other: O): Mask<With<Rank, O>> { return this.#test('eq', other); }
  ne<O extends Operand>(other: O): Mask<With<Rank, O>> { return this.#test('ne', other); }
  /** Both not 0. */
  and<O extends Operand>(other: O): Mask<With<Rank, O>> { return this.#test('and', other); }
  /** One or both not 0. */
  or<O extends Operand>(other: O): Mask<With<Rank, O>> { return this.#test('or', other); }
  /** Is 0. */
  not(): Mask<Rank> { return wrap(compare('eq', inner(this), 0)); }
  isfinite(): Mask<Rank> { return wrap(classify('isfinite', inner(this))); }
  isnan(): Mask<Rank> { return wrap(classify('isnan', inner(this))); }
  /** On a mask: `yes` where it is not 0, else `no`. */
  where<Y extends Operand, N extends Operand>(yes: Y, no: N): MutableNdArray<With<With<Rank, Y>, N>> { return wrap(where(inner(this), input(yes), input(no))); }
  /** The elements where a mask of the same shape is not 0, as a vector: numpy's a[mask]. */
  compress(mask: NdLike): MutableNdArray<1, Data> { return wrap(order.compress(inner(this), inner(mask))); }

  // Reductions: a number, or an array with { axis } -------------------------------------------------------------------

  sum<const O extends AxisOptions = {}>(options?: O): Float<Rank, O> { return give(reduce.sum(inner(this), options ?? {}, 'keep')); }
  /** NaN of nothing. */
  mean<const O extends AxisOptions = {}>(options?: O): Float<Rank, O> { return give(reduce.mean(inner(this), options ?? {}, 'keep')); }
  std<const O extends DdofOptions = {}>(options?: O): Float<Rank, O> { return give(reduce.variance(inner(this), options ?? {}, 'keep', true)); }
  var<const O extends DdofOptions = {}>(options?: O): Float<Rank, O> { return give(reduce.variance(inner(this), options ?? {}, 'keep', false)); }
  /** NaN if one is there. Errors: ND_EMPTY. */
  min<const O extends AxisOptions = {}>(options?: O): Reduced<Rank, O, number, Data> { return give(reduce.extreme('min', inner(this), options ?? {}, 'keep')); }
  max<const O extends AxisOptions = {}>(options?: O): Reduced<Rank, O, number, Data> { return give(reduce.extreme('max', inner(this), options ?? {}, 'keep')); }
  /** Index (of the flattened array without an axis) of the first smallest, or first NaN. Errors: ND_EMPTY. */
  argmin<const O extends { axis?: number } = {}>(options?: O): Reduced<Rank, O, number, Int32Array> { return give(reduce.argExtreme('argmin', inner(this), options?.axis)); }
  argmax<const O extends { axis?: number } = {}>(options?: O): Reduced<Rank, O, number, Int32Array> { return give(reduce.argExtreme('argmax', inner(this), options?.axis)); }
  /** NaN if one is there, and of nothing. */
  median<const O extends AxisOptions = {}>(options?: O): Float<Rank, O> { return give(order.percentile(inner(this), 50, options ?? {}, 'keep')); }
  /** Linear interpolation; `q` in percent; several of them add a first axis. */
  percentile<const O extends AxisOptions = {}>(q: number, options?: O): Float<Rank, O>;
  percentile(q: readonly number[], options?: AxisOptions): Result<number>;
  percentile(q: number | readonly number[], options: AxisOptions = {}): unknown { return give(order.percentile(inner(this), q, options, 'keep')); }
  nansum<const O extends AxisOptions = {}>(options?: O): Float<Rank, O> { return give(reduce.sum(inner(this), options ?? {}, 'skip')); }
  nanmean<const O extends AxisOptions = {}>(options?: O): Float<Rank, O> { return give(reduce.mean(inner(this), options ?? {}, 'skip')); }
  nanstd<const O extends DdofOptions = {}>(options?: O): Float<Rank, O> { return give(reduce.variance(inner(this), options ?? {}, 'skip', true)); }
  nanvar<const O extends DdofOptions = {}>(options?: O): Float<Rank, O> { return give(reduce.variance(inner(this), options ?? {}, 'skip', false)); }
  nanmin<const O extends AxisOptions = {}>(options?: O): Reduced<Rank, O, number, Data> { return give(reduce.extreme('min', inner(this), options ?? {}, 'skip')); }
  nanmax<const O extends AxisOptions = {}>(options?: O): Reduced<Rank, O, number, Data> { return give(reduce.extreme('max', inner(this), options ?? {}, 'skip')); }
  nanmedian<const O extends AxisOptions = {}>(options?: O): Float<Rank, O> { return give(order.percentile(inner(this), 50, options ?? {}, 'skip')); }
  nanpercentile<const O extends AxisOptions = {}>(q: number, options?: O): Float<Rank, O>;
  nanpercentile(q: readonly number[], options?: AxisOptions): Result<number>;
  nanpercentile(q: number | readonly number[], options: AxisOptions = {}): unknown { return give(order.percentile(inner(this), q, options, 'skip')); }
  any<const O extends AxisOptions = {}>(options?: O): Reduced<Rank, O, boolean, Uint8Array> { return give(reduce.truth('any', inner(this), options ?? {})); }
  all<const O extends AxisOptions = {}>(options?: O): Reduced<Rank, O, boolean, Uint8Array> { return give(reduce.truth('all', inner(this), options ?? {})); }

  // Along an axis ------------------------------------------------------------------------------------------------------

  /** Differences of neighbours, n times, along an axis (default the last). */
  diff({ n = 1, axis = -1 }: { n?: number; axis?: number } = {}): Result<Rank> {
    if (!Number.isInteger(n) || n < 0) throw new NdError('ND_ARGUMENT', `diff: n = ${n} is not a natural number`);
    const k = axisOf(axis, this.shape.length);
    let a = contiguous(inner(this), arithmetic(this.dtype));
    const part = (range: string) => this.shape.map((_, d) => (d === k ? range : ':')).join(',');
    for (let i = 0; i < n; i++) a = binary('sub', sliceLayout(a, part('1:')), sliceLayout(a, part(':-1')));
    return wrap(n === 0 ? contiguous(a, a.dtype, true) : a);
  }
  /** Running sums along an axis, or of the flattened array. */
  cumsum(): Result<1>;
  cumsum(options: { axis: number }): Result<Rank>;
  cumsum(options?: { axis?: number }): unknown { return wrap(reduce.cumsum(inner(this), options?.axis)); }
  /** Ascending along an axis (default the last; null flattens), NaN last. */
  sort(options?: { axis?: number }): MutableNdArray<Rank, Data>;
  sort(options: { axis: null }): MutableNdArray<1, Data>;
  sort({ axis = -1 }: { axis?: number | null } = {}): unknown { return wrap(order.sort(inner(this), axis)); }
  /** The indices (int32) that sort, stable. */
  argsort(options?: { axis?: number }): MutableNdArray<Rank, Int32Array>;
  argsort(options: { axis: null }): MutableNdArray<1, Int32Array>;
  argsort({ axis = -1 }: { axis?: number | null } = {}): unknown { return wrap(order.argsort(inner(this), axis)); }
  /** Elements at indices (negative from the end) along an axis, or of the flattened array. Errors: ND_INDEX. */
  take(indices: readonly number[] | NdLike<1>, options: { axis: number }): MutableNdArray<Rank, Data>;
  take(indices: readonly number[]): MutableNdArray<1, Data>;
  take<R extends number>(indices: NdLike<R>): MutableNdArray<R, Data>;
  take(indices: NdLike, options: { axis?: number }): MutableNdArray<number, Data>;
  take(indices: readonly number[] | NdLike, { axis }: { axis?: number } = {}): unknown {
    const at = 'data' in indices ? inner(indices) : vector(Float64Array.from(indices));
    return wrap(order.take(inner(this), at, axis));
  }

  // Vectors --------------------------------------------------------------------------------------------------------------

  /** Counts and edges as numpy; counts are float64 (exact), the last bin includes its right edge. */
  histogram(options: HistogramOptions = {}): { counts: MutableNdArray<1, Float64Array>; edges: MutableNdArray<1, Float64Array> } {
    const { counts, edges } = histogram(inner(this), options);
    return { counts: wrap(vector(counts)), edges: wrap(vector(edges)) };
  }
  /** These x in the polyline (xp ascending, fp). */
  interp(xp: NdLike<1>, fp: NdLike<1>, options: poly.InterpOptions = {}): MutableNdArray<Rank, Float64Array> { return wrap(poly.interp(inner(this), inner(xp), inner(fp), options)); }
  /** Least-squares coefficients, highest power first, of y at these x. */
  polyfit(y: NdLike<1>, degree: number): MutableNdArray<1, Float64Array> { return wrap(poly.polyfit(inner(this), inner(y), degree)); }
  /** The polynomial with these coefficients, highest power first, at x. */
  polyval<R extends number>(x: NdLike<R>): MutableNdArray<R, Float64Array>;
  polyval(x: number): number;
  polyval(x: Operand): unknown {
    const at = typeof x === 'number' ? vector(Float64Array.of(x)) : inner(x);
    const y = poly.polyval(inner(this), at);
    return typeof x === 'number' ? y.data[0] : wrap(y);
  }
  /** Vector·vector gives a number; matrix·vector, vector·matrix, matrix·matrix an array. Errors: ND_SHAPE. */
  dot<A extends number, R extends number>(this: NdLike<A>, other: NdLike<R>): Dot<A, R> {
    return give(poly.dot(inner(this), inner(other)));
  }
  /** Discrete Fourier transform of a real array along the last axis, any length. */
  fft(): Complex<Rank> { return complex(transform.fft(inner(this))); }
  /** The half of it that says all: n/2 + 1 values. */
  rfft(): Complex<Rank> { return complex(transform.rfft(inner(this))); }
}

/** An array that may be written: results and scratch. Slices of it are read-only views again; `writable` opens them. */
export class MutableNdArray<out Rank extends number = number, out Data extends AnyTypedArray = AnyTypedArray> extends NdArray<Rank, Data> {
  declare readonly data: ReadonlyData<Data> & Data;

  /** Writes one element: the indices, then the value. Errors: ND_INDEX. */
  set(...at: [...number[], value: Element<Data>]): this {
    (this.data as unknown as unknown[])[place(this, at.slice(0, -1) as number[])] = at.at(-1);
    return this;
  }
  /** Copies a number, or an array broadcast to this shape, into this one, converted to its dtype. Errors: ND_SHAPE. */
  assign(from: Operand): this {
    const source = typeof from === 'number' ? vector(Float64Array.of(from)) : inner(from);
    const shape = typeof from === 'number' ? this.shape : broadcastShape(this.shape, source.shape);
    if (shapeText(shape) !== shapeText(this.shape)) throw new NdError('ND_SHAPE', `cannot assign shape ${shapeText(source.shape)} to shape ${shapeText(this.shape)}`);
    assign(inner(this), { ...source, shape, stride: broadcastStride(source, shape) });
    return this;
  }
  fill(value: number): this { return this.assign(value); }
}

/** The same memory, writable: only for memory that is yours. */
export const writable = <R extends number, D extends AnyTypedArray>(a: NdArray<R, D>): MutableNdArray<R, D> => wrap(inner(a));

const vector = (data: FloatArray): Strided => ({ data, shape: [data.length], stride: [1], offset: 0, dtype: dtypeOf(data) });
const complex = <R extends number>({ re, im }: transform.ComplexParts): Complex<R> => ({ re: wrap(re), im: wrap(im) });

function place(a: { readonly shape: readonly number[]; readonly stride: readonly number[]; readonly offset: number }, given: readonly number[]): number {
  if (given.length !== a.shape.length) throw new NdError('ND_INDEX', `${given.length} indices for an array of shape ${shapeText(a.shape)}`);
  return given.reduce((s, i, k) => s + indexIn(i, a.shape[k], k) * a.stride[k], a.offset);
}

