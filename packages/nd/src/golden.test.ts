import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allocate, isBig } from './dtype.ts';
import { type DType, NdArray, NdError, ndarray } from './index.ts';

// numpy's answers, written by ../golden/make-golden.py. Float64 agrees to 1e-11, float32 to 2e-6, float16 to 1e-3, relative; everything else exactly.

type Encoded = [dtype: DType, shape: number[], data: (number | string)[]];
type Case = [on: string, method: string, args: unknown[], expect: unknown];
interface Golden { bases: Record<string, Encoded>; views: Record<string, { base: string; slice: string | null; transpose: number[] | null }>; cases: Case[] }
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as Golden;

const special: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity };
const number = (x: number | string): number => (typeof x === 'number' ? x : (special[x] ?? Number(x)));

function decode([dtype, shape, data]: Encoded): NdArray {
  const out = allocate(dtype, data.length) as unknown as (number | bigint)[];
  data.forEach((x, i) => (out[i] = isBig(dtype) ? BigInt(x) : number(x)));
  return ndarray(out as unknown as Float64Array, shape, dtype === 'bool' ? { dtype } : {});
}

const bases = new Map(Object.entries(golden.bases).map(([name, a]) => [name, decode(a)]));
function view(key: string): NdArray {
  const { base, slice, transpose } = golden.views[key];
  const a = bases.get(base)!;
  const sliced = slice === null ? a : a.slice(slice);
  return transpose === null ? sliced : sliced.transpose(...transpose);
}

const isEncoded = (x: unknown): x is Encoded => Array.isArray(x);
const isReference = (x: unknown): x is { array: string } => typeof x === 'object' && x !== null && 'array' in x;

/** Sums of many terms lose what cancels, so their tolerance is relative to the largest element; everything else is judged element by element. */
const cancelling = new Set(['sum', 'mean', 'nansum', 'nanmean', 'cumsum', 'dot', 'fft', 'rfft', 'polyfit', 'polyval', 'interp', 'percentile', 'nanpercentile']);

function differ(method: string, actual: number[], wanted: number[], dtype: string): string | undefined {
  const scale = cancelling.has(method) ? Math.max(0, ...wanted.filter(Number.isFinite).map(Math.abs)) : 0;
  const relative = { float16: 1e-3, float32: 2e-6, float64: 1e-11 }[dtype] ?? 0;
  for (let i = 0; i < wanted.length; i++) {
    const [x, y] = [actual[i], wanted[i]];
    if (!Object.is(x, y) && x !== y && !(Math.abs(x - y) <= relative * (Math.abs(y) + scale))) return `element ${i}: ${x}, numpy ${y}`;
  }
  return undefined;
}

function problem([on, method, list, wanted]: Case): string | undefined {
  const call = view(on) as unknown as Record<string, (...args: unknown[]) => unknown>;
  const args = list.map((x) => (isReference(x) ? view(x.array) : x));
  if (typeof wanted === 'object' && wanted !== null && 'error' in wanted) {
    try {
      call[method](...args);
    } catch (error) {
      return error instanceof NdError && error.code === wanted.error ? undefined : `${String(error)} instead of ${String(wanted.error)}`;
    }
    return `no error, ${String(wanted.error)} expected`;
  }
  const result = call[method](...args);
  if (typeof wanted === 'object' && wanted !== null && 'fields' in wanted) {
    return Object.entries(wanted.fields as Record<string, Encoded>).map(([name, a]) => same(method, (result as Record<string, unknown>)[name], a)).find((x) => x !== undefined);
  }
  return same(method, result, wanted);
}

function same(method: string, result: unknown, wanted: unknown): string | undefined {
  if (!isEncoded(wanted)) {
    if (typeof wanted === 'boolean') return result === wanted ? undefined : `${String(result)}, numpy ${wanted}`;
    if (typeof result !== 'number') return `${String(result)} is not a number`;
    return differ(method, [result], [number(wanted as number | string)], 'float64');
  }
  if (!(result instanceof NdArray)) return `${String(result)} is not an array`;
  const [dtype, shape, data] = wanted;
  if (result.dtype !== dtype) return `dtype ${result.dtype}, wanted ${dtype}`;
  if (String(result.shape) !== String(shape)) return `shape ${String(result.shape)}, wanted ${String(shape)}`;
  const flat = result.ravel().toNested() as (number | bigint)[];
  if (isBig(dtype)) return flat.every((x, i) => x === BigInt(data[i])) ? undefined : '64-bit integers differ';
  return differ(method, flat.map(Number), data.map(number), dtype);
}

describe('numpy gives the same', () => {
  const methods = [...new Set(golden.cases.map((c) => c[1]))];
  test.each(methods)('%s', (method) => {
    const cases = golden.cases.filter((c) => c[1] === method);
    const wrong = cases.map((c) => ({ call: `${c[0]}.${method}(${c[2].map((x) => JSON.stringify(x)).join(', ')})`, problem: problem(c) })).filter((x) => x.problem !== undefined);
    expect(wrong).toEqual([]);
    expect(cases.length).toBeGreaterThan(0);
  });
});
