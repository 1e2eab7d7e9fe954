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

// The same in steps, for what lies between them: first the difference and the stage, then what pixels share, then the product.

// @ts-ignore: decorator
@inline
function difference(raw: v128, offset0: v128, offset1: v128, to: usize): void {
  v128.store(to, f32x4.sub(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(raw)), offset0));
  v128.store(to, f32x4.sub(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(raw)), offset1), 16);
}

/** `raw - offset[g]`, and g as a byte for each pixel. */
export function splitByThreshold(raw: usize, digital: usize, thresholds: usize, offset: usize, plane: usize, to: usize, stage: usize, n: i32): void {
  for (let i = 0; i < n; i += 8) {
    const two = <usize>i << 1;
    const four = <usize>i << 2;
    let o = offset + four;
    let offset0 = v128.load(o);
    let offset1 = v128.load(o, 16);
    const d = v128.load(digital + two);
    let g = i16x8.splat(0);
    const medium = i16x8.gt_u(d, v128.load(thresholds + two));
    if (v128.any_true(medium)) {
      o += plane;
      offset0 = v128.bitselect(v128.load(o), offset0, i32x4.extend_low_i16x8_s(medium));
      offset1 = v128.bitselect(v128.load(o, 16), offset1, i32x4.extend_high_i16x8_s(medium));
      const low = i16x8.gt_u(d, v128.load(thresholds + (plane >> 1) + two));
      o += plane;
      offset0 = v128.bitselect(v128.load(o), offset0, i32x4.extend_low_i16x8_s(low));
      offset1 = v128.bitselect(v128.load(o, 16), offset1, i32x4.extend_high_i16x8_s(low));
      g = i16x8.neg(i16x8.add(medium, low));
    }
    difference(v128.load(raw + two), offset0, offset1, to + four);
    v128.store64_lane(stage + <usize>i, i8x16.narrow_i16x8_u(g, g), 0);
  }
}

/** As `byCode`; `stages` has the stage of each code as four bytes. NaN where there is none. */
export function splitByCode(raw: usize, bits: i32, planes: usize, stages: usize, offset: usize, to: usize, stage: usize, n: i32): void {
  const lower: i32 = (1 << bits) - 1;
  const adc = i16x8.splat(lower as i16);
  const three = i16x8.splat(3);
  const table = v128.load(stages);
  for (let i = 0; i < n; i += 8) {
    const four = <usize>i << 2;
    const o = offset + four;
    let offset0 = v128.load(o);
    let offset1 = v128.load(o, 16);
    const v = v128.load(raw + (<usize>i << 1));
    const code = v128.and(i16x8.shr_u(v, bits), three);
    if (v128.any_true(code)) {
      for (let c = 1; c < 4; c++) {
        const here = i16x8.eq(code, i16x8.splat(<i16>c));
        if (!v128.any_true(here)) continue;
        const m0 = i32x4.extend_low_i16x8_s(here);
        const m1 = i32x4.extend_high_i16x8_s(here);
        const behind = <usize>load<u32>(planes + (<usize>c << 2));
        offset0 = v128.bitselect(behind == 0 ? NAN : v128.load(o + behind), offset0, m0);
        offset1 = v128.bitselect(behind == 0 ? NAN : v128.load(o + behind, 16), offset1, m1);
      }
    }
    difference(v128.and(v, adc), offset0, offset1, to + four);
    v128.store64_lane(stage + <usize>i, v128.swizzle(table, i8x16.narrow_i16x8_u(code, code)), 0);
  }
}

/** As `single`. */
export function splitSingle(raw: usize, zero: i32, offset: usize, to: usize, n: i32): void {
  const instead = i16x8.splat(<i16>zero);
  const none = i16x8.splat(0);
  for (let i = 0; i < n; i += 8) {
    const four = <usize>i << 2;
    const v = v128.load(raw + (<usize>i << 1));
    difference(v128.or(v, v128.and(instead, i16x8.eq(v, none))), v128.load(offset + four), v128.load(offset + four, 16), to + four);
  }
}

/** `values * factor[g]`; NaN beyond +-most. */
export function scale(values: usize, stage: usize, factor: usize, plane: usize, n: i32, most: f32): void {
  const limit = f32x4.splat(most);
  for (let i = 0; i < n; i += 8) {
    const four = <usize>i << 2;
    let f = factor + four;
    let factor0 = v128.load(f);
    let factor1 = v128.load(f, 16);
    const g = i16x8.extend_low_i8x16_u(v128.load64_zero(stage + <usize>i));
    if (v128.any_true(g)) {
      for (let s = 1; s < 3; s++) {
        f += plane;
        const here = i16x8.eq(g, i16x8.splat(<i16>s));
        factor0 = v128.bitselect(v128.load(f), factor0, i32x4.extend_low_i16x8_s(here));
        factor1 = v128.bitselect(v128.load(f, 16), factor1, i32x4.extend_high_i16x8_s(here));
      }
    }
    const at = values + four;
    put(at, f32x4.mul(v128.load(at), factor0), limit);
    put(at + 16, f32x4.mul(v128.load(at, 16), factor1), limit);
  }
}

// @ts-ignore: decorator
@inline
function inStage0(stage: usize): v128 {
  return i32x4.eq(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(stage))), i32x4.splat(0));
}

/**
 * The mean of the background in a block of `rows` lines of `width` pixels, a multiple of 4, `line` pixels apart: of stage 0 within low and high after `shift` is taken
 * off, where the factor is a number (0: whatever it is). NaN where there are fewer than `least`. Four sums, by column; in float64.
 */
export function blockMean(values: usize, stage: usize, factor: usize, line: i32, rows: i32, width: i32, low: f64, high: f64, shift: f64, least: f64): f64 {
  const lower = f64x2.splat(low);
  const upper = f64x2.splat(high);
  const off = f64x2.splat(shift);
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let count = i64x2.splat(0);
  for (let r = 0; r < rows; r++) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>(r * line + x);
      const v = v128.load(values + (at << 2));
      let good = inStage0(stage + at);
      if (factor != 0) {
        const f = v128.load(factor + (at << 2));
        good = v128.and(good, f32x4.eq(f, f));
      }
      const va = f64x2.sub(f64x2.promote_low_f32x4(v), off);
      const vb = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)), off);
      const ma = v128.and(v128.and(f64x2.ge(va, lower), f64x2.le(va, upper)), i64x2.extend_low_i32x4_s(good));
      const mb = v128.and(v128.and(f64x2.ge(vb, lower), f64x2.le(vb, upper)), i64x2.extend_high_i32x4_s(good));
      a = f64x2.add(a, v128.and(va, ma));
      b = f64x2.add(b, v128.and(vb, mb));
      count = i64x2.sub(i64x2.sub(count, ma), mb);
    }
  }
  const n = <f64>(i64x2.extract_lane(count, 0) + i64x2.extract_lane(count, 1));
  if (n < least) return NaN;
  return (f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1) + (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1))) / n;
}

/** Takes `shift` off the pixels of stage 0 in a block. */
export function shiftBlock(values: usize, stage: usize, line: i32, rows: i32, width: i32, shift: f64): void {
  const off = f64x2.splat(shift);
  for (let r = 0; r < rows; r++) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>(r * line + x);
      const v = v128.load(values + (at << 2));
      const a = f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(v), off));
      const b = f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)), off));
      v128.store(values + (at << 2), v128.bitselect(v128.shuffle<i64>(a, b, 0, 2), v, inStage0(stage + at)));
    }
  }
}
