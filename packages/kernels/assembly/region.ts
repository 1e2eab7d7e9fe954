// Statistics of runs of pixels. Pixel i of a run is added in lane i % 8, in float64; the eight lanes of a run are joined in one order at its end.
// `runs` lists where each run begins in `lines` (in pixels) and how long it is. What is read behind its end counts nowhere.

export { widen16 } from './lib/widen';

// @ts-ignore: decorator
@inline
function highHalf(v: v128): v128 {
  return v128.shuffle<i32>(v, v, 2, 3, 2, 3);
}

// @ts-ignore: decorator
@inline
function bothLanes(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** All ones where lane k, counted from `first`, is before `n`. */
// @ts-ignore: decorator
@inline
function before(first: i32, n: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), i32x4.splat(n));
}

/** Adds runs to count and sum, of which `state` has 2 float64. NaN counts nowhere. */
export function sums(lines: usize, runs: usize, many: i32, state: usize): void {
  let count = load<f64>(state);
  let sum = load<f64>(state, 8);
  for (let r = 0; r < many; r++) {
    const run = runs + (<usize>r << 3);
    const n = load<i32>(run, 4);
    let at = lines + (<usize>load<u32>(run) << 2);
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let found = i32x4.splat(0);
    for (let i = 0; i < n; i += 8) {
      let v = v128.load(at);
      let w = v128.load(at, 16);
      let realV = f32x4.eq(v, v);
      let realW = f32x4.eq(w, w);
      if (i + 8 > n) {
        realV = v128.and(realV, before(i, n));
        realW = v128.and(realW, before(i + 4, n));
      }
      v = v128.and(v, realV);
      w = v128.and(w, realW);
      found = i32x4.sub(found, i32x4.add(realV, realW));
      a = f64x2.add(a, f64x2.promote_low_f32x4(v));
      b = f64x2.add(b, f64x2.promote_low_f32x4(highHalf(v)));
      c = f64x2.add(c, f64x2.promote_low_f32x4(w));
      d = f64x2.add(d, f64x2.promote_low_f32x4(highHalf(w)));
      at += 32;
    }
    count += <f64>(i32x4.extract_lane(found, 0) + i32x4.extract_lane(found, 1) + i32x4.extract_lane(found, 2) + i32x4.extract_lane(found, 3));
    sum += bothLanes(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
  }
  store<f64>(state, count);
  store<f64>(state, sum, 8);
}

/** Adds runs to count, sum, mean, min, max and squares about the mean (6 float64). Squares are taken about the mean so far: one walk is enough. */
export function moments(lines: usize, runs: usize, many: i32, state: usize): void {
  let count = load<f64>(state);
  let sum = load<f64>(state, 8);
  let mean = load<f64>(state, 16);
  let least = f32x4.splat(<f32>load<f64>(state, 24));
  let most = f32x4.splat(<f32>load<f64>(state, 32));
  let squares = load<f64>(state, 40);
  for (let r = 0; r < many; r++) {
    const run = runs + (<usize>r << 3);
    const n = load<i32>(run, 4);
    let at = lines + (<usize>load<u32>(run) << 2);
    const about = count == 0 ? firstReal(at, n) : mean;
    const pivot = f64x2.splat(about);
    const zero = f64x2.splat(0);
    let a = zero, b = zero, c = zero, d = zero;
    let a1 = zero, b1 = zero, c1 = zero, d1 = zero;
    let a2 = zero, b2 = zero, c2 = zero, d2 = zero;
    let found = i32x4.splat(0);
    for (let i = 0; i < n; i += 8) {
      let v = v128.load(at);
      let w = v128.load(at, 16);
      let realV = f32x4.eq(v, v);
      let realW = f32x4.eq(w, w);
      if (i + 8 > n) {
        realV = v128.and(realV, before(i, n));
        realW = v128.and(realW, before(i + 4, n));
      }
      found = i32x4.sub(found, i32x4.add(realV, realW));
      const v0 = f64x2.promote_low_f32x4(v);
      const v1 = f64x2.promote_low_f32x4(highHalf(v));
      const w0 = f64x2.promote_low_f32x4(w);
      const w1 = f64x2.promote_low_f32x4(highHalf(w));
      if (v128.any_true(v128.not(v128.and(realV, realW)))) {
        const nan = f32x4.splat(NaN);
        v = v128.bitselect(v, nan, realV);
        w = v128.bitselect(w, nan, realW);
        const k0 = v128.shuffle<i32>(realV, realV, 0, 0, 1, 1);
        const k1 = v128.shuffle<i32>(realV, realV, 2, 2, 3, 3);
        const k2 = v128.shuffle<i32>(realW, realW, 0, 0, 1, 1);
        const k3 = v128.shuffle<i32>(realW, realW, 2, 2, 3, 3);
        a = f64x2.add(a, v128.and(v0, k0));
        b = f64x2.add(b, v128.and(v1, k1));
        c = f64x2.add(c, v128.and(w0, k2));
        d = f64x2.add(d, v128.and(w1, k3));
        const p = v128.and(f64x2.sub(v0, pivot), k0);
        const q = v128.and(f64x2.sub(v1, pivot), k1);
        const s = v128.and(f64x2.sub(w0, pivot), k2);
        const t = v128.and(f64x2.sub(w1, pivot), k3);
        a1 = f64x2.add(a1, p);
        b1 = f64x2.add(b1, q);
        c1 = f64x2.add(c1, s);
        d1 = f64x2.add(d1, t);
        a2 = f64x2.add(a2, f64x2.mul(p, p));
        b2 = f64x2.add(b2, f64x2.mul(q, q));
        c2 = f64x2.add(c2, f64x2.mul(s, s));
        d2 = f64x2.add(d2, f64x2.mul(t, t));
      } else {
        a = f64x2.add(a, v0);
        b = f64x2.add(b, v1);
        c = f64x2.add(c, w0);
        d = f64x2.add(d, w1);
        const p = f64x2.sub(v0, pivot);
        const q = f64x2.sub(v1, pivot);
        const s = f64x2.sub(w0, pivot);
        const t = f64x2.sub(w1, pivot);
        a1 = f64x2.add(a1, p);
        b1 = f64x2.add(b1, q);
        c1 = f64x2.add(c1, s);
        d1 = f64x2.add(d1, t);
        a2 = f64x2.add(a2, f64x2.mul(p, p));
        b2 = f64x2.add(b2, f64x2.mul(q, q));
        c2 = f64x2.add(c2, f64x2.mul(s, s));
        d2 = f64x2.add(d2, f64x2.mul(t, t));
      }
      least = f32x4.pmin(f32x4.pmin(least, v), w);
      most = f32x4.pmax(f32x4.pmax(most, v), w);
      at += 32;
    }
    const real = <f64>(i32x4.extract_lane(found, 0) + i32x4.extract_lane(found, 1) + i32x4.extract_lane(found, 2) + i32x4.extract_lane(found, 3));
    if (real == 0) continue;
    const total = bothLanes(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
    const off = bothLanes(f64x2.add(f64x2.add(a1, b1), f64x2.add(c1, d1)));
    let own = bothLanes(f64x2.add(f64x2.add(a2, b2), f64x2.add(c2, d2))) - (off * off) / real;
    // Of equal values it may be rounded to below 0.
    if (own < 0) own = 0;
    const apart = count == 0 ? 0 : off / real;
    const all = count + real;
    squares += own + (apart * apart * count * real) / all;
    count = all;
    sum += total;
    mean = sum / count;
  }
  store<f64>(state, count);
  store<f64>(state, sum, 8);
  store<f64>(state, mean, 16);
  store<f64>(state, <f64>min(min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1)), min(f32x4.extract_lane(least, 2), f32x4.extract_lane(least, 3))), 24);
  store<f64>(state, <f64>max(max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)), max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3))), 32);
  store<f64>(state, squares, 40);
}

/**
 * Counts of runs how many are no NaN, below `low`, at it and at `high`, adds them to 4 of `counts`, and keeps those in between from `kept` on, of which there
 * may be `room`. Gives where they end; 0 when there was no room.
 */
export function between(lines: usize, runs: usize, many: i32, low: f32, high: f32, counts: usize, kept: usize, room: usize): usize {
  const lower = f32x4.splat(low);
  const upper = f32x4.splat(high);
  let real = i32x4.splat(0), below = real, atLow = real, atHigh = real;
  for (let r = 0; r < many; r++) {
    const run = runs + (<usize>r << 3);
    const n = load<i32>(run, 4);
    let at = lines + (<usize>load<u32>(run) << 2);
    if (kept + (<usize>n << 2) > room) return 0;
    for (let i = 0; i < n; i += 4) {
      let v = v128.load(at);
      if (i + 4 > n) v = v128.bitselect(v, f32x4.splat(NaN), before(i, n));
      real = i32x4.sub(real, f32x4.eq(v, v));
      below = i32x4.sub(below, f32x4.lt(v, lower));
      atLow = i32x4.sub(atLow, f32x4.eq(v, lower));
      atHigh = i32x4.sub(atHigh, f32x4.eq(v, upper));
      const inside = i32x4.bitmask(v128.and(f32x4.gt(v, lower), f32x4.lt(v, upper)));
      if (inside != 0) {
        v128.store32_lane(kept, v, 0);
        kept += <usize>(inside & 1) << 2;
        v128.store32_lane(kept, v, 1);
        kept += <usize>((inside >> 1) & 1) << 2;
        v128.store32_lane(kept, v, 2);
        kept += <usize>((inside >> 2) & 1) << 2;
        v128.store32_lane(kept, v, 3);
        kept += <usize>(inside >> 3) << 2;
      }
      at += 16;
    }
  }
  add(counts, real);
  add(counts + 4, below);
  add(counts + 8, atLow);
  add(counts + 12, atHigh);
  return kept;
}

// @ts-ignore: decorator
@inline
function add(to: usize, v: v128): void {
  store<i32>(to, load<i32>(to) + i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3));
}

/** The first that is not NaN; 0 where none is. */
function firstReal(at: usize, n: i32): f64 {
  for (let i = 0; i < n; i++) {
    const v = load<f32>(at + (<usize>i << 2));
    if (v == v) return <f64>v;
  }
  return 0;
}
