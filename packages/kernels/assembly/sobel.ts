// Differences of the pixels on both sides of each, with those of the neighbouring lines: in float64, two pixels to a lane group.

export { widen16 } from './lib/widen';

const NAN: v128 = f32x4.splat(NaN);

// @ts-ignore: decorator
@inline
function two(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

// @ts-ignore: decorator
@inline
function acrossOf(at: usize, pitch: usize): v128 {
  const below = at + pitch;
  const last = below + pitch;
  const sides = f64x2.add(f64x2.sub(two(at + 8), two(at)), f64x2.sub(two(last + 8), two(last)));
  const middle = f64x2.sub(two(below + 8), two(below));
  // What is not finite counts also where its weight is 0.
  const unseen = f64x2.mul(f64x2.splat(0), f64x2.add(f64x2.add(two(at + 4), two(last + 4)), two(below + 4)));
  return f64x2.add(f64x2.add(sides, f64x2.add(middle, middle)), unseen);
}

// @ts-ignore: decorator
@inline
function downOf(at: usize, pitch: usize): v128 {
  const middle = at + pitch;
  const last = middle + pitch;
  const sides = f64x2.add(f64x2.sub(two(last), two(at)), f64x2.sub(two(last + 8), two(at + 8)));
  const center = f64x2.sub(two(last + 4), two(at + 4));
  const unseen = f64x2.mul(f64x2.splat(0), f64x2.add(f64x2.add(two(middle), two(middle + 8)), two(middle + 4)));
  return f64x2.add(f64x2.add(sides, f64x2.add(center, center)), unseen);
}

// @ts-ignore: decorator
@inline
function magnitudeOf(at: usize, pitch: usize): v128 {
  const x = acrossOf(at, pitch);
  const y = downOf(at, pitch);
  return f64x2.sqrt(f64x2.add(f64x2.mul(x, x), f64x2.mul(y, y)));
}

// @ts-ignore: decorator
@inline
function put(to: usize, a: v128, b: v128): void {
  const v = v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
  v128.store(to, v128.bitselect(v, NAN, f32x4.eq(v, v)));
}

/** One row from three, `pitch` bytes apart, of two pixels more. */
export function across(from: usize, pitch: usize, length: i32, to: usize): void {
  for (const end = to + (<usize>length << 2); to < end; to += 16, from += 16) put(to, acrossOf(from, pitch), acrossOf(from + 8, pitch));
}

export function down(from: usize, pitch: usize, length: i32, to: usize): void {
  for (const end = to + (<usize>length << 2); to < end; to += 16, from += 16) put(to, downOf(from, pitch), downOf(from + 8, pitch));
}

export function magnitude(from: usize, pitch: usize, length: i32, to: usize): void {
  for (const end = to + (<usize>length << 2); to < end; to += 16, from += 16) put(to, magnitudeOf(from, pitch), magnitudeOf(from + 8, pitch));
}
