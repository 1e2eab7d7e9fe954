import { erf } from './erf.ts';

/** A curve with a few parameters, in coordinates in which the data lie between -1 and 1. */
export interface Model {
  /** Of the parameters, in their order. */
  readonly names: readonly string[];
  /** The value at t; the derivatives by each parameter go to `slopes`. */
  readonly at: (p: Float64Array, t: number, slopes: Float64Array) => number;
  /** Parameters to begin with, one or several sets, in groups: a later group is for points that the ones before do not explain. t ascending, not all the same. */
  readonly starts: (t: Float64Array, y: Float64Array) => readonly (readonly (readonly number[])[])[];
  /**
   * The same curve over x = middle + half * t and with values `scale` times as large: its parameters, and the matrix (row by row) by which errors change.
   * Peaks and steps keep their form; the coefficients of a polynomial mix.
   */
  readonly given: (p: Float64Array, middle: number, half: number, scale: number) => { readonly values: number[]; readonly matrix: number[][] };
}

export const models = ['linear', 'cubic', 'gaussian', 'lorentzian', 'erf'] as const;
/** What can be fitted. */
export type ModelName = (typeof models)[number];

/** `sum p[k] t^(degree - k)`. Of any start it is found in one step. */
function polynomial(names: readonly string[]): Model {
  const degree = names.length - 1;
  return {
    names,
    at(p, t, slopes) {
      let [power, value] = [1, 0];
      for (let k = degree; k >= 0; k--) {
        slopes[k] = power;
        value += p[k]! * power;
        power *= t;
      }
      return value;
    },
    starts: () => [[names.map(() => 0)]],
    given(p, middle, half, scale) {
      // ((x - middle) / half)^n written out in powers of x.
      const matrix = names.map(() => names.map(() => 0));
      for (let k = 0; k <= degree; k++) {
        const n = degree - k;
        let binomial = 1;
        for (let j = 0; j <= n; j++) {
          matrix[degree - j]![k] = (scale * binomial * (-middle) ** (n - j)) / half ** n;
          binomial = (binomial * (n - j)) / (j + 1);
        }
      }
      return { values: matrix.map((row) => row.reduce((sum, m, k) => sum + m * p[k]!, 0)), matrix };
    },
  };
}

/** height * shape((t - centre) / width) + offset. `shape` gives value and derivative. */
function located(width: string, shape: (u: number) => readonly [value: number, slope: number], starts: Model['starts']): Model {
  return {
    names: ['height', 'centre', width, 'offset'],
    at(p, t, slopes) {
      const u = (t - p[1]!) / p[2]!;
      const [value, slope] = shape(u);
      slopes[0] = value;
      slopes[1] = (-p[0]! * slope) / p[2]!;
      slopes[2] = (-p[0]! * slope * u) / p[2]!;
      slopes[3] = 1;
      return p[0]! * value + p[3]!;
    },
    starts,
    given(p, middle, half, scale) {
      // The width is above 0, also where the search went to the other side: a peak is the same, a step the other way round.
      const turned = p[2]! < 0 && shape(1)[0] !== shape(-1)[0];
      const [height, offset] = turned ? [-p[0]!, p[3]! + p[0]!] : [p[0]!, p[3]!];
      const sign = turned ? -1 : 1;
      return {
        values: [height * scale, middle + half * p[1]!, half * Math.abs(p[2]!), offset * scale],
        matrix: [[sign * scale, 0, 0, 0], [0, half, 0, 0], [0, 0, half, 0], [turned ? scale : 0, 0, 0, scale]],
      };
    },
  };
}

const gaussian = (u: number): readonly [number, number] => {
  const value = Math.exp(-0.5 * u * u);
  return [value, -u * value];
};
const lorentzian = (u: number): readonly [number, number] => {
  const value = 1 / (1 + u * u);
  return [value, -2 * u * value * value];
};
const step = (u: number): readonly [number, number] => [0.5 * (1 + erf(u * Math.SQRT1_2)), Math.exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI)];

/** Means over a tenth of the points: noise is less, a peak wider than that stays. */
function smoothed(y: Float64Array): Float64Array {
  const reach = Math.floor(y.length / 20);
  return y.map((_, i) => {
    const some = y.subarray(Math.max(0, i - reach), i + reach + 1);
    return some.reduce((sum, v) => sum + v, 0) / some.length;
  });
}

/** Highest or lowest point over the middle of all, and how wide it is at half height; of the curve as it is, and smoothed. Then the other way up: where most points lie on the peak, the middle of all says nothing. */
function peakStarts(perHalfWidth: number): Model['starts'] {
  return (t, raw) => [true, false].map((likely) => (likely ? [smoothed(raw), raw] : [smoothed(raw)]).flatMap((y) => {
    const sorted = y.slice().sort();
    const median = sorted[y.length >> 1]!;
    const higher = sorted.at(-1)! - median >= median - sorted[0]!;
    const up = likely ? higher : !higher;
    // A peak that fills the range has its foot below the median.
    const out: number[][] = [];
    for (const offset of [median, up ? sorted[0]! : sorted.at(-1)!]) {
      const height = (up ? sorted.at(-1)! : sorted[0]!) - offset;
      const top = y.indexOf(up ? sorted.at(-1)! : sorted[0]!);
      const above = (i: number): boolean => (y[i]! - offset) / height > 0.5;
      let [first, last] = [top, top];
      while (first > 0 && above(first - 1)) first--;
      while (last < y.length - 1 && above(last + 1)) last++;
      const half = Math.max((t[last]! - t[first]!) / 2, 1 / y.length);
      for (const width of likely ? [half, 3 * half, half / 3] : [half]) out.push([height, (t[first]! + t[last]!) / 2, width / perHalfWidth, offset]);
    }
    return out;
  }));
}

/** The level at both ends, and where the curve goes through the middle between them. */
function stepStarts(t: Float64Array, y: Float64Array): readonly (readonly (readonly number[])[])[] {
  const some = Math.max(1, Math.floor(y.length / 10));
  const level = (from: number): number => y.subarray(from, from + some).reduce((sum, v) => sum + v, 0) / some;
  const [low, high] = [level(0), level(y.length - some)];
  // The area over the curve, as a step of this height would have it: noise counts little.
  let area = 0;
  for (let i = 1; i < y.length; i++) area += ((high - y[i]! + high - y[i - 1]!) / 2 / (high - low)) * (t[i]! - t[i - 1]!);
  const by = t[0]! + area;
  const centre = by > t[0]! && by < t.at(-1)! ? by : 0;
  return [[0.15, 0.05, 0.5].map((width) => [high - low, centre, width, low])];
}

/**
 * linear: slope x + intercept; cubic: a x^3 + b x^2 + c x + d; gaussian: height exp(-(x - centre)^2 / (2 sigma^2)) + offset; lorentzian: height / (1 + ((x - centre) / gamma)^2)
 * + offset; erf: height (1 + erf((x - centre) / (sqrt(2) sigma))) / 2 + offset, the edge of which the derivative is a Gaussian.
 */
export const modelOf: Readonly<Record<ModelName, Model>> = {
  linear: polynomial(['slope', 'intercept']),
  cubic: polynomial(['a', 'b', 'c', 'd']),
  gaussian: located('sigma', gaussian, peakStarts(Math.sqrt(2 * Math.LN2))),
  lorentzian: located('gamma', lorentzian, peakStarts(1)),
  erf: located('sigma', step, stepStarts),
};
