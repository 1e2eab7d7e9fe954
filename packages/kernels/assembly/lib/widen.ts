/** A line of uint16 as float32; writes up to seven more. */
export function widen16(from: usize, length: i32, to: usize): void {
  for (let x = 0; x < length; x += 8) {
    const v = v128.load(from + (<usize>x << 1));
    v128.store(to + (<usize>x << 2), f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(v)));
    v128.store(to + (<usize>x << 2), f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(v)), 16);
  }
}
