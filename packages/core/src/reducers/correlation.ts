import { ndarray, type NdArray } from '@trainyard/nd';
import { reducer, type Reducer } from '../reducer.ts';
import { windowOf, written, type Bounded } from './options.ts';
import { eachPair, type Pair } from './pairs.ts';

/** Means, and sums of products of distances from them. */
export interface CorrelationState {
  pairs: number;
  incomplete: number;
  meanX: number;
  meanY: number;
  xx: number;
  yy: number;
  xy: number;
}

/** One row, float64. `slopeError` is the standard error of `slope`. */
export type CorrelationResult = Readonly<Record<'pairs' | 'incomplete' | 'meanX' | 'meanY' | 'stdX' | 'stdY' | 'covariance' | 'r' | 'slope' | 'intercept' | 'slopeError', NdArray<1>>>;

/**
 * How two values go together: Pearson's r and the line `y = slope x + intercept` by least squares, with means, standard deviations and covariance
 * (`ddof` 1, as `numpy.cov`), as `scipy.stats.linregress` gives them. Vectors of one length count as many pairs. A table of one row, float64;
 * `incomplete` counts pairs of which a side was missing or not finite. NaN where there are too few pairs (2 for r and the line, 3 for its error) or x is
 * always the same. Parts are joined as in `variance`. Errors: `REDUCER_PAIRS`, `REDUCER_VALUE`.
 */
export function correlation(options: Bounded = {}): Reducer<Pair, CorrelationState, CorrelationResult> {
  return reducer({
    name: written('correlation', { trains: options.trains }),
    kind: 'table',
    ...windowOf(options),
    takes: ['x', 'y'],
    initial: () => ({ pairs: 0, incomplete: 0, meanX: 0, meanY: 0, xx: 0, yy: 0, xy: 0 }),
    add(state: CorrelationState, pair: Pair) {
      state.incomplete += eachPair(pair, 'A correlation', (x, y) => {
        state.pairs += 1;
        const fromX = x - state.meanX;
        const fromY = y - state.meanY;
        state.meanX += fromX / state.pairs;
        state.meanY += fromY / state.pairs;
        state.xx += fromX * (x - state.meanX);
        state.yy += fromY * (y - state.meanY);
        state.xy += fromX * (y - state.meanY);
      });
      return state;
    },
    merge(a, b) {
      const incomplete = a.incomplete + b.incomplete;
      if (b.pairs === 0) return { ...a, incomplete };
      if (a.pairs === 0) return { ...b, incomplete };
      const pairs = a.pairs + b.pairs;
      const share = b.pairs / pairs;
      const apartX = b.meanX - a.meanX;
      const apartY = b.meanY - a.meanY;
      const weight = a.pairs * share;
      return {
        pairs, incomplete, meanX: a.meanX + apartX * share, meanY: a.meanY + apartY * share,
        xx: a.xx + b.xx + apartX * apartX * weight, yy: a.yy + b.yy + apartY * apartY * weight, xy: a.xy + b.xy + apartX * apartY * weight,
      };
    },
    result: (state) => (state.pairs + state.incomplete === 0 ? undefined : resultOf(state)),
  });
}

function resultOf({ pairs, incomplete, meanX, meanY, xx, yy, xy }: CorrelationState): CorrelationResult {
  const some = pairs > 0 ? 1 : NaN;
  const spread = pairs > 1 ? 1 / (pairs - 1) : NaN;
  const slope = pairs > 1 && xx > 0 ? xy / xx : NaN;
  const r = pairs > 1 && xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : NaN;
  // A flat line has no r, but an error: none.
  const unexplained = yy > 0 ? (1 - r * r) * yy : 0;
  const columns = {
    pairs, incomplete, meanX: meanX * some, meanY: meanY * some, stdX: Math.sqrt(xx * spread), stdY: Math.sqrt(yy * spread), covariance: xy * spread,
    r, slope, intercept: meanY - slope * meanX, slopeError: pairs > 2 && xx > 0 ? Math.sqrt(unexplained / xx / (pairs - 2)) : NaN,
  };
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, ndarray(Float64Array.of(value), [1])])) as unknown as CorrelationResult;
}
