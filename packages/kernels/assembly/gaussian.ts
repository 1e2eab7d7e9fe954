// One direction of the filter at a time, in float32, four pixels to a lane group. The sum of a pixel begins with the middle and goes outwards, whatever
// its place: the same bits for every shape and split.

export { widen16 } from './lib/widen';

const NAN: v128 = f32x4.splat(NaN);

/** NaN of one bit pattern: those of a sum have that of whatever it met first. */
// @ts-ignore: decorator
@inline
function put(at: usize, sum: v128): void {
  v128.store(at, v128.bitselect(sum, NAN, f32x4.eq(sum, sum)));
}

/** `length` sums of a line whose first pixel is at `line`; `radius` pixels lie ready before and after. Writes up to three more. */
export function rowwise(line: usize, length: i32, half: usize, radius: i32, to: usize): void {
  const middle = v128.load32_splat(half);
  for (let x = 0; x < length; x += 8) {
    const at = line + (<usize>x << 2);
    let a = f32x4.mul(middle, v128.load(at));
    let b = f32x4.mul(middle, v128.load(at, 16));
    let left = at;
    let right = at;
    for (let k = 1; k <= radius; k++) {
      left -= 4;
      right += 4;
      const w = v128.load32_splat(half + (<usize>k << 2));
      a = f32x4.add(a, f32x4.mul(w, f32x4.add(v128.load(left), v128.load(right))));
      b = f32x4.add(b, f32x4.mul(w, f32x4.add(v128.load(left, 16), v128.load(right, 16))));
    }
    put(to + (<usize>x << 2), a);
    put(to + (<usize>x << 2) + 16, b);
  }
}

/** Columns to a strip: the rows that one sum takes then fit into the first cache. */
const STRIP: i32 = 128;

/** `rows` lists where each line lies, `radius` of them before the first and after the last. Lines are `width` pixels, a multiple of 8. */
export function columnwise(rows: usize, count: i32, width: i32, half: usize, radius: i32, to: usize): void {
  const middle = v128.load32_splat(half);
  for (let begin = 0; begin < width; begin += STRIP) {
    const end = min(width, begin + STRIP);
    for (let y = 0; y < count; y++) {
      const here = rows + (<usize>(y + radius) << 2);
      const row = <usize>load<u32>(here);
      const out = to + (<usize>(y * width) << 2);
      for (let x = begin; x < end; x += 8) {
        const at = <usize>x << 2;
        let a = f32x4.mul(middle, v128.load(row + at));
        let b = f32x4.mul(middle, v128.load(row + at, 16));
        for (let k = 1; k <= radius; k++) {
          const above = <usize>load<u32>(here - (<usize>k << 2)) + at;
          const below = <usize>load<u32>(here + (<usize>k << 2)) + at;
          const w = v128.load32_splat(half + (<usize>k << 2));
          a = f32x4.add(a, f32x4.mul(w, f32x4.add(v128.load(above), v128.load(below))));
          b = f32x4.add(b, f32x4.mul(w, f32x4.add(v128.load(above, 16), v128.load(below, 16))));
        }
        put(out + at, a);
        put(out + at + 16, b);
      }
    }
  }
}
