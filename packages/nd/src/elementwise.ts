import { allocate, arithmetic, blank, isBig, promote } from './dtype.ts';
import { assign, broadcastShape, broadcastStride, coalesce, contiguous, eachRow, flatData, isContiguous, sizeOf } from './layout.ts';
import { type BinaryName, type F, fast32, fast64, loops, type Loop, type TestName, tests } from './loops.ts';
import type { DType, Strided } from './types.ts';

export type { BinaryName, TestName };

/** An operand: an array, or a number that takes the dtype of the array it meets. */
export type Value = Strided | number | bigint | boolean;

const isArray = (x: Value): x is Strided => typeof x === 'object';

/** A number as a 0-d array of `dtype`, rounded to it. */
const scalar = (x: number | bigint | boolean, dtype: DType): Strided => {
  const out = blank(dtype, []);
  (out.data as unknown as (number | bigint)[])[0] = isBig(dtype) ? BigInt(x) : Number(x);
  return out;
};
const as = (x: Value, dtype: DType): Strided => (isArray(x) ? (x.dtype === dtype ? x : contiguous(x, dtype)) : scalar(x, dtype));
const dtypesOf = (...values: Value[]): DType[] => values.filter(isArray).map((x) => x.dtype);

function walk(a: Strided, b: Strided, out: Strided, loop: Loop): void {
  const { shape, strides } = coalesce(out.shape, [out.stride, broadcastStride(a, out.shape), broadcastStride(b, out.shape)]);
  const [, sa, sb] = strides.map((s) => s.at(-1)!) as [number, number, number];
  const [o, x, y] = [out.data, a.data, b.data] as [F, F, F];
  eachRow(shape, strides, [out.offset, a.offset, b.offset], (i, j, k, n) => loop(o, i, x, j, sa, y, k, sb, n));
}

/** The quick loops where rows are long and lie well; false where they do not apply. */
function walkFast(name: BinaryName, a: Strided, b: Strided, out: Strided): boolean {
  if (!(name in fast32)) return false;
  const { shape, strides } = coalesce(out.shape, [out.stride, broadcastStride(a, out.shape), broadcastStride(b, out.shape)]);
  const [, sa, sb] = strides.map((s) => s.at(-1)) as [number, number, number];
  if (shape.at(-1)! < 32 || sa !== 1 || sb > 1 || sb < 0) return false;
  const loop = (out.dtype === 'float32' ? fast32 : fast64)[name as keyof typeof fast32];
  const [o, x, y] = [out.data, a.data, b.data] as [Float64Array, Float64Array, Float64Array];
  eachRow(shape, strides, [out.offset, a.offset, b.offset], (i, j, k, n) => {
    // `never`: out, a and b are of one type by now, which the union of the two tables cannot say.
    if (sb === 0) loop.number(o.subarray(i, i + n) as never, x.subarray(j, j + n) as never, y[k]);
    else loop.array(o.subarray(i, i + n) as never, x.subarray(j, j + n) as never, y.subarray(k, k + n) as never);
  });
  return true;
}

/** `a op b` broadcast, in the dtype of arithmetic (see `arithmetic`). */
export function binary(name: BinaryName, a: Value, b: Value): Strided {
  // A square is what powers are mostly used for; ten times quicker, and what numpy does.
  if (name === 'pow' && b === 2) return binary('mul', a, a);
  const dtype = arithmetic(...dtypesOf(a, b));
  const [x, y] = [as(a, dtype), as(b, dtype)];
  const out = blank(dtype, broadcastShape(x.shape, y.shape));
  if (!walkFast(name, x, y, out)) walk(x, y, out, loops[name]);
  return out;
}

/** `a op b` broadcast, as a bool array. Floats are compared in the wider dtype, 64-bit integers exactly. */
export function compare(name: TestName, a: Value, b: Value): Strided {
  const of = dtypesOf(a, b);
  const raw = of.some(isBig);
  const dtype = of.every((d) => d === 'float32' || d === 'float16') && of.length > 0 ? 'float32' : of.every((d) => d === 'bool') ? 'bool' : 'float64';
  const operand = (x: Value): Strided => (!raw ? as(x, dtype) : isArray(x) ? x : typeof x === 'bigint' ? scalar(x, 'int64') : scalar(x, 'float64'));
  const [x, y] = [operand(a), operand(b)];
  const out = blank('bool', broadcastShape(x.shape, y.shape));
  walk(x, y, out, tests[name] as unknown as Loop);
  return out;
}

type Map1 = (o: F, a: F, n: number) => void;
const maps = {
  abs: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.abs(a[i]); },
  exp: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.exp(a[i]); },
  log: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.log(a[i]); },
  log10: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.log10(a[i]); },
  log1p: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.log1p(a[i]); },
  sqrt: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.sqrt(a[i]); },
  square: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = a[i] * a[i]; },
  negative: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = -a[i]; },
  floor: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.floor(a[i]); },
  ceil: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.ceil(a[i]); },
  sin: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.sin(a[i]); },
  cos: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = Math.cos(a[i]); },
  rint: (o, a, n) => { for (let i = 0; i < n; i++) o[i] = halfToEven(a[i]); },
} satisfies Record<string, Map1>;
export type UnaryName = keyof typeof maps;

function halfToEven(x: number): number {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

/** `op a`, in the dtype of arithmetic. */
export function unary(name: UnaryName, a: Strided): Strided {
  const dtype = arithmetic(a.dtype);
  const out = blank(dtype, a.shape);
  const n = out.data.length;
  const direct = a.dtype === dtype && isContiguous(a);
  if (!direct) assign(out, a);
  maps[name](out.data as F, (direct ? flatData(a) : out.data) as F, n);
  return out;
}

/** Rounds to `decimals`, halves to even, as numpy (times a power of ten, rounded, divided). */
export function round(a: Strided, decimals: number): Strided {
  if (decimals === 0) return unary('rint', a);
  const factor = 10 ** Math.abs(decimals);
  const [up, down] = decimals > 0 ? (['mul', 'div'] as const) : (['div', 'mul'] as const);
  return binary(down, unary('rint', binary(up, a, factor)), factor);
}

/** Limits to [low, high]; an absent bound is no bound; NaN stays NaN. */
export function clip(a: Strided, low?: Value | null, high?: Value | null): Strided {
  const above = low === undefined || low === null ? a : binary('maximum', a, low);
  if (high === undefined || high === null) return above === a ? contiguous(a, arithmetic(a.dtype), true) : above;
  return binary('minimum', above, high);
}

/** `yes` where `mask` is not 0, else `no`; two arrays give their common dtype, an array and a number the dtype of arithmetic. */
export function where(mask: Strided, yes: Value, no: Value): Strided {
  const of = dtypesOf(yes, no);
  const dtype = of.length === 2 ? promote(of[0], of[1]) : of.length === 1 ? arithmetic(of[0]) : 'float64';
  const [m, x, y] = [as(mask, 'bool'), as(yes, dtype), as(no, dtype)];
  const shape = broadcastShape(m.shape, x.shape, y.shape);
  const out = blank(dtype, shape);
  const { shape: rows, strides } = coalesce(shape, [m, x, y].map((s) => broadcastStride(s, shape)));
  const [sm, sx, sy] = strides.map((s) => s.at(-1)!) as [number, number, number];
  const [o, mask8, p, q] = [out.data, m.data, x.data, y.data] as [F, Uint8Array, F, F];
  let at = 0;
  eachRow(rows, strides, [m.offset, x.offset, y.offset], (i, j, k, n) => {
    for (const end = at + n; at < end; at++, i += sm, j += sx, k += sy) o[at] = mask8[i] === 0 ? q[k] : p[j];
  });
  return out;
}

/** Which elements satisfy `isfinite` or `isnan`, as a bool array. Integers are finite. */
export function classify(name: 'isfinite' | 'isnan', a: Strided): Strided {
  const size = sizeOf(a.shape);
  const out = { ...blank('bool', a.shape), data: allocate('bool', size) };
  if (!a.dtype.startsWith('float')) {
    if (name === 'isfinite') out.data.fill(1);
    return out;
  }
  const data = flatData(a, arithmetic(a.dtype)) as F;
  if (name === 'isnan') for (let i = 0; i < size; i++) out.data[i] = data[i] !== data[i] ? 1 : 0;
  else for (let i = 0; i < size; i++) out.data[i] = data[i] - data[i] === 0 ? 1 : 0;
  return out;
}
