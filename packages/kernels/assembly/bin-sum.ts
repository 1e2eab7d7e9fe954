// Pixels of a tile added to their bins, in float64. Pixel i adds to lane i % lanes, so that neighbours that share a bin do not wait for each other;
// lanes are added up at the end, in one order. A pixel that is not finite counts nowhere: what it has in the sums over all pixels is noted as lost.

export { widen16 } from './lib/widen';

const ONE: v128 = f32x4.splat(1);

/** Dummies (within delta of a value; NaN where there is none) become NaN, then the dark is subtracted. */
export function prepare(tile: usize, n: i32, dark: usize, dummy: f32, delta: f32): void {
  const d = f32x4.splat(dummy);
  const limit = f32x4.splat(delta);
  const nan = f32x4.splat(NaN);
  for (let i = 0; i < n; i += 4) {
    const at = tile + (<usize>i << 2);
    const v = v128.load(at);
    const away = v128.not(f32x4.le(f32x4.abs(f32x4.sub(v, d)), limit));
    v128.store(at, v128.bitselect(f32x4.sub(v, v128.load(dark + (<usize>i << 2))), nan, away));
  }
}

// @ts-ignore: decorator
@inline
function add(at: usize, x: v128): void {
  v128.store(at, f64x2.add(v128.load(at), x));
}

// @ts-ignore: decorator
@inline
function finite(v: v128): bool {
  const d = f32x4.sub(v, v);
  return i32x4.all_true(f32x4.eq(d, d));
}

// @ts-ignore: decorator
@inline
function lose(lost: usize, bin: usize, weight: f64, norm: f64): void {
  // norm, count, entries, nothing: 32 bytes to a bin
  const at = lost + (bin << 5);
  f64.store(at, f64.load(at) + weight * norm);
  f64.store(at, f64.load(at, 8) + weight, 8);
  f64.store(at, f64.load(at, 16) + 1, 16);
}

/** Signal and variance of one pixel. Poisson's variance: the signal, 1 at least, with the dark that was subtracted. */
// @ts-ignore: decorator
@inline
function pair(v: f32, dark: f32): v128 {
  return f64x2.replace_lane(f64x2.splat(<f64>v), 1, <f64>(max<f32>(v, 1) + dark));
}

// @ts-ignore: decorator
@inline
function whole<T>(tile: usize, n: i32, dark: usize, first: usize, norm: usize, sums: usize, shift: usize, lane: usize, lost: usize): void {
  const l1 = lane;
  const l2 = lane << 1;
  const l3 = lane * 3;
  for (let i = 0; i < n; i += 4) {
    const v = v128.load(tile + (<usize>i << 2));
    const b = first + (<usize>i * sizeof<T>());
    if (finite(v)) {
      const variance = f32x4.add(f32x4.max(v, ONE), v128.load(dark + (<usize>i << 2)));
      const low = v128.shuffle<f32>(v, variance, 0, 4, 1, 5);
      const high = v128.shuffle<f32>(v, variance, 2, 6, 3, 7);
      add(sums + (<usize>load<T>(b) << shift), f64x2.promote_low_f32x4(low));
      add(sums + (<usize>load<T>(b, sizeof<T>()) << shift) + l1, f64x2.promote_low_f32x4(v128.shuffle<f64>(low, low, 1, 1)));
      add(sums + (<usize>load<T>(b, 2 * sizeof<T>()) << shift) + l2, f64x2.promote_low_f32x4(high));
      add(sums + (<usize>load<T>(b, 3 * sizeof<T>()) << shift) + l3, f64x2.promote_low_f32x4(v128.shuffle<f64>(high, high, 1, 1)));
    } else {
      for (let k = 0; k < 4; k++) {
        const at = <usize>(i + k) << 2;
        const bin = <usize>load<T>(b + <usize>k * sizeof<T>());
        const value = load<f32>(tile + at);
        if (value - value == 0) add(sums + (bin << shift) + lane * <usize>k, pair(value, load<f32>(dark + at)));
        else lose(lost, bin, 1, <f64>load<f32>(norm + at));
      }
    }
  }
}

/** Every pixel in one bin: `first`. Bins are 1 << shift bytes apart, lanes `lane` bytes (0: there is one). */
export function whole16(tile: usize, n: i32, dark: usize, first: usize, norm: usize, sums: usize, shift: usize, lane: usize, lost: usize): void {
  whole<u16>(tile, n, dark, first, norm, sums, shift, lane, lost);
}

export function whole32(tile: usize, n: i32, dark: usize, first: usize, norm: usize, sums: usize, shift: usize, lane: usize, lost: usize): void {
  whole<u32>(tile, n, dark, first, norm, sums, shift, lane, lost);
}

/** A share of a pixel: its weight and the square of it, beside each other in float32. */
// @ts-ignore: decorator
@inline
function put(at: usize, weights: v128, both: v128): void {
  add(at, f64x2.mul(f64x2.promote_low_f32x4(weights), both));
}

// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return v128.shuffle<f64>(x, x, 1, 1);
}

/** `count` neighbouring bins of each of four pixels, some of which are not finite. */
// @ts-ignore: decorator
@inline
function oneByOne(i: i32, count: usize, tile: usize, dark: usize, first: usize, weights: usize, norm: usize, sums: usize, lane: usize, lost: usize): void {
  for (let p: usize = 0; p < 4; p++) {
    const at = (<usize>i + p) << 2;
    const v = load<f32>(tile + at);
    const b = <usize>load<u16>(first + (at >> 1));
    for (let k: usize = 0; k < count; k++) {
      const w = load<f32>(weights + at * count + (k << 2));
      if (v - v == 0) put(sums + lane * p + ((b + k) << 4), f32x4.replace_lane(f32x4.splat(w), 1, w * w), pair(v, load<f32>(dark + at)));
      else if (w != 0) lose(lost, b + k, <f64>w, <f64>load<f32>(norm + at));
    }
  }
}

/** Three neighbouring bins from `first` on, with a weight for each. Lanes are `lane` bytes apart. */
export function threes(tile: usize, n: i32, dark: usize, first: usize, weights: usize, norm: usize, sums: usize, lane: usize, lost: usize): void {
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2;
    const v = v128.load(tile + at);
    if (finite(v)) {
      const variance = f32x4.add(f32x4.max(v, ONE), v128.load(dark + at));
      const from = weights + at * 3;
      const bins = first + (at >> 1);
      const x = v128.load(from);
      const y = v128.load(from, 16);
      const z = v128.load(from, 32);
      const xx = f32x4.mul(x, x);
      const yy = f32x4.mul(y, y);
      const zz = f32x4.mul(z, z);
      let both = v128.shuffle<f32>(v, variance, 0, 4, 1, 5);
      let own = f64x2.promote_low_f32x4(both);
      let to = sums + (<usize>load<u16>(bins) << 4);
      let w = v128.shuffle<f32>(x, xx, 0, 4, 1, 5);
      put(to, w, own);
      put(to + 16, high(w), own);
      w = v128.shuffle<f32>(x, xx, 2, 6, 3, 7);
      put(to + 32, w, own);
      own = f64x2.promote_low_f32x4(high(both));
      to = sums + lane + (<usize>load<u16>(bins, 2) << 4);
      put(to, high(w), own);
      w = v128.shuffle<f32>(y, yy, 0, 4, 1, 5);
      put(to + 16, w, own);
      put(to + 32, high(w), own);
      both = v128.shuffle<f32>(v, variance, 2, 6, 3, 7);
      own = f64x2.promote_low_f32x4(both);
      to = sums + (lane << 1) + (<usize>load<u16>(bins, 4) << 4);
      w = v128.shuffle<f32>(y, yy, 2, 6, 3, 7);
      put(to, w, own);
      put(to + 16, high(w), own);
      w = v128.shuffle<f32>(z, zz, 0, 4, 1, 5);
      put(to + 32, w, own);
      own = f64x2.promote_low_f32x4(high(both));
      to = sums + lane * 3 + (<usize>load<u16>(bins, 6) << 4);
      put(to, high(w), own);
      w = v128.shuffle<f32>(z, zz, 2, 6, 3, 7);
      put(to + 16, w, own);
      put(to + 32, high(w), own);
    } else oneByOne(i, 3, tile, dark, first, weights, norm, sums, lane, lost);
  }
}

// @ts-ignore: decorator
@inline
function four(to: usize, x: v128, own: v128): void {
  const xx = f32x4.mul(x, x);
  const a = v128.shuffle<f32>(x, xx, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(x, xx, 2, 6, 3, 7);
  put(to, a, own);
  put(to + 16, high(a), own);
  put(to + 32, b, own);
  put(to + 48, high(b), own);
}

/** Four of them. */
export function fours(tile: usize, n: i32, dark: usize, first: usize, weights: usize, norm: usize, sums: usize, lane: usize, lost: usize): void {
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2;
    const v = v128.load(tile + at);
    if (finite(v)) {
      const variance = f32x4.add(f32x4.max(v, ONE), v128.load(dark + at));
      const from = weights + (at << 2);
      const bins = first + (at >> 1);
      const low = v128.shuffle<f32>(v, variance, 0, 4, 1, 5);
      const above = v128.shuffle<f32>(v, variance, 2, 6, 3, 7);
      four(sums + (<usize>load<u16>(bins) << 4), v128.load(from), f64x2.promote_low_f32x4(low));
      four(sums + lane + (<usize>load<u16>(bins, 2) << 4), v128.load(from, 16), f64x2.promote_low_f32x4(high(low)));
      four(sums + (lane << 1) + (<usize>load<u16>(bins, 4) << 4), v128.load(from, 32), f64x2.promote_low_f32x4(above));
      four(sums + lane * 3 + (<usize>load<u16>(bins, 6) << 4), v128.load(from, 48), f64x2.promote_low_f32x4(high(above)));
    } else oneByOne(i, 4, tile, dark, first, weights, norm, sums, lane, lost);
  }
}

/** Any bins: those of pixel i and their weights are from `starts[i]` to `starts[i + 1]`. Lanes are `lane` bytes apart (0: there is one). */
export function listed(tile: usize, n: i32, dark: usize, starts: usize, index: usize, weights: usize, norm: usize, sums: usize, lane: usize, lost: usize): void {
  let k = <usize>load<u32>(starts);
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 2;
    const v = load<f32>(tile + at);
    const end = <usize>load<u32>(starts + at, 4);
    if (v - v == 0) {
      const both = pair(v, load<f32>(dark + at));
      const to = sums + lane * <usize>(i & 3);
      for (; k < end; k++) {
        const w = load<f32>(weights + (k << 2));
        put(to + (<usize>load<u32>(index + (k << 2)) << 4), f32x4.replace_lane(f32x4.splat(w), 1, w * w), both);
      }
    } else {
      const f = <f64>load<f32>(norm + at);
      for (; k < end; k++) {
        const weight = <f64>load<f32>(weights + (k << 2));
        if (weight != 0) lose(lost, <usize>load<u32>(index + (k << 2)), weight, f);
      }
    }
  }
}

// What follows looks at the scatter of pixels within their bins. With x the value over the normalisation n of a pixel, w its share and m the bin's mean,
// (x - m)^2 w n is (v - m n)^2 w / n. `kept` has a byte for each share: 0 is left out.

// @ts-ignore: decorator
@inline
function away(v: f64, n: f64, bin: usize, mean: usize): f64 {
  return v - f64.load(mean + (bin << 3)) * n;
}

// @ts-ignore: decorator
@inline
function scatterShare(to: usize, kept: usize, w: f64, v: f64, n: f64, bin: usize, mean: usize): void {
  if (kept != 0 && load<u8>(kept) == 0) return;
  const d = away(v, n, bin, mean);
  f64.store(to, f64.load(to, 8) + w * d * d / n, 8);
}

// @ts-ignore: decorator
@inline
function scatterWhole<T>(tile: usize, n: i32, first: usize, norm: usize, kept: usize, mean: usize, bins: usize, sums: usize, shift: usize, lane: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const at = i << 2;
    const v = load<f32>(tile + at);
    const bin = <usize>load<T>(first + i * sizeof<T>());
    if (v - v == 0 && bin < bins) scatterShare(sums + (bin << shift) + lane * (i & 3), kept == 0 ? 0 : kept + i, 1, v, load<f32>(norm + at), bin, mean);
  }
}

export function scatterWhole16(tile: usize, n: i32, first: usize, norm: usize, kept: usize, mean: usize, bins: usize, sums: usize, shift: usize, lane: usize): void {
  scatterWhole<u16>(tile, n, first, norm, kept, mean, bins, sums, shift, lane);
}

export function scatterWhole32(tile: usize, n: i32, first: usize, norm: usize, kept: usize, mean: usize, bins: usize, sums: usize, shift: usize, lane: usize): void {
  scatterWhole<u32>(tile, n, first, norm, kept, mean, bins, sums, shift, lane);
}

export function scatterEach(tile: usize, n: i32, first: usize, weights: usize, each: usize, norm: usize, kept: usize, mean: usize, sums: usize, lane: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const at = i << 2;
    const v = load<f32>(tile + at);
    if (v - v != 0) continue;
    const bin = <usize>load<u16>(first + (i << 1));
    const to = sums + lane * (i & 3) + (bin << 4);
    for (let k: usize = 0; k < each; k++) {
      const w = load<f32>(weights + at * each + (k << 2));
      if (w != 0) scatterShare(to + (k << 4), kept == 0 ? 0 : kept + i * each + k, w, v, load<f32>(norm + at), bin + k, mean);
    }
  }
}

export function scatterListed(tile: usize, n: i32, starts: usize, index: usize, weights: usize, norm: usize, kept: usize, mean: usize, sums: usize, lane: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const at = i << 2;
    const v = load<f32>(tile + at);
    if (v - v != 0) continue;
    const end = <usize>load<u32>(starts + at, 4);
    for (let k = <usize>load<u32>(starts + at); k < end; k++) {
      const bin = <usize>load<u32>(index + (k << 2));
      const w = load<f32>(weights + (k << 2));
      if (w != 0) scatterShare(sums + lane * (i & 3) + (bin << 4), kept == 0 ? 0 : kept + k, w, v, load<f32>(norm + at), bin, mean);
    }
  }
}

/** Adds a share, or leaves it out for good where it is farther from its bin's mean than the limit; says whether it left it out now. */
// @ts-ignore: decorator
@inline
function clipShare(to: usize, kept: usize, w: f32, v: f32, dark: f32, n: f64, bin: usize, mean: usize, limit: usize, left: usize): i32 {
  if (load<u8>(kept) == 0) return 0;
  if (abs<f64>(away(v, n, bin, mean)) > f64.load(limit + (bin << 3)) * abs<f64>(n)) {
    store<u8>(kept, 0);
    return 1;
  }
  put(to, f32x4.replace_lane(f32x4.splat(w), 1, w * w), pair(v, dark));
  lose(left, bin, w, n);
  return 0;
}

// @ts-ignore: decorator
@inline
function clipWhole<T>(tile: usize, n: i32, dark: usize, first: usize, norm: usize, kept: usize, mean: usize, limit: usize, bins: usize, sums: usize, shift: usize, lane: usize, left: usize): i32 {
  let gone = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const at = i << 2;
    const v = load<f32>(tile + at);
    const bin = <usize>load<T>(first + i * sizeof<T>());
    if (v - v == 0 && bin < bins) gone += clipShare(sums + (bin << shift) + lane * (i & 3), kept + i, 1, v, load<f32>(dark + at), load<f32>(norm + at), bin, mean, limit, left);
  }
  return gone;
}

export function clipWhole16(tile: usize, n: i32, dark: usize, first: usize, norm: usize, kept: usize, mean: usize, limit: usize, bins: usize, sums: usize, shift: usize, lane: usize, left: usize): i32 {
  return clipWhole<u16>(tile, n, dark, first, norm, kept, mean, limit, bins, sums, shift, lane, left);
}

export function clipWhole32(tile: usize, n: i32, dark: usize, first: usize, norm: usize, kept: usize, mean: usize, limit: usize, bins: usize, sums: usize, shift: usize, lane: usize, left: usize): i32 {
  return clipWhole<u32>(tile, n, dark, first, norm, kept, mean, limit, bins, sums, shift, lane, left);
}

export function clipEach(tile: usize, n: i32, dark: usize, first: usize, weights: usize, each: usize, norm: usize, kept: usize, mean: usize, limit: usize, sums: usize, lane: usize, left: usize): i32 {
  let gone = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const at = i << 2;
    const v = load<f32>(tile + at);
    if (v - v != 0) continue;
    const bin = <usize>load<u16>(first + (i << 1));
    const to = sums + lane * (i & 3) + (bin << 4);
    for (let k: usize = 0; k < each; k++) {
      const w = load<f32>(weights + at * each + (k << 2));
      if (w != 0) gone += clipShare(to + (k << 4), kept + i * each + k, w, v, load<f32>(dark + at), load<f32>(norm + at), bin + k, mean, limit, left);
    }
  }
  return gone;
}

export function clipListed(tile: usize, n: i32, dark: usize, starts: usize, index: usize, weights: usize, norm: usize, kept: usize, mean: usize, limit: usize, sums: usize, lane: usize, left: usize): i32 {
  let gone = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const at = i << 2;
    const v = load<f32>(tile + at);
    if (v - v != 0) continue;
    const end = <usize>load<u32>(starts + at, 4);
    for (let k = <usize>load<u32>(starts + at); k < end; k++) {
      const bin = <usize>load<u32>(index + (k << 2));
      const w = load<f32>(weights + (k << 2));
      if (w != 0) gone += clipShare(sums + lane * (i & 3) + (bin << 4), kept + k, w, v, load<f32>(dark + at), load<f32>(norm + at), bin, mean, limit, left);
    }
  }
  return gone;
}
