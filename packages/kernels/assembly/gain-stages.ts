// (raw - offset[g]) * factor[g], eight pixels of uint16 at a time. The constants of eight pixels lie together: for each stage eight offsets, then eight
// factors, 64 bytes; so there is one stream to read, and where all eight are in stage 0, as most are, nothing else is. What is beyond +-limit, or no number,
// is written as NaN.

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

/** Bytes of one stage of eight pixels. */
const STAGE: usize = 64;

/**
 * Reads the constants of the next `strip` pixels in their order, all of them. Where they come from memory that is faster by a fifth than to leave it to the loop, which
 * skips from one stage 0 to the next and now and then to another stage; where they are in a cache it is slower (`strip` 0). What is read must go somewhere: to
 * where results will lie.
 */
// @ts-ignore: decorator
@inline
function ahead(constants: usize, n: i32, to: usize): void {
  let sum = i32x4.splat(0);
  const end = constants + <usize>n * 24;
  for (let c = constants; c < end; c += 3 * STAGE) sum = v128.or(sum, v128.or(v128.or(v128.load(c), v128.load(c, 64)), v128.load(c, 128)));
  v128.store(to, sum);
}

/** g by the digital gain: 2 above the second threshold (a plane of uint16 `plane` bytes behind the first), else 1 above the first. */
export function byThreshold(raw: usize, digital: usize, thresholds: usize, plane: usize, constants: usize, to: usize, n: i32, most: f32, strip: i32): void {
  const limit = f32x4.splat(most);
  let c = constants;
  for (let i = 0; i < n; i += 8, c += 3 * STAGE) {
    if (strip != 0 && i % strip == 0) ahead(c, min(strip, n - i), to + (<usize>i << 2));
    const two = <usize>i << 1;
    let offset0 = v128.load(c);
    let offset1 = v128.load(c, 16);
    let factor0 = v128.load(c, 32);
    let factor1 = v128.load(c, 48);
    const d = v128.load(digital + two);
    const medium = i16x8.gt_u(d, v128.load(thresholds + two));
    if (v128.any_true(medium)) {
      let m0 = i32x4.extend_low_i16x8_s(medium);
      let m1 = i32x4.extend_high_i16x8_s(medium);
      offset0 = v128.bitselect(v128.load(c, 64), offset0, m0);
      offset1 = v128.bitselect(v128.load(c, 80), offset1, m1);
      factor0 = v128.bitselect(v128.load(c, 96), factor0, m0);
      factor1 = v128.bitselect(v128.load(c, 112), factor1, m1);
      const low = i16x8.gt_u(d, v128.load(thresholds + plane + two));
      if (v128.any_true(low)) {
        m0 = i32x4.extend_low_i16x8_s(low);
        m1 = i32x4.extend_high_i16x8_s(low);
        offset0 = v128.bitselect(v128.load(c, 128), offset0, m0);
        offset1 = v128.bitselect(v128.load(c, 144), offset1, m1);
        factor0 = v128.bitselect(v128.load(c, 160), factor0, m0);
        factor1 = v128.bitselect(v128.load(c, 176), factor1, m1);
      }
    }
    correct(v128.load(raw + two), offset0, offset1, factor0, factor1, limit, to + (<usize>i << 2));
  }
}

/** g by the code above `bits` bits of ADC value. `places` lists how many bytes behind those of stage 0 the constants of the codes 1 to 3 lie; 0: there is no such stage, NaN. */
export function byCode(raw: usize, bits: i32, places: usize, constants: usize, to: usize, n: i32, most: f32, strip: i32): void {
  const limit = f32x4.splat(most);
  const lower: i32 = (1 << bits) - 1;
  const adc = i16x8.splat(lower as i16);
  const three = i16x8.splat(3);
  let at = constants;
  for (let i = 0; i < n; i += 8, at += 3 * STAGE) {
    if (strip != 0 && i % strip == 0) ahead(at, min(strip, n - i), to + (<usize>i << 2));
    let offset0 = v128.load(at);
    let offset1 = v128.load(at, 16);
    let factor0 = v128.load(at, 32);
    let factor1 = v128.load(at, 48);
    const v = v128.load(raw + (<usize>i << 1));
    const code = v128.and(i16x8.shr_u(v, bits), three);
    if (v128.any_true(code)) {
      let c = 1;
      let later = code;
      // Mostly they are all of code 1.
      do {
        const here = i16x8.eq(code, i16x8.splat(<i16>c));
        const m0 = i32x4.extend_low_i16x8_s(here);
        const m1 = i32x4.extend_high_i16x8_s(here);
        const behind = <usize>load<u32>(places + (<usize>c << 2));
        if (behind == 0) {
          factor0 = v128.bitselect(NAN, factor0, m0);
          factor1 = v128.bitselect(NAN, factor1, m1);
        } else {
          offset0 = v128.bitselect(v128.load(at + behind), offset0, m0);
          offset1 = v128.bitselect(v128.load(at + behind, 16), offset1, m1);
          factor0 = v128.bitselect(v128.load(at + behind, 32), factor0, m0);
          factor1 = v128.bitselect(v128.load(at + behind, 48), factor1, m1);
        }
        later = v128.andnot(later, here);
        c += 1;
      } while (v128.any_true(later));
    }
    correct(v128.and(v, adc), offset0, offset1, factor0, factor1, limit, to + (<usize>i << 2));
  }
}

/** One stage for all; a raw 0 stands for `zero`. */
export function single(raw: usize, zero: i32, constants: usize, to: usize, n: i32, most: f32): void {
  const limit = f32x4.splat(most);
  const instead = i16x8.splat(<i16>zero);
  const none = i16x8.splat(0);
  let c = constants;
  for (let i = 0; i < n; i += 8, c += STAGE) {
    const v = v128.load(raw + (<usize>i << 1));
    const shown = v128.or(v, v128.and(instead, i16x8.eq(v, none)));
    correct(shown, v128.load(c), v128.load(c, 16), v128.load(c, 32), v128.load(c, 48), limit, to + (<usize>i << 2));
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
export function splitByThreshold(raw: usize, digital: usize, thresholds: usize, plane: usize, constants: usize, to: usize, stage: usize, n: i32, strip: i32): void {
  let c = constants;
  for (let i = 0; i < n; i += 8, c += 3 * STAGE) {
    if (strip != 0 && i % strip == 0) ahead(c, min(strip, n - i), to + (<usize>i << 2));
    const two = <usize>i << 1;
    let offset0 = v128.load(c);
    let offset1 = v128.load(c, 16);
    const d = v128.load(digital + two);
    let g = i16x8.splat(0);
    const medium = i16x8.gt_u(d, v128.load(thresholds + two));
    if (v128.any_true(medium)) {
      offset0 = v128.bitselect(v128.load(c, 64), offset0, i32x4.extend_low_i16x8_s(medium));
      offset1 = v128.bitselect(v128.load(c, 80), offset1, i32x4.extend_high_i16x8_s(medium));
      const low = i16x8.gt_u(d, v128.load(thresholds + plane + two));
      offset0 = v128.bitselect(v128.load(c, 128), offset0, i32x4.extend_low_i16x8_s(low));
      offset1 = v128.bitselect(v128.load(c, 144), offset1, i32x4.extend_high_i16x8_s(low));
      g = i16x8.neg(i16x8.add(medium, low));
    }
    difference(v128.load(raw + two), offset0, offset1, to + (<usize>i << 2));
    v128.store64_lane(stage + <usize>i, i8x16.narrow_i16x8_u(g, g), 0);
  }
}

/** As `byCode`; `stages` has the stage of each code as four bytes. NaN where there is none. */
export function splitByCode(raw: usize, bits: i32, places: usize, stages: usize, constants: usize, to: usize, stage: usize, n: i32): void {
  const lower: i32 = (1 << bits) - 1;
  const adc = i16x8.splat(lower as i16);
  const three = i16x8.splat(3);
  const table = v128.load(stages);
  let at = constants;
  for (let i = 0; i < n; i += 8, at += 3 * STAGE) {
    let offset0 = v128.load(at);
    let offset1 = v128.load(at, 16);
    const v = v128.load(raw + (<usize>i << 1));
    const code = v128.and(i16x8.shr_u(v, bits), three);
    if (v128.any_true(code)) {
      for (let c = 1; c < 4; c++) {
        const here = i16x8.eq(code, i16x8.splat(<i16>c));
        if (!v128.any_true(here)) continue;
        const behind = <usize>load<u32>(places + (<usize>c << 2));
        offset0 = v128.bitselect(behind == 0 ? NAN : v128.load(at + behind), offset0, i32x4.extend_low_i16x8_s(here));
        offset1 = v128.bitselect(behind == 0 ? NAN : v128.load(at + behind, 16), offset1, i32x4.extend_high_i16x8_s(here));
      }
    }
    difference(v128.and(v, adc), offset0, offset1, to + (<usize>i << 2));
    v128.store64_lane(stage + <usize>i, v128.swizzle(table, i8x16.narrow_i16x8_u(code, code)), 0);
  }
}

/** As `single`. */
export function splitSingle(raw: usize, zero: i32, constants: usize, to: usize, n: i32): void {
  const instead = i16x8.splat(<i16>zero);
  const none = i16x8.splat(0);
  let c = constants;
  for (let i = 0; i < n; i += 8, c += STAGE) {
    const v = v128.load(raw + (<usize>i << 1));
    difference(v128.or(v, v128.and(instead, i16x8.eq(v, none))), v128.load(c), v128.load(c, 16), to + (<usize>i << 2));
  }
}

/** `values * factor[g]`, of so many stages; NaN beyond +-most. */
export function scale(values: usize, stage: usize, constants: usize, stages: i32, n: i32, most: f32): void {
  const limit = f32x4.splat(most);
  let c = constants;
  for (let i = 0; i < n; i += 8, c += <usize>stages * STAGE) {
    let factor0 = v128.load(c, 32);
    let factor1 = v128.load(c, 48);
    const g = i16x8.extend_low_i8x16_u(v128.load64_zero(stage + <usize>i));
    if (v128.any_true(g)) {
      for (let s = 1; s < stages; s++) {
        const here = i16x8.eq(g, i16x8.splat(<i16>s));
        factor0 = v128.bitselect(v128.load(c + <usize>s * STAGE, 32), factor0, i32x4.extend_low_i16x8_s(here));
        factor1 = v128.bitselect(v128.load(c + <usize>s * STAGE, 48), factor1, i32x4.extend_high_i16x8_s(here));
      }
    }
    const at = values + (<usize>i << 2);
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
 * The mean of the background in a block: `rows` lines of `width` pixels, a multiple of 4, `line` pixels apart, from the pixel `first` of the image on. That is what is of
 * stage 0 and within low and high after `shift` is taken off; with `constants` (where `line` and `first` are multiples of 4, too) what is not bad. NaN where there are
 * fewer than `least`. Four sums, by column; in float64.
 */
export function blockMean(values: usize, stage: usize, constants: usize, stages: i32, first: i32, line: i32, rows: i32, width: i32, low: f64, high: f64, shift: f64, least: f64): f64 {
  const lower = f64x2.splat(low);
  const upper = f64x2.splat(high);
  const off = f64x2.splat(shift);
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let count = i64x2.splat(0);
  for (let r = 0; r < rows; r++) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>(first + r * line + x);
      const v = v128.load(values + (at << 2));
      let good = inStage0(stage + at);
      if (constants != 0) {
        const f = v128.load(constants + (at >> 3) * <usize>stages * STAGE + ((at & 7) << 2), 32);
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
export function shiftBlock(values: usize, stage: usize, first: i32, line: i32, rows: i32, width: i32, shift: f64): void {
  const off = f64x2.splat(shift);
  for (let r = 0; r < rows; r++) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>(first + r * line + x);
      const v = v128.load(values + (at << 2));
      const a = f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(v), off));
      const b = f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)), off));
      v128.store(values + (at << 2), v128.bitselect(v128.shuffle<i64>(a, b, 0, 2), v, inStage0(stage + at)));
    }
  }
}
