import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { elementsOf, type Value } from './elements.ts';
import { equalBins, type BinOptions } from './equal-bins.ts';
import { windowOf, written, type Bounded } from './options.ts';

/** Counts per bin, and of what fell outside or was NaN. */
export interface HistogramState {
  readonly counts: Float64Array;
  below: number;
  above: number;
  nan: number;
}

/**
 * Counts of values (a number or every element of an array) in `bins` equal bins over `range`; bins half-open, the last
 * closed, as `numpy.histogram` has it. The result is labelled with the edges; `below`, `above` and `nan` are its `counts`.
 * Errors: `REDUCER_BINS`, `REDUCER_VALUE`.
 */
export function histogram(options: BinOptions & Bounded): Reducer<Value, HistogramState, Labelled<NdArray<1>>> {
  const { bins, range, trains } = options;
  const along = equalBins('A histogram', options);
  return reducer({
    name: written('histogram', { bins, range, trains }),
    kind: 'vector',
    ...windowOf(options),
    initial: () => ({ counts: new Float64Array(bins), below: 0, above: 0, nan: 0 }),
    add(state: HistogramState, value: Value) {
      const { data } = elementsOf(value, 'A histogram');
      for (let i = 0; i < data.length; i++) {
        const x = Number(data[i]);
        const bin = Number.isNaN(x) ? NaN : along.indexOf(x);
        if (Number.isNaN(bin)) state.nan += 1;
        else if (bin < 0) state.below += 1;
        else if (bin === bins) state.above += 1;
        else state.counts[bin]! += 1;
      }
      return state;
    },
    merge: (a, b) => ({
      counts: a.counts.map((n, i) => n + b.counts[i]!),
      below: a.below + b.below,
      above: a.above + b.above,
      nan: a.nan + b.nan,
    }),
    result: ({ counts, below, above, nan }) => labelled(ndarray(counts.slice(), [bins]) as NdArray<1>, { axes: [along.axis('value')], unit: 'counts', counts: { below, above, nan } }),
  });
}
