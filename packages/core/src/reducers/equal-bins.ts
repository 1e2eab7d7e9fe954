import type { Axis } from '../kinds.ts';
import { YardError } from '../problem.ts';

/** Equal bins over a range. */
export interface BinOptions {
  readonly bins: number;
  readonly range: readonly [number, number];
  /** Of the values along this axis. */
  readonly unit?: string | undefined;
}

/** Equal bins, half-open, the last closed, as `numpy.histogram` has them. */
export interface EqualBins {
  readonly count: number;
  /** One more than bins. */
  readonly edges: Float64Array;
  /** The bin of a number that is not NaN: -1 below the range, `count` above it. */
  indexOf(value: number): number;
  /** As the axis of a result. */
  axis(name: string): Axis;
}

/** Errors: `REDUCER_BINS`; `what` begins the message: `A histogram`. */
export function equalBins(what: string, { bins, range, unit }: BinOptions): EqualBins {
  const [low, high] = range;
  if (!(Number.isInteger(bins) && bins > 0 && low < high && Number.isFinite(high - low))) throw new YardError('REDUCER_BINS', `${what} needs a whole number of bins and an ascending range, not bins ${bins} over [${low}, ${high}].`);
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * ((high - low) / bins)));
  const scale = bins / (high - low);
  return {
    count: bins,
    edges,
    indexOf(value) {
      if (value < low) return -1;
      if (value > high) return bins;
      const bin = Math.min(Math.floor((value - low) * scale), bins - 1);
      // Rounding may miss by one bin at an edge: the edges decide, as in numpy.
      if (value < edges[bin]!) return bin - 1;
      return value >= edges[bin + 1]! && bin < bins - 1 ? bin + 1 : bin;
    },
    axis: (name) => ({ name, values: edges, ...(unit !== undefined && { unit }) }),
  };
}
