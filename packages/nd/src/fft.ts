import { blank } from './dtype.ts';
import { NdError } from './errors.ts';
import { flatData } from './layout.ts';
import type { Strided } from './types.ts';

/** One complex transform in place, forward, of any length: radix 2 where it is a power of 2, else Bluestein's chirp (doi:10.1109/TAU.1970.1162132). */
function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  if (n < 2) return;
  if ((n & (n - 1)) === 0) radix2(re, im);
  else bluestein(re, im);
}

function radix2(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  const [cos, sin] = roots(n);
  for (let half = 1; half < n; half *= 2) {
    const step = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const c = cos[k * step];
        const s = sin[k * step];
        const x = re[b] * c + im[b] * s;
        const y = im[b] * c - re[b] * s;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

const tables = new Map<number, readonly [Float64Array, Float64Array]>();
/** cos and sin of 2πk/n for the first half turn, kept for the few lengths that a program uses. */
function roots(n: number): readonly [Float64Array, Float64Array] {
  let table = tables.get(n);
  if (table === undefined) {
    const angle = (k: number) => (2 * Math.PI * k) / n;
    table = [Float64Array.from({ length: n / 2 }, (_, k) => Math.cos(angle(k))), Float64Array.from({ length: n / 2 }, (_, k) => Math.sin(angle(k)))];
    if (tables.size >= 16) tables.clear();
    tables.set(n, table);
  }
  return table;
}

function bluestein(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  const m = 2 ** Math.ceil(Math.log2(2 * n - 1));
  // k² modulo 2n keeps the angle exact for long rows.
  const angle = (k: number) => (Math.PI * ((k * k) % (2 * n))) / n;
  const [c, s] = [Float64Array.from(re, (_, k) => Math.cos(angle(k))), Float64Array.from(re, (_, k) => Math.sin(angle(k)))];
  const [ar, ai, br, bi] = Array.from({ length: 4 }, () => new Float64Array(m)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let k = 0; k < n; k++) {
    ar[k] = re[k] * c[k] + im[k] * s[k];
    ai[k] = im[k] * c[k] - re[k] * s[k];
    br[k] = br[(m - k) % m] = c[k]!;
    bi[k] = bi[(m - k) % m] = s[k]!;
  }
  radix2(ar, ai);
  radix2(br, bi);
  for (let k = 0; k < m; k++) {
    const x = ar[k] * br[k] - ai[k] * bi[k];
    // Conjugated, so that a second forward transform is the inverse one.
    ai[k] = -(ar[k] * bi[k] + ai[k] * br[k]);
    ar[k] = x;
  }
  radix2(ar, ai);
  for (let k = 0; k < n; k++) {
    const x = ar[k] / m;
    const y = -ai[k] / m;
    re[k] = x * c[k] + y * s[k];
    im[k] = y * c[k] - x * s[k];
  }
}

export interface ComplexParts { readonly re: Strided; readonly im: Strided }

/** Transforms rows (last axis) of length `n`; `keep` of each row are given. The inverse is the forward one of swapped parts over n. */
function rows(re: Strided, im: Strided | undefined, inverse: boolean, keep?: number): ComplexParts {
  const n = re.shape.at(-1);
  if (n === undefined || n === 0) throw new NdError('ND_EMPTY', 'fft needs an axis with at least one element');
  const [x, y] = [flatData(re, 'float64') as Float64Array, im === undefined ? undefined : (flatData(im, 'float64') as Float64Array)];
  const kept = keep ?? n;
  const shape = [...re.shape.slice(0, -1), kept];
  const [outRe, outIm] = [blank('float64', shape), blank('float64', shape)];
  const [a, b] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0, o = 0; i < x.length; i += n, o += kept) {
    a.set(x.subarray(i, i + n));
    if (y === undefined) b.fill(0);
    else b.set(y.subarray(i, i + n));
    if (inverse) transform(b, a);
    else transform(a, b);
    for (let k = 0; k < kept; k++) {
      outRe.data[o + k] = inverse ? a[k] / n : a[k];
      outIm.data[o + k] = inverse ? b[k] / n : b[k];
    }
  }
  return { re: outRe, im: outIm };
}

export const fft = (re: Strided, im?: Strided): ComplexParts => rows(re, im, false);
export const ifft = (re: Strided, im?: Strided): ComplexParts => rows(re, im, true);
export const rfft = (re: Strided): ComplexParts => rows(re, undefined, false, Math.floor((re.shape.at(-1) ?? 0) / 2) + 1);

/** The real row of length `n` (default even, 2(m-1)) whose `rfft` is given. */
export function irfft({ re, im }: ComplexParts, n: number = 2 * ((re.shape.at(-1) ?? 1) - 1)): Strided {
  const m = re.shape.at(-1) ?? 0;
  if (Math.floor(n / 2) + 1 !== m) throw new NdError('ND_ARGUMENT', `irfft: ${m} values give a row of ${2 * m - 2} or ${2 * m - 1} elements, not ${n}`);
  const shape = [...re.shape.slice(0, -1), n];
  const [fullRe, fullIm] = [blank('float64', shape), blank('float64', shape)];
  const [x, y] = [flatData(re, 'float64') as Float64Array, flatData(im, 'float64') as Float64Array];
  for (let i = 0, o = 0; i < x.length; i += m, o += n) {
    for (let k = 0; k < n; k++) {
      const mirrored = k >= m;
      const j = i + (mirrored ? n - k : k);
      fullRe.data[o + k] = x[j]!;
      // The parts of the constant and of the highest even frequency are real in a real row.
      fullIm.data[o + k] = k === 0 || 2 * k === n ? 0 : mirrored ? -y[j] : y[j];
    }
  }
  return rows(fullRe, fullIm, true).re;
}
