// Sums over frames, pixel by pixel. Lanes are pixels: a pixel's values are added frame after frame in float64, whatever the tile and the layout.
// `lines` are frames of a tile, `pitch` bytes apart, four pixels of a frame `across` bytes from the next four; lengths are rounded up to whole vectors, so what lies behind a line is summed, too, and left.

export { widen16 } from './lib/widen';

// @ts-ignore: decorator
@inline
function highHalf(v: v128): v128 {
  return v128.shuffle<i32>(v, v, 2, 3, 2, 3);
}

/** Adds `frames` lines of float32 to the sums. NaN adds nothing; `lost` counts it. Four lines at a time, which seldom have a NaN at the same place. */
export function sums32(lines: usize, pitch: usize, across: usize, frames: i32, n: i32, sum: usize, lost: usize): void {
  const fours = frames & ~3;
  const second = pitch << 1;
  for (let x = 0; x < n; x += 4) {
    const at = <usize>x << 2;
    let low = v128.load(sum + (at << 1));
    let high = v128.load(sum + (at << 1), 16);
    let from = lines + <usize>(x >> 2) * across;
    for (let f = 0; f < fours; f += 4) {
      let a = v128.load(from);
      let b = v128.load(from + pitch);
      let c = v128.load(from + second);
      let d = v128.load(from + second + pitch);
      // A sum of four is a number where all are, but for infinities.
      const all = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
      if (!i32x4.all_true(f32x4.eq(all, all))) {
        const realA = f32x4.eq(a, a);
        const realB = f32x4.eq(b, b);
        const realC = f32x4.eq(c, c);
        const realD = f32x4.eq(d, d);
        const found = i32x4.add(i32x4.add(realA, realB), i32x4.add(realC, realD));
        v128.store(lost + at, i32x4.add(v128.load(lost + at), i32x4.add(found, i32x4.splat(4))));
        a = v128.and(a, realA);
        b = v128.and(b, realB);
        c = v128.and(c, realC);
        d = v128.and(d, realD);
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(a));
      high = f64x2.add(high, f64x2.promote_low_f32x4(highHalf(a)));
      low = f64x2.add(low, f64x2.promote_low_f32x4(b));
      high = f64x2.add(high, f64x2.promote_low_f32x4(highHalf(b)));
      low = f64x2.add(low, f64x2.promote_low_f32x4(c));
      high = f64x2.add(high, f64x2.promote_low_f32x4(highHalf(c)));
      low = f64x2.add(low, f64x2.promote_low_f32x4(d));
      high = f64x2.add(high, f64x2.promote_low_f32x4(highHalf(d)));
      from += pitch << 2;
    }
    for (let f = fours; f < frames; f++) {
      const v = v128.load(from);
      const real = f32x4.eq(v, v);
      const w = v128.and(v, real);
      v128.store(lost + at, i32x4.add(v128.load(lost + at), i32x4.add(real, i32x4.splat(1))));
      low = f64x2.add(low, f64x2.promote_low_f32x4(w));
      high = f64x2.add(high, f64x2.promote_low_f32x4(highHalf(w)));
      from += pitch;
    }
    v128.store(sum + (at << 1), low);
    v128.store(sum + (at << 1), high, 16);
  }
}

/** Means of sums from which `lost` of `frames` values are missing, in float32; NaN of none, of one bit pattern. */
export function means32(sum: usize, lost: usize, frames: i32, n: i32, to: usize): void {
  const all = i32x4.splat(frames);
  const nan = f32x4.splat(NaN);
  for (let x = 0; x < n; x += 4) {
    const at = <usize>x << 2;
    const count = i32x4.sub(all, v128.load(lost + at));
    const low = f64x2.div(v128.load(sum + (at << 1)), f64x2.convert_low_i32x4_s(count));
    const high = f64x2.div(v128.load(sum + (at << 1), 16), f64x2.convert_low_i32x4_s(highHalf(count)));
    const mean = v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
    v128.store(to + at, v128.bitselect(mean, nan, f32x4.eq(mean, mean)));
  }
}

/** Adds `frames` lines of uint16 to sums in whole numbers of 32 bits: exact for 65536 frames. */
export function sums16(lines: usize, pitch: usize, frames: i32, n: i32, sum: usize): void {
  for (let x = 0; x < n; x += 8) {
    const at = <usize>x << 1;
    let low = v128.load(sum + (at << 1));
    let high = v128.load(sum + (at << 1), 16);
    let from = lines + at;
    for (let f = 0; f < frames; f++) {
      const v = v128.load(from);
      low = i32x4.add(low, i32x4.extend_low_i16x8_u(v));
      high = i32x4.add(high, i32x4.extend_high_i16x8_u(v));
      from += pitch;
    }
    v128.store(sum + (at << 1), low);
    v128.store(sum + (at << 1), high, 16);
  }
}

/** Smallest and greatest of `frames` lines of float32; NaN is neither. */
export function extremes32(lines: usize, pitch: usize, across: usize, frames: i32, n: i32, least: usize, most: usize): void {
  for (let x = 0; x < n; x += 4) {
    const at = <usize>x << 2;
    let low = v128.load(least + at);
    let high = v128.load(most + at);
    let from = lines + <usize>(x >> 2) * across;
    for (let f = 0; f < frames; f++) {
      const v = v128.load(from);
      low = f32x4.pmin(low, v);
      high = f32x4.pmax(high, v);
      from += pitch;
    }
    v128.store(least + at, low);
    v128.store(most + at, high);
  }
}

/** As `sums32`, with the sums of distances from `pivot`, and of their squares; it is the first value of each pixel that is a number (NaN as long as there was none). */
export function spread32(lines: usize, pitch: usize, across: usize, frames: i32, n: i32, sum: usize, lost: usize, pivot: usize, away: usize, squares: usize): void {
  for (let x = 0; x < n; x += 4) {
    const at = <usize>x << 2;
    const first = lines + <usize>(x >> 2) * across;
    let about = v128.load(pivot + at);
    if (!i32x4.all_true(f32x4.eq(about, about))) {
      for (let f = 0, from = first; f < frames; f++, from += pitch) about = v128.bitselect(about, v128.load(from), f32x4.eq(about, about));
      v128.store(pivot + at, about);
    }
    const aboutLow = f64x2.promote_low_f32x4(about);
    const aboutHigh = f64x2.promote_low_f32x4(highHalf(about));
    let low = v128.load(sum + (at << 1));
    let high = v128.load(sum + (at << 1), 16);
    let awayLow = v128.load(away + (at << 1));
    let awayHigh = v128.load(away + (at << 1), 16);
    let squaresLow = v128.load(squares + (at << 1));
    let squaresHigh = v128.load(squares + (at << 1), 16);
    for (let f = 0, from = first; f < frames; f++, from += pitch) {
      const v = v128.load(from);
      const real = f32x4.eq(v, v);
      let a = f64x2.promote_low_f32x4(v);
      let b = f64x2.promote_low_f32x4(highHalf(v));
      let p = f64x2.sub(a, aboutLow);
      let q = f64x2.sub(b, aboutHigh);
      if (!i32x4.all_true(real)) {
        const realLow = v128.shuffle<i32>(real, real, 0, 0, 1, 1);
        const realHigh = v128.shuffle<i32>(real, real, 2, 2, 3, 3);
        v128.store(lost + at, i32x4.add(v128.load(lost + at), i32x4.add(real, i32x4.splat(1))));
        a = v128.and(a, realLow);
        b = v128.and(b, realHigh);
        p = v128.and(p, realLow);
        q = v128.and(q, realHigh);
      }
      low = f64x2.add(low, a);
      high = f64x2.add(high, b);
      awayLow = f64x2.add(awayLow, p);
      awayHigh = f64x2.add(awayHigh, q);
      squaresLow = f64x2.add(squaresLow, f64x2.mul(p, p));
      squaresHigh = f64x2.add(squaresHigh, f64x2.mul(q, q));
    }
    v128.store(sum + (at << 1), low);
    v128.store(sum + (at << 1), high, 16);
    v128.store(away + (at << 1), awayLow);
    v128.store(away + (at << 1), awayHigh, 16);
    v128.store(squares + (at << 1), squaresLow);
    v128.store(squares + (at << 1), squaresHigh, 16);
  }
}

/** Where frames are dense in memory and pixels `pitch` bytes apart: four pixels of each frame side by side (16 bytes a frame), then the next four. */
export function turn32(pixels: usize, pitch: usize, frames: i32, n: i32, to: usize): void {
  const size = <usize>((frames + 3) & ~3) << 4;
  for (let x = 0; x < n; x += 4) {
    const first = pixels + <usize>x * pitch;
    const second = first + pitch;
    const third = second + pitch;
    const fourth = third + pitch;
    for (let f = 0; f < frames; f += 4) {
      const at = <usize>f << 2;
      const a = v128.load(first + at);
      const b = v128.load(second + at);
      const c = v128.load(third + at);
      const d = v128.load(fourth + at);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      const out = to + (at << 2);
      v128.store(out, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(out, v128.shuffle<i64>(ab, cd, 1, 3), 16);
      v128.store(out, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 32);
      v128.store(out, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 48);
    }
    to += size;
  }
}

/** Sets to NaN what is below `low` or above `high`; whether anything was. */
export function blank(line: usize, n: i32, low: f32, high: f32): bool {
  const from = f32x4.splat(low);
  const to = f32x4.splat(high);
  const nan = f32x4.splat(NaN);
  let any = i32x4.splat(0);
  for (let x = 0; x < n; x += 4) {
    const at = line + (<usize>x << 2);
    const v = v128.load(at);
    const out = v128.or(f32x4.lt(v, from), f32x4.gt(v, to));
    any = v128.or(any, out);
    if (v128.any_true(out)) v128.store(at, v128.bitselect(nan, v, out));
  }
  return v128.any_true(any);
}
