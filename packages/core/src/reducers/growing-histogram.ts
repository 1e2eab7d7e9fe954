import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { YardError } from '../problem.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { elementsOf, type Value } from './elements.ts';
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

export interface GrowingOptions extends Bounded {
  /** Width of a bin at the start: the finest that is of interest. */
  readonly width: number;
  /** So many bins at most (default 200): where values need more, bins become twice as wide. */
  readonly bins?: number | undefined;
  /** An edge of a bin, always (default 0). */
  readonly origin?: number | undefined;
  readonly unit?: string | undefined;
}

/**
 * Counts of values whose range is not known before (a number or every element of an array). Edges are always `origin + k width 2^n` with whole `k` and the
 * smallest `n` for which the values span at most `bins` bins: the result depends on the values alone, not on their order. Half-open bins, from the first
 * that has a value to the last; labelled with the edges; `counts.nan` is what had no bin. Errors: `REDUCER_BINS`, `REDUCER_VALUE`.
 */
export function growingHistogram(options: GrowingOptions): Reducer<Value, GrowingHistogramState, Labelled<NdArray<1>>> {
  const { width, bins = 200, origin = 0, unit, trains } = options;
  // Bins on both sides of the origin never become one, so that two is the least.
  if (!(width > 0 && Number.isFinite(width) && Number.isInteger(bins) && bins > 1 && Number.isFinite(origin))) throw new YardError('REDUCER_BINS', `A growing histogram needs a width above 0, at least 2 bins and a finite origin, not width ${width}, bins ${bins}, origin ${origin}.`);
  const edgeOf = (bin: number): number => origin + bin * width;

  /** The bin of a value at level 0. */
  function binOf(value: number): number {
    const bin = Math.floor((value - origin) / width);
    // Rounding may miss by one bin at an edge: the edges decide.
    return value < edgeOf(bin) ? bin - 1 : value >= edgeOf(bin + 1) ? bin + 1 : bin;
  }

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
          const room = roomFor([state, { level: 0, first: bin, length: 1 }], bins);
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
      const room = roomFor([a, b], bins);
      const more = placed(b, room);
      return { level: room.level, first: room.first, counts: placed(a, room).map((n, i) => n + more[i]!), nan };
    },
    result({ level, first, counts, nan }) {
      if (counts.length === 0 && nan === 0) return undefined;
      const scale = 2 ** level;
      const edges = Float64Array.from({ length: counts.length + 1 }, (_, i) => edgeOf((first + i) * scale));
      return labelled(ndarray(Float64Array.from(counts), [counts.length]) as NdArray<1>, { axes: [{ name: 'value', values: edges, ...(unit !== undefined && { unit }) }], unit: 'counts', counts: { nan } });
    },
  });
}

interface Span {
  readonly level: number;
  readonly first: number;
  readonly counts?: readonly number[];
  readonly length?: number;
}

/** The smallest level at which all spans together have at most so many bins, and their first bin and number of bins there. */
function roomFor(spans: readonly Span[], bins: number): { level: number; first: number; length: number } {
  const filled = spans.map(({ level, first, counts, length = counts!.length }) => ({ level, first, last: first + length - 1 })).filter(({ first, last }) => last >= first);
  for (let level = Math.max(...filled.map((span) => span.level)); ; level += 1) {
    const at = (bin: number, from: number): number => Math.floor(bin / 2 ** (level - from));
    const first = Math.min(...filled.map((span) => at(span.first, span.level)));
    const length = Math.max(...filled.map((span) => at(span.last, span.level))) - first + 1;
    if (length <= bins) return { level, first, length };
  }
}

/** The counts of a state in the bins of a wider span. */
function placed({ level, first, counts }: GrowingHistogramState, room: { readonly level: number; readonly first: number; readonly length: number }): number[] {
  const out = Array.from({ length: room.length }, () => 0);
  const scale = 2 ** (room.level - level);
  counts.forEach((count, i) => (out[Math.floor((first + i) / scale) - room.first]! += count));
  return out;
}
