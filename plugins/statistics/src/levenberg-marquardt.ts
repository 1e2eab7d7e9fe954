import type { Model } from './models.ts';

/** Where the search ended. */
export interface Found {
  readonly p: Float64Array;
  /** Sum of squared, weighted distances. */
  readonly chi2: number;
  /** Inverse of the curvature matrix, row by row; undefined where it has none. */
  readonly covariance: readonly Float64Array[] | undefined;
  readonly converged: boolean;
}

const STEPS = 100;

/**
 * Least squares by Levenberg's and Marquardt's method (doi:10.1137/0111030): steps between that of Gauss and Newton and one down the slope, by a damping that is
 * divided by 10 after every step that helped. It has converged when a step changes the sum of squares and the parameters no more than rounding does. `weights` are 1 / sigma.
 */
export function levenbergMarquardt(model: Model, t: Float64Array, y: Float64Array, weights: Float64Array | undefined, start: readonly number[]): Found {
  const n = model.names.length;
  let p = Float64Array.from(start);
  let [next, slopes] = [new Float64Array(n), new Float64Array(n)];
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  const down = new Float64Array(n);

  function chi2Of(at: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < t.length; i++) {
      const off = (y[i]! - model.at(at, t[i]!, slopes)) * (weights ? weights[i]! : 1);
      sum += off * off;
    }
    return sum;
  }

  /** The curvature and the way down at p. */
  function curvature(): void {
    for (const row of rows) row.fill(0);
    down.fill(0);
    for (let i = 0; i < t.length; i++) {
      const weight = weights ? weights[i]! * weights[i]! : 1;
      const off = y[i]! - model.at(p, t[i]!, slopes);
      for (let a = 0; a < n; a++) {
        const s = slopes[a]! * weight;
        down[a]! += s * off;
        for (let b = 0; b <= a; b++) rows[a]![b]! += s * slopes[b]!;
      }
    }
  }

  // Where nothing but rounding is left.
  const floor = 1e-28 * y.reduce((sum, value, i) => sum + (value * (weights ? weights[i]! : 1)) ** 2, 0);
  let chi2 = chi2Of(p);
  let [damping, converged] = [1e-3, false];
  for (let step = 0; step < STEPS && !converged && Number.isFinite(chi2); step++) {
    curvature();
    for (;;) {
      const by = solve(rows, down, damping);
      if (!by) {
        damping *= 10;
        if (damping > 1e20) break;
        continue;
      }
      const small = by.every((d, k) => Math.abs(d) <= 1e-9 * (Math.abs(p[k]!) + 1e-3));
      for (let k = 0; k < n; k++) next[k] = p[k]! + by[k]!;
      const after = chi2Of(next);
      if (after <= chi2) {
        converged = small && (chi2 - after <= 1e-12 * chi2 || after <= floor);
        [p, next, chi2] = [next, p, after];
        damping = Math.max(damping / 10, 1e-15);
        break;
      }
      // At the bottom no step helps, however short.
      if (small) {
        converged = true;
        break;
      }
      damping *= 10;
      if (damping > 1e20) break;
    }
    if (damping > 1e20) break;
  }
  curvature();
  const unit = Array.from({ length: n }, (_, k) => Float64Array.from({ length: n }, (__, i) => (i === k ? 1 : 0)));
  const inverse = unit.map((column) => solve(rows, column, 0));
  return { p, chi2, converged, covariance: inverse.every((row) => row !== undefined) ? inverse : undefined };
}

/** Solves (A + damping diag(A)) x = b by Cholesky's method, scaled to a diagonal of 1; the lower triangle of A is given. Undefined where A is singular. */
function solve(lower: readonly Float64Array[], b: Float64Array, damping: number): Float64Array | undefined {
  const n = b.length;
  const scale = lower.map((row, k) => 1 / Math.sqrt(row[k]!));
  if (!scale.every((s) => Number.isFinite(s) && s > 0)) return undefined;
  const factor = lower.map((row, a) => row.map((x, i) => (i > a ? 0 : x * scale[a]! * scale[i]! + (i === a ? damping : 0))));
  for (let a = 0; a < n; a++) {
    for (let i = 0; i <= a; i++) {
      let sum = factor[a]![i]!;
      for (let k = 0; k < i; k++) sum -= factor[a]![k]! * factor[i]![k]!;
      if (i < a) factor[a]![i] = sum / factor[i]![i]!;
      else if (sum > n * Number.EPSILON) factor[a]![a] = Math.sqrt(sum);
      else return undefined;
    }
  }
  const x = b.map((value, k) => value * scale[k]!);
  for (let a = 0; a < n; a++) {
    for (let k = 0; k < a; k++) x[a]! -= factor[a]![k]! * x[k]!;
    x[a]! /= factor[a]![a]!;
  }
  for (let a = n - 1; a >= 0; a--) {
    for (let k = a + 1; k < n; k++) x[a]! -= factor[k]![a]! * x[k]!;
    x[a]! /= factor[a]![a]!;
  }
  return x.map((value, k) => value * scale[k]!);
}
