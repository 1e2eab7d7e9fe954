import { asNdArray, ndarray, type NdArray } from '@trainyard/nd';
import { flatData } from '../flat-data.ts';
import { labelled, type Labelled } from '../kinds.ts';
import { YardError } from '../problem.ts';
import { reducer, type Reducer } from '../reducer.ts';

/** Counts per bin, and of what fell outside or was NaN. */
export interface HistogramState {
  readonly counts: Float64Array;
  below: number;
  above: number;
  nan: number;
}

/**
 * Counts of values (a number or every element of an array) in `bins` equal bins over `range`; bins half-open, the last
 * closed, as `numpy.histogram` has it. The result is labelled with the edges.
 */
export function histogram(options: { readonly bins: number; readonly range: readonly [number, number]; readonly unit?: string }): Reducer<number | NdArray, HistogramState, Labelled<NdArray<1>>> {
  const { bins, range: [low, high], unit } = options;
  if (!(Number.isInteger(bins) && bins > 0 && low < high && Number.isFinite(high - low))) throw new YardError('HISTOGRAM_BINS', `A histogram needs a whole number of bins and an ascending range, not bins ${bins} over [${low}, ${high}].`);
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * ((high - low) / bins)));
  const scale = bins / (high - low);

  function put(state: HistogramState, value: number): void {
    if (Number.isNaN(value)) state.nan += 1;
    else if (value < low) state.below += 1;
    else if (value > high) state.above += 1;
    else {
      let bin = Math.min(Math.floor((value - low) * scale), bins - 1);
      // Rounding may miss by one bin at an edge: the edges decide, as in numpy.
      if (value < edges[bin]!) bin -= 1;
      else if (value >= edges[bin + 1]! && bin < bins - 1) bin += 1;
      state.counts[bin]! += 1;
    }
  }

  return reducer({
    name: `histogram(bins=${bins}, range=[${low}, ${high}])`,
    kind: 'vector',
    initial: () => ({ counts: new Float64Array(bins), below: 0, above: 0, nan: 0 }),
    add(state: HistogramState, value: number | NdArray) {
      if (typeof value === 'object') {
        const flat = flatData(asNdArray(value));
        for (let i = 0; i < flat.length; i++) put(state, Number(flat[i]));
      } else put(state, Number(value));
      return state;
    },
    merge: (a, b) => ({
      counts: a.counts.map((n, i) => n + b.counts[i]!),
      below: a.below + b.below,
      above: a.above + b.above,
      nan: a.nan + b.nan,
    }),
    result: (state) => labelled(ndarray(state.counts.slice(), [bins]) as NdArray<1>, { axes: [{ name: 'value', values: edges, ...(unit !== undefined && { unit }) }], unit: 'counts' }),
  });
}
