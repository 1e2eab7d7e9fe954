// The total variation of an image over a flat field, and its derivatives: float64, two pixels at a time, the modes of the field in float32. Lengths are multiples
// of 4; what is behind the image has a signal and modes of 0, a field of 1 and no neighbours. Sums have two lanes, added at the end.

// @ts-ignore: decorator
@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1));
}

// @ts-ignore: decorator
@inline
function both(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** The field: light and so many modes (a multiple of 4, `step` bytes apart) times their weights. */
export function field(size: i32, count: i32, light: usize, modes: usize, step: usize, weights: usize, to: usize): void {
  memory.copy(to, light, <usize>size << 3);
  for (let k = 0; k < count; k += 4) {
    const a = v128.load64_splat(weights + (<usize>k << 3));
    const b = v128.load64_splat(weights + (<usize>k << 3), 8);
    const c = v128.load64_splat(weights + (<usize>k << 3), 16);
    const d = v128.load64_splat(weights + (<usize>k << 3), 24);
    let m = modes + <usize>k * step;
    let at = to;
    for (let i = 0; i < size; i += 4) {
      const p = v128.load(m);
      const q = v128.load(m + step);
      const r = v128.load(m + 2 * step);
      const s = v128.load(m + 3 * step);
      const first = f64x2.add(f64x2.add(f64x2.mul(a, low(p)), f64x2.mul(b, low(q))), f64x2.add(f64x2.mul(c, low(r)), f64x2.mul(d, low(s))));
      const second = f64x2.add(f64x2.add(f64x2.mul(a, high(p)), f64x2.mul(b, high(q))), f64x2.add(f64x2.mul(c, high(r)), f64x2.mul(d, high(s))));
      v128.store(at, f64x2.add(v128.load(at), first));
      v128.store(at, f64x2.add(v128.load(at, 16), second), 16);
      m += 16;
      at += 32;
    }
  }
}

/**
 * The value of each pixel, signal / field * mean; the directions in which it rises to the next column and row (`right` and `below` are 1 where there is one
 * that counts, else 0), of length 1 together; the sum of the lengths.
 */
export function rises(size: i32, columns: i32, signal: usize, field: usize, mean: f64, value: usize, right: usize, below: usize, across: usize, down: usize): f64 {
  const m = f64x2.splat(mean);
  const bytes = <usize>size << 3;
  for (let at: usize = 0; at < bytes; at += 16) v128.store(value + at, f64x2.mul(f64x2.div(v128.load(signal + at), v128.load(field + at)), m));
  const row = <usize>columns << 3;
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  let sum = zero;
  for (let at: usize = 0; at < bytes; at += 16) {
    const v = v128.load(value + at);
    const dx = f64x2.mul(f64x2.sub(v128.load(value + at, 8), v), v128.load(right + at));
    const dy = f64x2.mul(f64x2.sub(v128.load(value + at + row), v), v128.load(below + at));
    const length = f64x2.sqrt(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)));
    sum = f64x2.add(sum, length);
    const over = v128.and(f64x2.div(one, length), f64x2.gt(length, zero));
    v128.store(across + at, f64x2.mul(dx, over));
    v128.store(down + at, f64x2.mul(dy, over));
  }
  return both(sum);
}

/** The derivative of the sum of lengths by the field of each pixel, the mean held; gives the derivative by the mean, times the mean. Before `across` and `down` lie zeros. */
export function slopes(size: i32, columns: i32, field: usize, value: usize, across: usize, down: usize, to: usize): f64 {
  const bytes = <usize>size << 3;
  const row = <usize>columns << 3;
  let sum = f64x2.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const by = f64x2.sub(f64x2.add(v128.load(across + at - 8), v128.load(down + at - row)), f64x2.add(v128.load(across + at), v128.load(down + at)));
    const byValue = f64x2.mul(by, v128.load(value + at));
    sum = f64x2.add(sum, byValue);
    v128.store(to + at, f64x2.neg(f64x2.div(byValue, v128.load(field + at))));
  }
  return both(sum);
}

/** The sum of each mode times a factor for each pixel. */
export function project(size: i32, count: i32, factor: usize, modes: usize, step: usize, to: usize): void {
  for (let k = 0; k < count; k += 4) {
    let m = modes + <usize>k * step;
    let f = factor;
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let i = 0; i < size; i += 4) {
      const f0 = v128.load(f);
      const f1 = v128.load(f, 16);
      const p = v128.load(m);
      const q = v128.load(m + step);
      const r = v128.load(m + 2 * step);
      const s = v128.load(m + 3 * step);
      a = f64x2.add(a, f64x2.add(f64x2.mul(f0, low(p)), f64x2.mul(f1, high(p))));
      b = f64x2.add(b, f64x2.add(f64x2.mul(f0, low(q)), f64x2.mul(f1, high(q))));
      c = f64x2.add(c, f64x2.add(f64x2.mul(f0, low(r)), f64x2.mul(f1, high(r))));
      d = f64x2.add(d, f64x2.add(f64x2.mul(f0, low(s)), f64x2.mul(f1, high(s))));
      m += 16;
      f += 32;
    }
    store<f64>(to + (<usize>k << 3), both(a));
    store<f64>(to + (<usize>k << 3), both(b), 8);
    store<f64>(to + (<usize>k << 3), both(c), 16);
    store<f64>(to + (<usize>k << 3), both(d), 24);
  }
}
