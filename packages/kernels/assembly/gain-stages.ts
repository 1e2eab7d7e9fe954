// (raw - offset[g]) * factor[g], eight pixels of uint16 at a time. Planes of the stages lie `plane` bytes apart. Most pixels are in stage 0: where all
// eight are, nothing else is read. What is beyond +-limit, or no number, is written as NaN.

const NAN: v128 = f32x4.splat(NaN);

// @ts-ignore: decorator
@inline
function put(to: usize, value: v128, limit: v128): void {
  v128.store(to, v128.bitselect(value, NAN, f32x4.le(f32x4.abs(value), limit)));
}

// @ts-ignore: decorator
@inline
function correct(raw: v128, offset0: v128, offset1: v128, factor0: v128, factor1: v128, limit: v128, to: usize): void {
  const a = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(raw));
  const b = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(raw));
  put(to, f32x4.mul(f32x4.sub(a, offset0), factor0), limit);
  put(to + 16, f32x4.mul(f32x4.sub(b, offset1), factor1), limit);
}

/** g by the digital gain: 2 above the second threshold (a plane of uint16 behind the first), else 1 above the first. */
export function byThreshold(raw: usize, digital: usize, thresholds: usize, offset: usize, factor: usize, plane: usize, to: usize, n: i32, most: f32): void {
  const limit = f32x4.splat(most);
  for (let i = 0; i < n; i += 8) {
    const two = <usize>i << 1;
    const four = <usize>i << 2;
    let o = offset + four;
    let f = factor + four;
    let offset0 = v128.load(o);
    let offset1 = v128.load(o, 16);
    let factor0 = v128.load(f);
    let factor1 = v128.load(f, 16);
    const d = v128.load(digital + two);
    const medium = i16x8.gt_u(d, v128.load(thresholds + two));
    if (v128.any_true(medium)) {
      o += plane;
      f += plane;
      let m0 = i32x4.extend_low_i16x8_s(medium);
      let m1 = i32x4.extend_high_i16x8_s(medium);
      offset0 = v128.bitselect(v128.load(o), offset0, m0);
      offset1 = v128.bitselect(v128.load(o, 16), offset1, m1);
      factor0 = v128.bitselect(v128.load(f), factor0, m0);
      factor1 = v128.bitselect(v128.load(f, 16), factor1, m1);
      const low = i16x8.gt_u(d, v128.load(thresholds + (plane >> 1) + two));
      if (v128.any_true(low)) {
        o += plane;
        f += plane;
        m0 = i32x4.extend_low_i16x8_s(low);
        m1 = i32x4.extend_high_i16x8_s(low);
        offset0 = v128.bitselect(v128.load(o), offset0, m0);
        offset1 = v128.bitselect(v128.load(o, 16), offset1, m1);
        factor0 = v128.bitselect(v128.load(f), factor0, m0);
        factor1 = v128.bitselect(v128.load(f, 16), factor1, m1);
      }
    }
    correct(v128.load(raw + two), offset0, offset1, factor0, factor1, limit, to + four);
  }
}

/** g by the code above `bits` bits of ADC value. `planes` lists how many bytes behind the first the planes of the codes 1 to 3 begin; 0: there is no such stage, NaN. */
export function byCode(raw: usize, bits: i32, planes: usize, offset: usize, factor: usize, to: usize, n: i32, most: f32): void {
  const limit = f32x4.splat(most);
  const adc = i16x8.splat(<i16>((<i32>1 << bits) - 1));
  const three = i16x8.splat(3);
  for (let i = 0; i < n; i += 8) {
    const two = <usize>i << 1;
    const four = <usize>i << 2;
    const o = offset + four;
    const f = factor + four;
    let offset0 = v128.load(o);
    let offset1 = v128.load(o, 16);
    let factor0 = v128.load(f);
    let factor1 = v128.load(f, 16);
    const v = v128.load(raw + two);
    const code = v128.and(i16x8.shr_u(v, bits), three);
    if (v128.any_true(code)) {
      for (let c = 1; c < 4; c++) {
        const here = i16x8.eq(code, i16x8.splat(<i16>c));
        if (!v128.any_true(here)) continue;
        const m0 = i32x4.extend_low_i16x8_s(here);
        const m1 = i32x4.extend_high_i16x8_s(here);
        const behind = <usize>load<u32>(planes + (<usize>c << 2));
        if (behind == 0) {
          factor0 = v128.bitselect(NAN, factor0, m0);
          factor1 = v128.bitselect(NAN, factor1, m1);
        } else {
          offset0 = v128.bitselect(v128.load(o + behind), offset0, m0);
          offset1 = v128.bitselect(v128.load(o + behind, 16), offset1, m1);
          factor0 = v128.bitselect(v128.load(f + behind), factor0, m0);
          factor1 = v128.bitselect(v128.load(f + behind, 16), factor1, m1);
        }
      }
    }
    correct(v128.and(v, adc), offset0, offset1, factor0, factor1, limit, to + four);
  }
}

/** One stage for all; a raw 0 stands for `zero`. */
export function single(raw: usize, zero: i32, offset: usize, factor: usize, to: usize, n: i32, most: f32): void {
  const limit = f32x4.splat(most);
  const instead = i16x8.splat(<i16>zero);
  const none = i16x8.splat(0);
  for (let i = 0; i < n; i += 8) {
    const four = <usize>i << 2;
    const v = v128.load(raw + (<usize>i << 1));
    const shown = v128.or(v, v128.and(instead, i16x8.eq(v, none)));
    correct(shown, v128.load(offset + four), v128.load(offset + four, 16), v128.load(factor + four), v128.load(factor + four, 16), limit, to + four);
  }
}
