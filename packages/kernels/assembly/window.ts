// Sums (in float64) and extremes (in float32) of the pixels in a window, row by row: rows of pieces of 1, 2, 4 ... pixels are joined to that of the window.
// `length` is in pixels; whole vectors behind it are written, too.

export { widen16 } from './lib/widen';

const NAN32: v128 = f32x4.splat(NaN);

/** A row of float32 as float64. */
export function widen(from: usize, length: i32, to: usize): void {
  for (const end = to + (<usize>length << 3); to < end; to += 32, from += 16) {
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from, 8)), 16);
  }
}

export function add(to: usize, a: usize, b: usize, length: i32): void {
  for (const end = to + (<usize>length << 3); to < end; to += 32, a += 32, b += 32) {
    v128.store(to, f64x2.add(v128.load(a), v128.load(b)));
    v128.store(to, f64x2.add(v128.load(a, 16), v128.load(b, 16)), 16);
  }
}

/** `b`, then `c`. */
export function addTwo(to: usize, a: usize, b: usize, c: usize, length: i32): void {
  for (const end = to + (<usize>length << 3); to < end; to += 32, a += 32, b += 32, c += 32) {
    v128.store(to, f64x2.add(f64x2.add(v128.load(a), v128.load(b)), v128.load(c)));
    v128.store(to, f64x2.add(f64x2.add(v128.load(a, 16), v128.load(b, 16)), v128.load(c, 16)), 16);
  }
}

export function least(to: usize, a: usize, b: usize, length: i32): void {
  for (const end = to + (<usize>length << 2); to < end; to += 16, a += 16, b += 16) v128.store(to, f32x4.min(v128.load(a), v128.load(b)));
}

export function greatest(to: usize, a: usize, b: usize, length: i32): void {
  for (const end = to + (<usize>length << 2); to < end; to += 16, a += 16, b += 16) v128.store(to, f32x4.max(v128.load(a), v128.load(b)));
}

/** A row of sums over a number, as float32. */
export function share(from: usize, length: i32, over: f64, to: usize): void {
  const number = f64x2.splat(over);
  for (const end = to + (<usize>length << 2); to < end; to += 16, from += 32) {
    const a = f32x4.demote_f64x2_zero(f64x2.div(v128.load(from), number));
    const b = f32x4.demote_f64x2_zero(f64x2.div(v128.load(from, 16), number));
    put(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
  }
}

/** A row as it is. */
export function copy(from: usize, length: i32, to: usize): void {
  for (const end = to + (<usize>length << 2); to < end; to += 16, from += 16) put(to, v128.load(from));
}

export function move(to: usize, from: usize, bytes: i32): void {
  memory.copy(to, from, bytes);
}

/** NaN of one bit pattern. */
// @ts-ignore: decorator
@inline
function put(at: usize, v: v128): void {
  v128.store(at, v128.bitselect(v, NAN32, f32x4.eq(v, v)));
}
