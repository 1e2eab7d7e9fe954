import { YardError, asNdArray, flatData, ndarray, type NdArray, type NdLike } from '@trainyard/core';
import { levenbergMarquardt, type Found } from './levenberg-marquardt.ts';
import { modelOf, models, type ModelName } from './models.ts';

/** What was found; all numbers are NaN where it did not converge. */
export interface CurveFit {
  readonly model: ModelName;
  readonly converged: boolean;
  /** Why it did not converge; empty where it did. */
  readonly reason: string;
  /** By name, in the order of the model. */
  readonly values: Readonly<Record<string, number>>;
  /** One standard deviation of each. */
  readonly errors: Readonly<Record<string, number>>;
  /** Points that had a number. */
  readonly points: number;
  /** Sum of squared distances (in units of their errors where these were given) over points less parameters. */
  readonly reducedChi2: number;
  /** Full width at half height of a peak, or of the derivative of an edge; NaN for the others. */
  readonly fwhm: number;
  /** The curve at these x, float64; NaN where it did not converge. */
  at(x: NdLike): NdArray;
}

export interface FitOptions {
  /** One standard deviation of each y, above 0: weights, and the unit of the errors. Without it all points count alike and the scatter about the curve is their error. */
  readonly errors?: NdLike<1> | undefined;
}

const FWHM: Partial<Record<ModelName, readonly [name: string, factor: number]>> = {
  gaussian: ['sigma', 2 * Math.sqrt(2 * Math.LN2)], erf: ['sigma', 2 * Math.sqrt(2 * Math.LN2)], lorentzian: ['gamma', 2],
};

/**
 * Fits a curve of the kind `model` through the points (x, y) by least squares, with start values of its own: a line, a cubic polynomial, a Gaussian or Lorentzian peak or dip
 * on a flat ground, an edge (erf); the formulas are those of `models.ts`. x and y are vectors of one length in any order and dtype, computed in float64; points in
 * which a number is NaN or infinite are left out. Of more than 1000 points the place is first looked for among means of neighbours, so that a narrower peak may be missed. Errors of the parameters are the square roots of the diagonal of the covariance (`scipy.optimize.curve_fit`:
 * with `errors` as its `absolute_sigma=True`); NaN with as many points as parameters. A fit that does not converge, or that has too few points, has
 * `converged: false`, a `reason` and NaN everywhere. Errors: FIT_MODEL, FIT_LENGTH.
 */
export function fitCurve(x: NdLike<1>, y: NdLike<1>, model: ModelName, { errors }: FitOptions = {}): CurveFit {
  if (!models.includes(model)) throw new YardError('FIT_MODEL', `There is no model "${String(model)}" to fit: ${models.join(', ')}.`);
  const [xs, ys, sigmas] = [x, y, errors].map((side) => side && numbersOf(side));
  for (const [name, side] of [['y', ys], ['errors', sigmas]] as const) {
    if (side && side.length !== xs!.length) throw new YardError('FIT_LENGTH', `A fit needs one ${name} for each x, but there are ${side.length} for ${xs!.length}.`);
  }
  const kept = Array.from(xs!, (_, i) => i).filter((i) => Number.isFinite(xs![i]) && Number.isFinite(ys![i]) && (!sigmas || (sigmas[i]! > 0 && sigmas[i]! < Infinity)));
  kept.sort((a, b) => xs![a]! - xs![b]!);
  const { names, starts, given, at } = modelOf[model];
  const failed = (reason: string): CurveFit => {
    const nothing = Object.fromEntries(names.map((name) => [name, NaN]));
    return { model, converged: false, reason, values: nothing, errors: nothing, points: kept.length, reducedChi2: NaN, fwhm: NaN, at: (where) => ndarray(numbersOf(where).fill(NaN), where.shape) };
  };
  const different = kept.filter((at, i) => i === 0 || xs![at] !== xs![kept[i - 1]!]).length;
  if (different < names.length) return failed(`${names.length} parameters need at least ${names.length} points with a number at different x, not ${different}`);

  // Between -1 and 1 no parameter is much larger than another.
  const [low, high] = [xs![kept[0]!]!, xs![kept.at(-1)!]!];
  const [middle, half] = [low + (high - low) / 2, (high - low) / 2];
  const scale = kept.reduce((most, i) => Math.max(most, Math.abs(ys![i]!)), 0) || 1;
  const t = Float64Array.from(kept, (i) => (xs![i]! - middle) / half);
  const v = Float64Array.from(kept, (i) => ys![i]! / scale);
  const weights = sigmas && Float64Array.from(kept, (i) => scale / sigmas[i]!);
  if (names.includes('centre') && v.every((value) => value === v[0])) return failed('the curve is flat, so that it has no centre');

  // Of very many points the place is looked for among means of neighbours.
  const few = kept.length > FEW ? neighbours(t, v) : undefined;
  const flat = few ? aboutMean(few[1], undefined) : aboutMean(v, weights);
  let best: Found | undefined;
  for (const group of few ? starts(...few) : starts(t, v)) {
    for (const start of group) {
      const found = few ? levenbergMarquardt(modelOf[model], ...few, undefined, start) : levenbergMarquardt(modelOf[model], t, v, weights, start);
      if (!isWhole(found)) continue;
      // Two ways that lead to the same place are enough.
      if (best && Math.abs(found.chi2 - best.chi2) <= 1e-9 * best.chi2) break;
      if (!best || found.chi2 < best.chi2) best = found;
    }
    if (best && best.chi2 < 0.1 * flat) break;
  }
  if (best && few) {
    const found = levenbergMarquardt(modelOf[model], t, v, weights, Array.from(best.p));
    best = isWhole(found) ? found : undefined;
  }
  if (!best) return failed(`no ${model === 'erf' ? 'edge' : 'curve'} of this form was found in the ${kept.length} points`);
  const free = kept.length - names.length;
  const { values, matrix } = given(best.p, middle, half, scale);
  const { covariance, chi2, p } = best;
  const spread = sigmas ? 1 : free > 0 ? chi2 / free : NaN;
  const errorOf = (row: readonly number[]): number => Math.sqrt(spread * row.reduce((sum, a, i) => sum + a * row.reduce((inner, b, k) => inner + b * covariance![i]![k]!, 0), 0));
  const named = (list: readonly number[]): Readonly<Record<string, number>> => Object.fromEntries(names.map((name, k) => [name, list[k]!]));
  const [width, factor] = FWHM[model] ?? ['', NaN];
  const slopes = new Float64Array(names.length);
  return {
    model, converged: true, reason: '', values: named(values), errors: named(matrix.map(errorOf)), points: kept.length,
    reducedChi2: free > 0 ? (chi2 / free) * (sigmas ? 1 : scale * scale) : NaN,
    fwhm: factor * (named(values)[width] ?? NaN),
    at: (where) => ndarray(numbersOf(where).map((x) => scale * at(p, (x - middle) / half, slopes)), where.shape),
  };
}

const FEW = 1000;

/** Sum of the squared, weighted distances from the mean: what no curve at all leaves. */
function aboutMean(y: Float64Array, weights: Float64Array | undefined): number {
  const weight = (i: number): number => (weights ? weights[i]! ** 2 : 1);
  const mean = y.reduce((sum, value, i) => sum + value * weight(i), 0) / y.reduce((sum, _, i) => sum + weight(i), 0);
  return y.reduce((sum, value, i) => sum + weight(i) * (value - mean) ** 2, 0);
}

/** Means of so many neighbours that 500 to 1000 points are left. */
function neighbours(t: Float64Array, y: Float64Array): readonly [Float64Array, Float64Array] {
  const together = Math.ceil(t.length / FEW);
  const mean = (of: Float64Array): Float64Array => Float64Array.from({ length: Math.floor(of.length / together) }, (_, i) => of.subarray(i * together, (i + 1) * together).reduce((sum, x) => sum + x, 0) / together);
  return [mean(t), mean(y)];
}

function isWhole({ converged, covariance, p }: Found): boolean {
  return converged && covariance !== undefined && p.every(Number.isFinite);
}

/** A copy as float64. */
function numbersOf(of: NdLike): Float64Array {
  return Float64Array.from(flatData(asNdArray(of)) as ArrayLike<number>, Number);
}
