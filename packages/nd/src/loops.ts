import type { FloatArray } from './types.ts';

export type F = FloatArray;
/** One row: `o[oi..]` from `a` and `b` walked by their strides (0 repeats). Every loop is written out, so that each is compiled for its own operation. */
export type Loop = (o: F, oi: number, a: F, ai: number, as: number, b: F, bi: number, bs: number, n: number) => void;

/** Any strides. */
export const loops = {
  add: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] + b[bi]; },
  sub: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] - b[bi]; },
  mul: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] * b[bi]; },
  div: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] / b[bi]; },
  pow: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = power(a[ai], b[bi]); },
  maximum: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = Math.max(a[ai], b[bi]); },
  minimum: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = Math.min(a[ai], b[bi]); },
} satisfies Record<string, Loop>;
export type BinaryName = keyof typeof loops;

/** C's pow, which JavaScript's differs from where the base is ±1 and the exponent not finite, or the base is 1 and the exponent NaN. */
const power = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y);

type B = Uint8Array;
type Test = (o: B, oi: number, a: F, ai: number, as: number, b: F, bi: number, bs: number, n: number) => void;
export const tests = {
  gt: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] > b[bi] ? 1 : 0; },
  ge: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] >= b[bi] ? 1 : 0; },
  lt: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] < b[bi] ? 1 : 0; },
  le: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] <= b[bi] ? 1 : 0; },
  // Loose on purpose: 64-bit integers are compared with numbers exactly, and 1n == 1.
  eq: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] == b[bi] ? 1 : 0; },
  ne: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] != b[bi] ? 1 : 0; },
  and: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] && b[bi] ? 1 : 0; },
  or: (o, oi, a, ai, as, b, bi, bs, n) => { for (const end = oi + n; oi < end; oi++, ai += as, bi += bs) o[oi] = a[ai] || b[bi] ? 1 : 0; },
} satisfies Record<string, Test>;
export type TestName = keyof typeof tests;

type Fast<A> = Record<'add' | 'sub' | 'mul' | 'div', { array(o: A, a: A, b: A): void; number(o: A, a: A, b: number): void }>;

/**
 * The four that images meet most, contiguous with contiguous or with a number, once for each type of array:
 * a loop that has seen one type only runs twice as fast as one that has seen two, so the same lines stand here twice.
 */
export const fast32: Fast<Float32Array> = {
  add: {
    array(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] + b[i]; },
    number(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] + b; },
  },
  sub: {
    array(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] - b[i]; },
    number(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] - b; },
  },
  mul: {
    array(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] * b[i]; },
    number(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] * b; },
  },
  div: {
    array(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] / b[i]; },
    number(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] / b; },
  },
};

export const fast64: Fast<Float64Array> = {
  add: {
    array(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] + b[i]; },
    number(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] + b; },
  },
  sub: {
    array(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] - b[i]; },
    number(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] - b; },
  },
  mul: {
    array(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] * b[i]; },
    number(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] * b; },
  },
  div: {
    array(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] / b[i]; },
    number(o, a, b) { for (let i = 0; i < o.length; i++) o[i] = a[i] / b; },
  },
};
