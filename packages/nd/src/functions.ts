import { asNdArray } from './create.ts';
import * as transform from './fft.ts';
import type { HistogramOptions } from './histogram.ts';
import { type Complex, type Float, type Mask, type MutableNdArray, type NdArray, type Operand, type Reduced, type Result, type With, wrap } from './ndarray.ts';
import type { InterpOptions } from './poly.ts';
import type { AxisOptions, DdofOptions } from './reduce.ts';
import type { AnyTypedArray, FloatArray, NdLike, Nested, NestedRank, Strided } from './types.ts';

// The methods of NdArray as functions, for who writes `sqrt(x)` rather than `x.sqrt()`, and for plain numbers and lists.

/** An array, or nested numbers. */
export type Input = NdLike | Nested;
type RankOf<A> = A extends NdLike<infer R> ? R : A extends AnyTypedArray ? 1 : NestedRank<A>;
const nd = <A extends Input>(a: A) => asNdArray(a) as NdArray<RankOf<A>>;

/** Two numbers give a number, anything else an array. */
type Both<A, B> = A extends number ? (B extends number ? number : Result<With<0, B>>) : Result<With<RankOf<A>, B>>;
type Tested<A, B> = A extends number ? (B extends number ? boolean : Mask<With<0, B>>) : Mask<With<RankOf<A>, B>>;
type One<A> = A extends number ? number : Result<RankOf<A>>;

const binary = (name: 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum') =>
  <A extends Operand, B extends Operand>(a: A, b: B): Both<A, B> => {
    const out: Result<number> = asNdArray(a)[name](b);
    return (typeof a === 'number' && typeof b === 'number' ? out.item() : out) as Both<A, B>;
  };
export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
export const pow = binary('pow');
export const maximum = binary('maximum');
export const minimum = binary('minimum');

const test = (name: 'gt' | 'ge' | 'lt' | 'le' | 'eq' | 'ne') =>
  <A extends Operand, B extends Operand>(a: A, b: B): Tested<A, B> => {
    const out: Mask<number> = asNdArray(a)[name](b);
    return (typeof a === 'number' && typeof b === 'number' ? out.item() === 1 : out) as Tested<A, B>;
  };
export const gt = test('gt');
export const ge = test('ge');
export const lt = test('lt');
export const le = test('le');
export const eq = test('eq');
export const ne = test('ne');

const unary = (name: 'abs' | 'exp' | 'log' | 'log10' | 'log1p' | 'sqrt' | 'square' | 'negative' | 'floor' | 'ceil' | 'sin' | 'cos') =>
  <A extends Input>(a: A): One<A> => {
    const out: Result<number> = asNdArray(a)[name]();
    return (typeof a === 'number' ? out.item() : out) as One<A>;
  };
export const abs = unary('abs');
export const exp = unary('exp');
export const log = unary('log');
export const log10 = unary('log10');
export const log1p = unary('log1p');
export const sqrt = unary('sqrt');
export const square = unary('square');
export const negative = unary('negative');
export const floor = unary('floor');
export const ceil = unary('ceil');
export const sin = unary('sin');
export const cos = unary('cos');

export const round = <A extends Input>(a: A, decimals = 0): Result<RankOf<A>> => nd(a).round(decimals);
export const clip = <A extends Input>(a: A, low?: Operand | null, high?: Operand | null): Result<RankOf<A>> => nd(a).clip(low, high);
export const where = <M extends Input, Y extends Operand, N extends Operand>(mask: M, yes: Y, no: N): MutableNdArray<With<With<RankOf<M>, Y>, N>> => nd(mask).where(yes, no);
export const isfinite = <A extends Input>(a: A): Mask<RankOf<A>> => nd(a).isfinite();
export const isnan = <A extends Input>(a: A): Mask<RankOf<A>> => nd(a).isnan();

type FloatName = 'sum' | 'mean' | 'median' | 'nansum' | 'nanmean' | 'nanmedian';
const reduction = (name: FloatName) => <A extends Input, const O extends AxisOptions = {}>(a: A, options?: O): Float<RankOf<A>, O> => nd(a)[name](options);
export const sum = reduction('sum');
export const mean = reduction('mean');
export const median = reduction('median');
export const nansum = reduction('nansum');
export const nanmean = reduction('nanmean');
export const nanmedian = reduction('nanmedian');

const spread = (name: 'std' | 'var' | 'nanstd' | 'nanvar') => <A extends Input, const O extends DdofOptions = {}>(a: A, options?: O): Float<RankOf<A>, O> => nd(a)[name](options);
export const std = spread('std');
/** numpy's `var`, a word that JavaScript keeps for itself. */
export const variance = spread('var');
export const nanstd = spread('nanstd');
export const nanvar = spread('nanvar');

const extreme = (name: 'min' | 'max' | 'nanmin' | 'nanmax') => <A extends Input, const O extends AxisOptions = {}>(a: A, options?: O): Reduced<RankOf<A>, O, number, AnyTypedArray> => nd(a)[name](options);
export const min = extreme('min');
export const max = extreme('max');
export const nanmin = extreme('nanmin');
export const nanmax = extreme('nanmax');

const position = (name: 'argmin' | 'argmax') => <A extends Input, const O extends { axis?: number } = {}>(a: A, options?: O): Reduced<RankOf<A>, O, number, Int32Array> => nd(a)[name](options);
export const argmin = position('argmin');
export const argmax = position('argmax');

const truth = (name: 'any' | 'all') => <A extends Input, const O extends AxisOptions = {}>(a: A, options?: O): Reduced<RankOf<A>, O, boolean, Uint8Array> => nd(a)[name](options);
export const any = truth('any');
export const all = truth('all');

type Percentiles<A, Q, O> = Q extends number ? Float<RankOf<A>, O> : Result<number>;
const quantiles = (name: 'percentile' | 'nanpercentile') =>
  <A extends Input, Q extends number | readonly number[], const O extends AxisOptions = {}>(a: A, q: Q, options?: O): Percentiles<A, Q, O> =>
    nd(a)[name](q as number, options) as Percentiles<A, Q, O>;
export const percentile = quantiles('percentile');
export const nanpercentile = quantiles('nanpercentile');

export const diff = <A extends Input>(a: A, options: { n?: number; axis?: number } = {}): Result<RankOf<A>> => nd(a).diff(options);
export const cumsum = <A extends Input, const O extends { axis?: number } = {}>(a: A, options?: O): Result<O extends { readonly axis: number } ? RankOf<A> : 1> => nd(a).cumsum(options as { axis: number }) as never;
export const sort = <A extends Input>(a: A, options: { axis?: number } = {}): MutableNdArray<RankOf<A>> => nd(a).sort(options);
export const argsort = <A extends Input>(a: A, options: { axis?: number } = {}): MutableNdArray<RankOf<A>, Int32Array> => nd(a).argsort(options);
export const take = (a: Input, indices: readonly number[] | NdLike, options: { axis?: number } = {}): MutableNdArray => nd(a).take(asNdArray(indices), options);
export const compress = (mask: NdLike, a: Input): MutableNdArray<1> => nd(a).compress(mask);
export const reshape = <S extends number[]>(a: Input, ...shape: S): NdArray<S['length']> => nd(a).reshape(...shape);
export const transpose = <A extends Input>(a: A, ...axes: number[]): NdArray<RankOf<A>> => nd(a).transpose(...axes);
export const ravel = (a: Input): NdArray<1> => nd(a).ravel();
export const squeeze = (a: Input, axis?: number): NdArray => nd(a).squeeze(axis);

const vector = (a: NdLike<1> | readonly number[]): NdLike<1> => asNdArray(a) as NdArray<1>;
export const histogram = (a: Input, options: HistogramOptions = {}): ReturnType<NdArray['histogram']> => nd(a).histogram(options);
export const interp = <A extends Input>(x: A, xp: NdLike<1> | readonly number[], fp: NdLike<1> | readonly number[], options: InterpOptions = {}): MutableNdArray<RankOf<A>, Float64Array> =>
  nd(x).interp(vector(xp), vector(fp), options);
export const polyfit = (x: NdLike<1> | readonly number[], y: NdLike<1> | readonly number[], degree: number): MutableNdArray<1, Float64Array> => asNdArray(x).polyfit(vector(y), degree);
export const polyval = <A extends Input>(p: NdLike<1> | readonly number[], x: A): A extends number ? number : MutableNdArray<RankOf<A>, Float64Array> =>
  asNdArray(p).polyval((typeof x === 'number' ? x : asNdArray(x)) as number) as never;
export const dot = <A extends number, B extends number>(a: NdLike<A>, b: NdLike<B>): number | MutableNdArray<number, FloatArray> => asNdArray(a).dot(b);

const parts = (x: Input | Complex): { re: Strided; im?: Strided } => {
  const strided = (a: Input) => asNdArray(a) as unknown as Strided;
  return typeof x === 'object' && 're' in x ? { re: strided(x.re), im: strided(x.im) } : { re: strided(x) };
};
const complex = <R extends number>({ re, im }: transform.ComplexParts): Complex<R> => ({ re: wrap(re), im: wrap(im) });
type ComplexRank<X> = X extends Complex<infer R> ? R : RankOf<X>;

/** Discrete Fourier transform of a real or complex array along the last axis, any length; float64 parts. */
export const fft = <X extends Input | Complex>(x: X): Complex<ComplexRank<X>> => complex(transform.fft(parts(x).re, parts(x).im));
/** Its inverse, divided by the length. */
export const ifft = <X extends Input | Complex>(x: X): Complex<ComplexRank<X>> => complex(transform.ifft(parts(x).re, parts(x).im));
/** The n/2 + 1 values that say all about a real array. */
export const rfft = <X extends Input>(x: X): Complex<RankOf<X>> => complex(transform.rfft(parts(x).re));
/** The real array of length `n` (default 2(m - 1)) whose `rfft` has these m values. */
export const irfft = <R extends number>(x: Complex<R>, n?: number): MutableNdArray<R, Float64Array> => {
  const { re, im } = parts(x);
  return wrap(transform.irfft({ re, im: im! }, n));
};
/** The frequencies of `fft`'s values for `n` samples a distance `d` apart. */
export const fftfreq = (n: number, d = 1): MutableNdArray<1, Float64Array> =>
  wrap({ data: Float64Array.from({ length: n }, (_, k) => (k < n / 2 ? k : k - n) / (n * d)), shape: [n], stride: [1], offset: 0, dtype: 'float64' });
