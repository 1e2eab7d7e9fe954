import { KernelError, needLength, type Numbers } from './numbers.ts';

/** One pass: `radix` values become `radix` others, with these factors (cos, sin of -2 pi p k / length) for p in 0 ... m - 1 and k in 1 ... radix - 1. */
export interface Pass {
  readonly radix: number;
  readonly m: number;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** cos and sin of -2 pi k / radix, for radices without a formula of their own. */
  readonly roots: readonly [Float64Array, Float64Array];
}

/**
 * The discrete Fourier transform of one length, forward and not scaled, as `numpy.fft.fft` has it: X[k] = sum x[j] exp(-2 pi i j k / n). Made once, then run in place on any
 * number of signals that lie element by element beside each other. Mixed radices in Stockham's order; a length with a prime factor above 13 by
 * Bluestein's chirp (doi:10.1109/TAU.1970.1162132). float64; NaN anywhere makes all NaN. Errors: KERNEL_LENGTH, FFT_LENGTH.
 */
export class Fft {
  readonly n: number;
  readonly #passes: readonly Pass[] | undefined;
  readonly #chirp: Chirp | undefined;
  #work: readonly [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];

  constructor(n: number) {
    if (!(Number.isInteger(n) && n > 0)) throw new KernelError('FFT_LENGTH', `a transform has a whole number of elements from 1, not ${n}`);
    this.n = n;
    const radices = factors(n);
    if (radices) this.#passes = passesOf(n, radices);
    else this.#chirp = new Chirp(n);
  }

  /** Transforms `width` signals in place: element j of signal q at j * width + q. */
  run(re: Float64Array, im: Float64Array, width = 1): void {
    const size = this.n * width;
    needLength('the real part', re, size);
    needLength('the imaginary part', im, size);
    const passes = this.#passes;
    if (!passes) {
      this.#chirp!.run(re, im, width);
      return;
    }
    if (this.#work[0].length < size) this.#work = [new Float64Array(size), new Float64Array(size)];
    let [xr, xi] = [re, im];
    let [yr, yi] = this.#work;
    let step = width;
    for (const pass of passes) {
      (BUTTERFLIES[pass.radix] ?? anyRadix)(pass, step, xr, xi, yr, yi);
      step *= pass.radix;
      [xr, xi, yr, yi] = [yr, yi, xr, xi];
    }
    if (xr !== re) {
      for (let i = 0; i < size; i++) re[i] = xr[i];
      for (let i = 0; i < size; i++) im[i] = xi[i];
    }
  }
}

/**
 * The transform of real signals of one length, as `numpy.fft.rfft`: frequencies 0 to half of n, floor(n / 2) + 1 of them. An even length is done as a complex signal of half of it. A signal with a NaN or infinity is all
 * NaN. Errors:
 * KERNEL_LENGTH, FFT_LENGTH.
 */
export class RealFft {
  readonly n: number;
  /** How many frequencies there are. */
  readonly half: number;
  readonly #fft: Fft;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  constructor(n: number) {
    this.n = n;
    this.half = Math.floor(n / 2) + 1;
    const m = n % 2 === 0 ? n / 2 : n;
    this.#fft = new Fft(m);
    [this.#re, this.#im] = [new Float64Array(m), new Float64Array(m)];
    [this.#cos, this.#sin] = [new Float64Array(this.half), new Float64Array(this.half)];
    for (let k = 0; k < this.half; k++) [this.#cos[k], this.#sin[k]] = turn(k, n);
  }

  /** Of x[from] ... x[from + n - 1], into the first elements of `re` and `im`. */
  run(x: Numbers, from: number, re: Float64Array, im: Float64Array): void {
    this.#run(x, from, re, im);
    // The constant is the sum of all. Of one bit pattern, whatever the NaN that came in.
    if (Number.isFinite(re[0])) return;
    re.fill(NaN, 0, this.half);
    im.fill(NaN, 0, this.half);
  }

  #run(x: Numbers, from: number, re: Float64Array, im: Float64Array): void {
    const { n, half } = this;
    needLength('the signal', x, from + n);
    needLength('the real part', re, half);
    needLength('the imaginary part', im, half);
    const [a, b] = [this.#re, this.#im];
    if (n % 2 === 1) {
      for (let i = 0; i < n; i++) a[i] = x[from + i];
      b.fill(0);
      this.#fft.run(a, b);
      for (let k = 0; k < half; k++) {
        re[k] = a[k];
        im[k] = b[k];
      }
      return;
    }
    const m = n / 2;
    for (let i = 0; i < m; i++) {
      a[i] = x[from + 2 * i];
      b[i] = x[from + 2 * i + 1];
    }
    this.#fft.run(a, b);
    const [cos, sin] = [this.#cos, this.#sin];
    for (let k = 0; k <= m; k++) {
      const here = k === m ? 0 : k;
      const there = k === 0 ? 0 : m - k;
      // Of the even elements, and of the odd ones.
      const er = (a[here] + a[there]) / 2;
      const ei = (b[here] - b[there]) / 2;
      const or = (b[here] + b[there]) / 2;
      const oi = (a[there] - a[here]) / 2;
      re[k] = er + or * cos[k] - oi * sin[k];
      im[k] = ei + or * sin[k] + oi * cos[k];
    }
  }
}

/** 4s first, then the primes; undefined with one above 13, for which the direct sum is slower than a convolution. */
export function factors(n: number): number[] | undefined {
  const out: number[] = [];
  let rest = n;
  for (const radix of [4, 2, 3, 5, 7, 11, 13]) {
    for (; rest % radix === 0; rest /= radix) out.push(radix);
  }
  return rest === 1 ? out : undefined;
}

export function passesOf(n: number, radices: readonly number[]): Pass[] {
  let length = n;
  return radices.map((radix) => {
    const m = length / radix;
    const [cos, sin] = [new Float64Array(m * (radix - 1)), new Float64Array(m * (radix - 1))];
    for (let p = 0; p < m; p++) {
      for (let k = 1; k < radix; k++) [cos[p * (radix - 1) + k - 1], sin[p * (radix - 1) + k - 1]] = turn(p * k, length);
    }
    const roots = [new Float64Array(radix), new Float64Array(radix)] as const;
    for (let k = 0; k < radix; k++) [roots[0][k], roots[1][k]] = turn(k, radix);
    length = m;
    return { radix, m, cos, sin, roots };
  });
}

/** cos and sin of -2 pi k / n; exact where they are 0, 1 or -1. */
function turn(k: number, n: number): readonly [number, number] {
  const eighths = (8 * (k % n)) / n;
  if (eighths === 0) return [1, 0];
  if (eighths === 2) return [0, -1];
  if (eighths === 4) return [-1, 0];
  if (eighths === 6) return [0, 1];
  const angle = (-2 * Math.PI * (k % n)) / n;
  return [Math.cos(angle), Math.sin(angle)];
}

function radix2({ m, cos, sin }: Pass, s: number, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  for (let p = 0; p < m; p++) {
    const c = cos[p];
    const w = sin[p];
    let a = s * p;
    let b = s * (p + m);
    let to = s * 2 * p;
    for (let q = 0; q < s; q++, a++, b++, to++) {
      const dr = xr[a] - xr[b];
      const di = xi[a] - xi[b];
      yr[to] = xr[a] + xr[b];
      yi[to] = xi[a] + xi[b];
      yr[to + s] = dr * c - di * w;
      yi[to + s] = dr * w + di * c;
    }
  }
}

function radix4({ m, cos, sin }: Pass, s: number, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const quarter = s * m;
  for (let p = 0; p < m; p++) {
    const c1 = cos[3 * p];
    const s1 = sin[3 * p];
    const c2 = cos[3 * p + 1];
    const s2 = sin[3 * p + 1];
    const c3 = cos[3 * p + 2];
    const s3 = sin[3 * p + 2];
    let a = s * p;
    let to = s * 4 * p;
    for (let q = 0; q < s; q++, a++, to++) {
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const er = xr[a] + xr[c];
      const ei = xi[a] + xi[c];
      const fr = xr[a] - xr[c];
      const fi = xi[a] - xi[c];
      const gr = xr[b] + xr[d];
      const gi = xi[b] + xi[d];
      // -i times the difference.
      const hr = xi[b] - xi[d];
      const hi = xr[d] - xr[b];
      yr[to] = er + gr;
      yi[to] = ei + gi;
      const ur = fr + hr;
      const ui = fi + hi;
      yr[to + s] = ur * c1 - ui * s1;
      yi[to + s] = ur * s1 + ui * c1;
      const vr = er - gr;
      const vi = ei - gi;
      yr[to + 2 * s] = vr * c2 - vi * s2;
      yi[to + 2 * s] = vr * s2 + vi * c2;
      const wr = fr - hr;
      const wi = fi - hi;
      yr[to + 3 * s] = wr * c3 - wi * s3;
      yi[to + 3 * s] = wr * s3 + wi * c3;
    }
  }
}

/** cos and sin of a third and a fifth of a turn, and of two fifths. */
const [SIN3, COS5, SIN5, COS52, SIN52] = [Math.sqrt(3) / 2, Math.cos((2 * Math.PI) / 5), Math.sin((2 * Math.PI) / 5), Math.cos((4 * Math.PI) / 5), Math.sin((4 * Math.PI) / 5)];

function radix3({ m, cos, sin }: Pass, s: number, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const third = s * m;
  for (let p = 0; p < m; p++) {
    const c1 = cos[2 * p];
    const s1 = sin[2 * p];
    const c2 = cos[2 * p + 1];
    const s2 = sin[2 * p + 1];
    let a = s * p;
    let to = s * 3 * p;
    for (let q = 0; q < s; q++, a++, to++) {
      const b = a + third;
      const c = b + third;
      const tr = xr[b] + xr[c];
      const ti = xi[b] + xi[c];
      const mr = xr[a] - tr / 2;
      const mi = xi[a] - ti / 2;
      const dr = SIN3 * (xi[b] - xi[c]);
      const di = SIN3 * (xr[c] - xr[b]);
      yr[to] = xr[a] + tr;
      yi[to] = xi[a] + ti;
      const ur = mr + dr;
      const ui = mi + di;
      const vr = mr - dr;
      const vi = mi - di;
      yr[to + s] = ur * c1 - ui * s1;
      yi[to + s] = ur * s1 + ui * c1;
      yr[to + 2 * s] = vr * c2 - vi * s2;
      yi[to + 2 * s] = vr * s2 + vi * c2;
    }
  }
}

function radix5({ m, cos, sin }: Pass, s: number, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const fifth = s * m;
  for (let p = 0; p < m; p++) {
    const w = 4 * p;
    let a = s * p;
    let to = s * 5 * p;
    for (let q = 0; q < s; q++, a++, to++) {
      const b = a + fifth;
      const c = b + fifth;
      const d = c + fifth;
      const e = d + fifth;
      const pr = xr[b] + xr[e];
      const pi = xi[b] + xi[e];
      const qr = xr[c] + xr[d];
      const qi = xi[c] + xi[d];
      // -i times the differences.
      const er = xi[b] - xi[e];
      const ei = xr[e] - xr[b];
      const fr = xi[c] - xi[d];
      const fi = xr[d] - xr[c];
      const r1 = xr[a] + COS5 * pr + COS52 * qr;
      const i1 = xi[a] + COS5 * pi + COS52 * qi;
      const r2 = xr[a] + COS52 * pr + COS5 * qr;
      const i2 = xi[a] + COS52 * pi + COS5 * qi;
      const g1r = SIN5 * er + SIN52 * fr;
      const g1i = SIN5 * ei + SIN52 * fi;
      const g2r = SIN52 * er - SIN5 * fr;
      const g2i = SIN52 * ei - SIN5 * fi;
      yr[to] = xr[a] + pr + qr;
      yi[to] = xi[a] + pi + qi;
      put(yr, yi, to + s, r1 + g1r, i1 + g1i, cos[w], sin[w]);
      put(yr, yi, to + 2 * s, r2 + g2r, i2 + g2i, cos[w + 1], sin[w + 1]);
      put(yr, yi, to + 3 * s, r2 - g2r, i2 - g2i, cos[w + 2], sin[w + 2]);
      put(yr, yi, to + 4 * s, r1 - g1r, i1 - g1i, cos[w + 3], sin[w + 3]);
    }
  }
}

function put(yr: Float64Array, yi: Float64Array, at: number, re: number, im: number, c: number, s: number): void {
  yr[at] = re * c - im * s;
  yi[at] = re * s + im * c;
}

function anyRadix({ radix, m, cos, sin, roots: [rootCos, rootSin] }: Pass, s: number, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  for (let p = 0; p < m; p++) {
    for (let k = 0; k < radix; k++) {
      const c = k === 0 ? 1 : cos[p * (radix - 1) + k - 1];
      const w = k === 0 ? 0 : sin[p * (radix - 1) + k - 1];
      for (let q = 0; q < s; q++) {
        let [sr, si, turnAt] = [0, 0, 0];
        for (let j = 0, from = s * p + q; j < radix; j++, from += s * m) {
          sr += xr[from] * rootCos[turnAt] - xi[from] * rootSin[turnAt];
          si += xr[from] * rootSin[turnAt] + xi[from] * rootCos[turnAt];
          turnAt += k;
          if (turnAt >= radix) turnAt -= radix;
        }
        const to = s * (radix * p + k) + q;
        yr[to] = sr * c - si * w;
        yi[to] = sr * w + si * c;
      }
    }
  }
}

const BUTTERFLIES: Readonly<Record<number, typeof anyRadix>> = { 2: radix2, 3: radix3, 4: radix4, 5: radix5 };

/** The smallest length from `least` on that has no other factors than 4, 2, 3 and 5. */
export function smooth(least: number): number {
  for (let n = least; ; n++) {
    let rest = n;
    for (const radix of [4, 2, 3, 5]) while (rest % radix === 0) rest /= radix;
    if (rest === 1) return n;
  }
}

/** A transform of any length as a convolution with a chirp, by transforms of a length that is easy. */
class Chirp {
  readonly #n: number;
  readonly #long: Fft;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #kernel: readonly [Float64Array, Float64Array];
  readonly #a: Float64Array;
  readonly #b: Float64Array;

  constructor(n: number) {
    this.#n = n;
    const m = smooth(2 * n - 1);
    this.#long = new Fft(m);
    [this.#cos, this.#sin] = [new Float64Array(n), new Float64Array(n)];
    const [kr, ki] = (this.#kernel = [new Float64Array(m), new Float64Array(m)]);
    for (let k = 0; k < n; k++) {
      // k^2 modulo 2n keeps the angle exact for long signals.
      const angle = (Math.PI * ((k * k) % (2 * n))) / n;
      [this.#cos[k], this.#sin[k]] = [Math.cos(angle), Math.sin(angle)];
      kr[k] = kr[(m - k) % m] = this.#cos[k];
      ki[k] = ki[(m - k) % m] = this.#sin[k];
    }
    this.#long.run(kr, ki);
    [this.#a, this.#b] = [new Float64Array(m), new Float64Array(m)];
  }

  run(re: Float64Array, im: Float64Array, width: number): void {
    const [n, m, c, s] = [this.#n, this.#long.n, this.#cos, this.#sin];
    const [a, b, [kr, ki]] = [this.#a, this.#b, this.#kernel];
    for (let q = 0; q < width; q++) {
      for (let k = 0, at = q; k < n; k++, at += width) {
        a[k] = re[at] * c[k] + im[at] * s[k];
        b[k] = im[at] * c[k] - re[at] * s[k];
      }
      a.fill(0, n);
      b.fill(0, n);
      this.#long.run(a, b);
      for (let k = 0; k < m; k++) {
        const x = a[k] * kr[k] - b[k] * ki[k];
        // Conjugated: a second forward transform is the inverse one then.
        b[k] = -(a[k] * ki[k] + b[k] * kr[k]);
        a[k] = x;
      }
      this.#long.run(a, b);
      for (let k = 0, at = q; k < n; k++, at += width) {
        const x = a[k] / m;
        const y = -b[k] / m;
        re[at] = x * c[k] + y * s[k];
        im[at] = y * c[k] - x * s[k];
      }
    }
  }
}
