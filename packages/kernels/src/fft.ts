import { KernelError, needLength } from './numbers.ts';

/** One pass: `radix` values become `radix` others, with these factors (cos, sin of -2 pi p k / length) for p in 0 ... m - 1 and k in 1 ... radix - 1. */
interface Pass {
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
      if (pass.radix === 4) radix4(pass, step, xr, xi, yr, yi);
      else if (pass.radix === 2) radix2(pass, step, xr, xi, yr, yi);
      else anyRadix(pass, step, xr, xi, yr, yi);
      step *= pass.radix;
      [xr, xi, yr, yi] = [yr, yi, xr, xi];
    }
    if (xr !== re) {
      for (let i = 0; i < size; i++) re[i] = xr[i];
      for (let i = 0; i < size; i++) im[i] = xi[i];
    }
  }
}

/** Columns that are done together: they fit the cache next to the factors. */
const TOGETHER = 16;

/** The transform of an image along both axes, as `numpy.fft.fft2`: in place, rows x cols in C order. */
export class Fft2 {
  readonly rows: number;
  readonly cols: number;
  readonly #along: Fft;
  readonly #across: Fft;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(rows: number, cols: number) {
    this.rows = rows;
    this.cols = cols;
    this.#along = new Fft(cols);
    this.#across = rows === cols ? this.#along : new Fft(rows);
    this.#re = new Float64Array(Math.max(rows * TOGETHER, cols));
    this.#im = new Float64Array(this.#re.length);
  }

  run(re: Float64Array, im: Float64Array): void {
    const { rows, cols } = this;
    needLength('the real part', re, rows * cols);
    needLength('the imaginary part', im, rows * cols);
    const [a, b] = [this.#re, this.#im];
    for (let row = 0; row < rows; row++) {
      const from = row * cols;
      for (let k = 0; k < cols; k++) {
        a[k] = re[from + k];
        b[k] = im[from + k];
      }
      this.#along.run(a, b);
      for (let k = 0; k < cols; k++) {
        re[from + k] = a[k];
        im[from + k] = b[k];
      }
    }
    for (let col = 0; col < cols; col += TOGETHER) {
      const width = Math.min(TOGETHER, cols - col);
      for (let row = 0; row < rows; row++) {
        for (let q = 0; q < width; q++) {
          a[row * width + q] = re[row * cols + col + q];
          b[row * width + q] = im[row * cols + col + q];
        }
      }
      this.#across.run(a, b, width);
      for (let row = 0; row < rows; row++) {
        for (let q = 0; q < width; q++) {
          re[row * cols + col + q] = a[row * width + q];
          im[row * cols + col + q] = b[row * width + q];
        }
      }
    }
  }
}

/** 4s first, then the primes; undefined with one above 13, for which the direct sum is slower than a convolution. */
function factors(n: number): number[] | undefined {
  const out: number[] = [];
  let rest = n;
  for (const radix of [4, 2, 3, 5, 7, 11, 13]) {
    for (; rest % radix === 0; rest /= radix) out.push(radix);
  }
  return rest === 1 ? out : undefined;
}

function passesOf(n: number, radices: readonly number[]): Pass[] {
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
    const [c, w] = [cos[p], sin[p]];
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
  for (let p = 0; p < m; p++) {
    const [c1, s1, c2, s2, c3, s3] = [cos[3 * p], sin[3 * p], cos[3 * p + 1], sin[3 * p + 1], cos[3 * p + 2], sin[3 * p + 2]];
    let a = s * p;
    const quarter = s * m;
    let to = s * 4 * p;
    for (let q = 0; q < s; q++, a++, to++) {
      const [b, c, d] = [a + quarter, a + 2 * quarter, a + 3 * quarter];
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

/** A transform of any length as a convolution with a chirp, by transforms of a length of twos. */
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
    const m = 2 ** Math.ceil(Math.log2(2 * n - 1));
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
        const [x, y] = [a[k] / m, -b[k] / m];
        re[at] = x * c[k] + y * s[k];
        im[at] = y * c[k] - x * s[k];
      }
    }
  }
}
