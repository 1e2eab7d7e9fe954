import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { kept, keeping, type Kept } from './kept.ts';
import { windowOf, written } from './options.ts';
import { eachPair, type Pair } from './pairs.ts';

/** The pairs of one train: x, y, x, y ... */
export interface ScatterEntry {
  readonly points: Float64Array;
  readonly incomplete: number;
}

/**
 * The pairs of the last `trains` train IDs as points, oldest first: float64 of shape (pairs, 2), columns x and y. Vectors of one length count as many
 * pairs. Its `counts` are `pairs` and `incomplete`. Errors: `REDUCER_PAIRS`, `REDUCER_VALUE`.
 */
export function scatter(options: { readonly trains: number }): Reducer<Pair, Kept<ScatterEntry>, Labelled<NdArray<2>>> {
  return reducer({
    name: written('scatter', { trains: options.trains }),
    kind: 'points',
    ...windowOf(options),
    takes: ['x', 'y'],
    ...keeping<ScatterEntry>(),
    add(state: Kept<ScatterEntry>, pair: Pair, trainId: number) {
      const points: number[] = [];
      const incomplete = eachPair(pair, 'A scatter', (x, y) => points.push(x, y));
      return kept(state, trainId, { points: Float64Array.from(points), incomplete });
    },
    result({ entries }) {
      if (entries.length === 0) return undefined;
      const out = new Float64Array(entries.reduce((total, { points }) => total + points.length, 0));
      let [at, incomplete] = [0, 0];
      for (const entry of entries) {
        out.set(entry.points, at);
        at += entry.points.length;
        incomplete += entry.incomplete;
      }
      return labelled(ndarray(out, [at / 2, 2]) as NdArray<2>, { counts: { pairs: at / 2, incomplete } });
    },
  });
}
