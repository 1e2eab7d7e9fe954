// Counts of a line of pixels, four at a time.

export { widen16 } from './lib/widen';

/** How many of `length` pixels are above the threshold and kept: `keep` has all bits set for each pixel that counts, none for one that does not. */
export function lit(line: usize, length: i32, keep: usize, threshold: f32): i32 {
  const limit = f32x4.splat(threshold);
  let a = i32x4.splat(0);
  let b = a;
  for (let x = 0; x < length; x += 8) {
    const at = <usize>x << 2;
    a = i32x4.sub(a, v128.and(f32x4.gt(v128.load(line + at), limit), v128.load(keep + at)));
    b = i32x4.sub(b, v128.and(f32x4.gt(v128.load(line + at, 16), limit), v128.load(keep + at, 16)));
  }
  a = i32x4.add(a, b);
  return i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1) + i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3);
}
