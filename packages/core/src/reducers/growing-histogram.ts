import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { elementsOf, type Value } from './elements.ts';
import { binWithin, growingBins, roomFor, type BinSpan, type GrowingBinOptions } from './growing-bins.ts';
import { windowOf, written, type Bounded } from './options.ts';

/** Counts of neighbouring bins; a bin is `width * 2^level` wide. */
export interface GrowingHistogramState {
  level: number;
  /** Number of the first bin, counted from the origin at this level. */
  first: number;
  /** From the first bin with a count to the last. */
  counts: number[];
  /** NaN, and what is too far from the origin for a bin to have a number. */
  nan: number;
}

export interface GrowingOptions extends GrowingBinOptions, Bounded {}

/**
 * Counts of values whose range is not known before (a number or every element of an array). Edges are always `origin + k width 2^n` with whole `k` and the
 * smallest `n` for which the values span at most `bins` bins: the result depends on the values alone, not on their order. Half-open bins, from the first
 * that has a value to the last; labelled with the edges; `counts.nan` is what had no bin. Errors: `REDUCER_BINS`, `REDUCER_VALUE`.
 */
export function growingHistogram(options: GrowingOptions): Reducer<Value, GrowingHistogramState, Labelled<NdArray<1>>> {
  const { width, bins = 200, origin = 0, unit, trains } = options;
  const { binOf, edges } = growingBins(options);
  return reducer({
    name: written('growingHistogram', { width, bins, origin, trains }),
    kind: 'vector',
    ...windowOf(options),
    initial: () => ({ level: 0, first: 0, counts: [], nan: 0 }),
    add(state: GrowingHistogramState, value: Value) {
      const { data } = elementsOf(value, 'A growing histogram');
      let scale = 2 ** state.level;
      for (let i = 0; i < data.length; i++) {
        const bin = binOf(Number(data[i]));
        if (!Number.isSafeInteger(bin)) {
          state.nan += 1;
          continue;
        }
        let at = Math.floor(bin / scale) - state.first;
        if (!(at >= 0 && at < state.counts.length)) {
          const room = roomFor([spanOf(state), { level: 0, first: bin, length: 1 }], bins);
          state.counts = placed(state, room);
          state.level = room.level;
          state.first = room.first;
          scale = 2 ** room.level;
          at = Math.floor(bin / scale) - room.first;
        }
        state.counts[at]! += 1;
      }
      return state;
    },
    merge(a, b) {
      const nan = a.nan + b.nan;
      if (b.counts.length === 0) return { ...a, nan };
      if (a.counts.length === 0) return { ...b, nan };
      const room = roomFor([spanOf(a), spanOf(b)], bins);
      const more = placed(b, room);
      return { level: room.level, first: room.first, counts: placed(a, room).map((n, i) => n + more[i]!), nan };
    },
    result(state) {
      const { counts, nan } = state;
      if (counts.length === 0 && nan === 0) return undefined;
      return labelled(ndarray(Float64Array.from(counts), [counts.length]) as NdArray<1>, { axes: [{ name: 'value', values: edges(spanOf(state)), ...(unit !== undefined && { unit }) }], unit: 'counts', counts: { nan } });
    },
  });
}

function spanOf({ level, first, counts }: GrowingHistogramState): BinSpan {
  return { level, first, length: counts.length };
}

/** The counts of a state in the bins of a wider span. */
function placed(state: GrowingHistogramState, room: BinSpan): number[] {
  const out = Array.from({ length: room.length }, () => 0);
  const span = spanOf(state);
  state.counts.forEach((count, i) => (out[binWithin(room, span, i)]! += count));
  return out;
}
