// Passes of a Fourier transform in Stockham's order, float64. Signals lie element by element beside each other, so that a vector holds the same element of two of them: `s` is
// how many numbers lie from one element to the next, an even number. `m` groups; factors (cos, sin) per group and output as in `fft.ts`.

const HALF: v128 = f64x2.splat(0.5);

// @ts-ignore: decorator
@inline
function turned(re: v128, im: v128, c: v128, s: v128, yr: usize, yi: usize): void {
  v128.store(yr, f64x2.sub(f64x2.mul(re, c), f64x2.mul(im, s)));
  v128.store(yi, f64x2.add(f64x2.mul(re, s), f64x2.mul(im, c)));
}

export function radix2(m: i32, s: i32, cos: usize, sin: usize, xr: usize, xi: usize, yr: usize, yi: usize): void {
  const step = <usize>s << 3;
  const half = <usize>m * step;
  for (let p = 0; p < m; p++) {
    const c = v128.load64_splat(cos + (<usize>p << 3));
    const w = v128.load64_splat(sin + (<usize>p << 3));
    const from = <usize>p * step;
    for (let q: usize = 0; q < step; q += 16) {
      const a = from + q;
      const to = 2 * from + q;
      const ar = v128.load(xr + a);
      const ai = v128.load(xi + a);
      const br = v128.load(xr + a + half);
      const bi = v128.load(xi + a + half);
      v128.store(yr + to, f64x2.add(ar, br));
      v128.store(yi + to, f64x2.add(ai, bi));
      turned(f64x2.sub(ar, br), f64x2.sub(ai, bi), c, w, yr + to + step, yi + to + step);
    }
  }
}

export function radix3(m: i32, s: i32, cos: usize, sin: usize, xr: usize, xi: usize, yr: usize, yi: usize): void {
  const step = <usize>s << 3;
  const third = <usize>m * step;
  const sin3 = f64x2.splat(0.8660254037844386);
  for (let p = 0; p < m; p++) {
    const at = <usize>p << 4;
    const c1 = v128.load64_splat(cos + at);
    const s1 = v128.load64_splat(sin + at);
    const c2 = v128.load64_splat(cos + at, 8);
    const s2 = v128.load64_splat(sin + at, 8);
    const from = <usize>p * step;
    for (let q: usize = 0; q < step; q += 16) {
      const a = from + q;
      const to = 3 * from + q;
      const ar = v128.load(xr + a);
      const ai = v128.load(xi + a);
      const br = v128.load(xr + a + third);
      const bi = v128.load(xi + a + third);
      const cr = v128.load(xr + a + 2 * third);
      const ci = v128.load(xi + a + 2 * third);
      const tr = f64x2.add(br, cr);
      const ti = f64x2.add(bi, ci);
      const mr = f64x2.sub(ar, f64x2.mul(HALF, tr));
      const mi = f64x2.sub(ai, f64x2.mul(HALF, ti));
      const dr = f64x2.mul(sin3, f64x2.sub(bi, ci));
      const di = f64x2.mul(sin3, f64x2.sub(cr, br));
      v128.store(yr + to, f64x2.add(ar, tr));
      v128.store(yi + to, f64x2.add(ai, ti));
      turned(f64x2.add(mr, dr), f64x2.add(mi, di), c1, s1, yr + to + step, yi + to + step);
      turned(f64x2.sub(mr, dr), f64x2.sub(mi, di), c2, s2, yr + to + 2 * step, yi + to + 2 * step);
    }
  }
}

export function radix4(m: i32, s: i32, cos: usize, sin: usize, xr: usize, xi: usize, yr: usize, yi: usize): void {
  const step = <usize>s << 3;
  const quarter = <usize>m * step;
  for (let p = 0; p < m; p++) {
    const at = <usize>(3 * p) << 3;
    const c1 = v128.load64_splat(cos + at);
    const s1 = v128.load64_splat(sin + at);
    const c2 = v128.load64_splat(cos + at, 8);
    const s2 = v128.load64_splat(sin + at, 8);
    const c3 = v128.load64_splat(cos + at, 16);
    const s3 = v128.load64_splat(sin + at, 16);
    const from = <usize>p * step;
    for (let q: usize = 0; q < step; q += 16) {
      const a = from + q;
      const to = 4 * from + q;
      const ar = v128.load(xr + a);
      const ai = v128.load(xi + a);
      const br = v128.load(xr + a + quarter);
      const bi = v128.load(xi + a + quarter);
      const cr = v128.load(xr + a + 2 * quarter);
      const ci = v128.load(xi + a + 2 * quarter);
      const dr = v128.load(xr + a + 3 * quarter);
      const di = v128.load(xi + a + 3 * quarter);
      const er = f64x2.add(ar, cr);
      const ei = f64x2.add(ai, ci);
      const fr = f64x2.sub(ar, cr);
      const fi = f64x2.sub(ai, ci);
      const gr = f64x2.add(br, dr);
      const gi = f64x2.add(bi, di);
      // -i times the difference.
      const hr = f64x2.sub(bi, di);
      const hi = f64x2.sub(dr, br);
      v128.store(yr + to, f64x2.add(er, gr));
      v128.store(yi + to, f64x2.add(ei, gi));
      turned(f64x2.add(fr, hr), f64x2.add(fi, hi), c1, s1, yr + to + step, yi + to + step);
      turned(f64x2.sub(er, gr), f64x2.sub(ei, gi), c2, s2, yr + to + 2 * step, yi + to + 2 * step);
      turned(f64x2.sub(fr, hr), f64x2.sub(fi, hi), c3, s3, yr + to + 3 * step, yi + to + 3 * step);
    }
  }
}

export function radix5(m: i32, s: i32, cos: usize, sin: usize, xr: usize, xi: usize, yr: usize, yi: usize): void {
  const step = <usize>s << 3;
  const fifth = <usize>m * step;
  const cos5 = f64x2.splat(0.30901699437494745);
  const sin5 = f64x2.splat(0.9510565162951535);
  const cos52 = f64x2.splat(-0.8090169943749473);
  const sin52 = f64x2.splat(0.5877852522924732);
  for (let p = 0; p < m; p++) {
    const at = <usize>p << 5;
    const from = <usize>p * step;
    for (let q: usize = 0; q < step; q += 16) {
      const a = from + q;
      const to = 5 * from + q;
      const ar = v128.load(xr + a);
      const ai = v128.load(xi + a);
      const br = v128.load(xr + a + fifth);
      const bi = v128.load(xi + a + fifth);
      const cr = v128.load(xr + a + 2 * fifth);
      const ci = v128.load(xi + a + 2 * fifth);
      const dr = v128.load(xr + a + 3 * fifth);
      const di = v128.load(xi + a + 3 * fifth);
      const er = v128.load(xr + a + 4 * fifth);
      const ei = v128.load(xi + a + 4 * fifth);
      const pr = f64x2.add(br, er);
      const pi = f64x2.add(bi, ei);
      const qr = f64x2.add(cr, dr);
      const qi = f64x2.add(ci, di);
      // -i times the differences.
      const ur = f64x2.sub(bi, ei);
      const ui = f64x2.sub(er, br);
      const vr = f64x2.sub(ci, di);
      const vi = f64x2.sub(dr, cr);
      const r1 = f64x2.add(f64x2.add(ar, f64x2.mul(cos5, pr)), f64x2.mul(cos52, qr));
      const i1 = f64x2.add(f64x2.add(ai, f64x2.mul(cos5, pi)), f64x2.mul(cos52, qi));
      const r2 = f64x2.add(f64x2.add(ar, f64x2.mul(cos52, pr)), f64x2.mul(cos5, qr));
      const i2 = f64x2.add(f64x2.add(ai, f64x2.mul(cos52, pi)), f64x2.mul(cos5, qi));
      const g1r = f64x2.add(f64x2.mul(sin5, ur), f64x2.mul(sin52, vr));
      const g1i = f64x2.add(f64x2.mul(sin5, ui), f64x2.mul(sin52, vi));
      const g2r = f64x2.sub(f64x2.mul(sin52, ur), f64x2.mul(sin5, vr));
      const g2i = f64x2.sub(f64x2.mul(sin52, ui), f64x2.mul(sin5, vi));
      v128.store(yr + to, f64x2.add(f64x2.add(ar, pr), qr));
      v128.store(yi + to, f64x2.add(f64x2.add(ai, pi), qi));
      turned(f64x2.add(r1, g1r), f64x2.add(i1, g1i), v128.load64_splat(cos + at), v128.load64_splat(sin + at), yr + to + step, yi + to + step);
      turned(f64x2.add(r2, g2r), f64x2.add(i2, g2i), v128.load64_splat(cos + at, 8), v128.load64_splat(sin + at, 8), yr + to + 2 * step, yi + to + 2 * step);
      turned(f64x2.sub(r2, g2r), f64x2.sub(i2, g2i), v128.load64_splat(cos + at, 16), v128.load64_splat(sin + at, 16), yr + to + 3 * step, yi + to + 3 * step);
      turned(f64x2.sub(r1, g1r), f64x2.sub(i1, g1i), v128.load64_splat(cos + at, 24), v128.load64_splat(sin + at, 24), yr + to + 4 * step, yi + to + 4 * step);
    }
  }
}

/** Any radix; `rootCos` and `rootSin` are cos and sin of -2 pi k / radix. */
export function anyRadix(radix: i32, m: i32, s: i32, cos: usize, sin: usize, rootCos: usize, rootSin: usize, xr: usize, xi: usize, yr: usize, yi: usize): void {
  const step = <usize>s << 3;
  for (let p = 0; p < m; p++) {
    for (let k = 0; k < radix; k++) {
      const at = <usize>(p * (radix - 1) + k - 1) << 3;
      const c = k == 0 ? f64x2.splat(1) : v128.load64_splat(cos + at);
      const w = k == 0 ? f64x2.splat(0) : v128.load64_splat(sin + at);
      const to = <usize>(radix * p + k) * step;
      for (let q: usize = 0; q < step; q += 16) {
        let sr = f64x2.splat(0);
        let si = f64x2.splat(0);
        let turn = 0;
        let from = <usize>p * step + q;
        for (let j = 0; j < radix; j++) {
          const re = v128.load(xr + from);
          const im = v128.load(xi + from);
          const rc = v128.load64_splat(rootCos + (<usize>turn << 3));
          const rs = v128.load64_splat(rootSin + (<usize>turn << 3));
          sr = f64x2.add(sr, f64x2.sub(f64x2.mul(re, rc), f64x2.mul(im, rs)));
          si = f64x2.add(si, f64x2.add(f64x2.mul(re, rs), f64x2.mul(im, rc)));
          from += <usize>m * step;
          turn += k;
          if (turn >= radix) turn -= radix;
        }
        turned(sr, si, c, w, yr + to + q, yi + to + q);
      }
    }
  }
}

/** y = x times factors that are one for each element (cos - i sin), times `scale`; of `conjugate` the result is conjugated. */
export function twist(n: i32, s: i32, cos: usize, sin: usize, scale: f64, conjugate: bool, xr: usize, xi: usize, yr: usize, yi: usize): void {
  const step = <usize>s << 3;
  const by = f64x2.splat(scale);
  const sign = f64x2.splat(conjugate ? -scale : scale);
  for (let k = 0; k < n; k++) {
    const c = v128.load64_splat(cos + (<usize>k << 3));
    const w = v128.load64_splat(sin + (<usize>k << 3));
    for (let q: usize = 0; q < step; q += 16) {
      const at = <usize>k * step + q;
      const re = v128.load(xr + at);
      const im = v128.load(xi + at);
      v128.store(yr + at, f64x2.mul(by, f64x2.add(f64x2.mul(re, c), f64x2.mul(im, w))));
      v128.store(yi + at, f64x2.mul(sign, f64x2.sub(f64x2.mul(im, c), f64x2.mul(re, w))));
    }
  }
}

/** Pairs of lines (even ones to xr, odd ones to xi) of `n` numbers, `pitch` apart, beside each other: `s` pairs. */
export function beside(lines: usize, n: i32, pitch: i32, s: i32, xr: usize, xi: usize): void {
  const step = <usize>s << 3;
  const next = <usize>pitch << 3;
  for (let q = 0; q < s; q += 2) {
    let at = lines + <usize>(2 * q) * next;
    for (let part = 0; part < 2; part++) {
      let to = (part == 0 ? xr : xi) + (<usize>q << 3);
      for (let k = 0; k < n; k += 2) {
        const a = v128.load(at + (<usize>k << 3));
        const b = v128.load(at + 2 * next + (<usize>k << 3));
        v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
        if (k + 1 < n) v128.store(to + step, v128.shuffle<f64>(a, b, 1, 3));
        to += 2 * step;
      }
      at += next;
    }
  }
}

/** The transforms of two real lines out of that of their pair, `half` numbers of each, to lines of `re` and `im`, `pitch` apart. */
export function apart(xr: usize, xi: usize, n: i32, s: i32, half: i32, re: usize, im: usize, pitch: i32): void {
  const step = <usize>s << 3;
  const next = <usize>pitch << 3;
  for (let q = 0; q < s; q += 2) {
    const first = <usize>(2 * q) * next;
    for (let k = 0; k < half; k++) {
      const here = <usize>k * step + (<usize>q << 3);
      const there = <usize>(k == 0 ? 0 : n - k) * step + (<usize>q << 3);
      const ar = v128.load(xr + here);
      const ai = v128.load(xi + here);
      const br = v128.load(xr + there);
      const bi = v128.load(xi + there);
      const evenRe = f64x2.mul(HALF, f64x2.add(ar, br));
      const evenIm = f64x2.mul(HALF, f64x2.sub(ai, bi));
      const oddRe = f64x2.mul(HALF, f64x2.add(ai, bi));
      const oddIm = f64x2.mul(HALF, f64x2.sub(br, ar));
      const to = first + (<usize>k << 3);
      v128.store64_lane(re + to, evenRe, 0);
      v128.store64_lane(im + to, evenIm, 0);
      v128.store64_lane(re + to + next, oddRe, 0);
      v128.store64_lane(im + to + next, oddIm, 0);
      v128.store64_lane(re + to + 2 * next, evenRe, 1);
      v128.store64_lane(im + to + 2 * next, evenIm, 1);
      v128.store64_lane(re + to + 3 * next, oddRe, 1);
      v128.store64_lane(im + to + 3 * next, oddIm, 1);
    }
  }
}

/** Copies `n` runs of `s` numbers, `fromPitch` and `toPitch` numbers apart. */
export function runs(from: usize, fromPitch: i32, to: usize, toPitch: i32, n: i32, s: i32): void {
  const step = <usize>s << 3;
  for (let k = 0; k < n; k++) {
    for (let q: usize = 0; q < step; q += 16) v128.store(to + q, v128.load(from + q));
    from += <usize>fromPitch << 3;
    to += <usize>toPitch << 3;
  }
}

/** So many zeros, an even number. */
export function clear(at: usize, count: i32): void {
  const end = at + (<usize>count << 3);
  for (; at < end; at += 16) v128.store(at, f64x2.splat(0));
}
