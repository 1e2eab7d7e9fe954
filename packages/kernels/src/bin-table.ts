import { KernelError, needLength } from './numbers.ts';

/** Sums per bin of one image, in float64. */
export interface BinSums {
  readonly signal: Float64Array;
  /** Sum of squared weights times Poisson's variance: the signal, 1 at least, with the dark that was subtracted. */
  readonly variance: Float64Array;
  readonly norm: Float64Array;
  /** Sum of weights: with splitting no whole number. */
  readonly count: Float64Array;
  /** How many pixels have a share in the bin; 0 says that it is empty, free of rounding. */
  readonly entries: Float64Array;
}

/** Room for the sums of one image. */
export function binSums(bins: number): BinSums {
  const room = (): Float64Array => new Float64Array(bins);
  return { signal: room(), variance: room(), norm: room(), count: room(), entries: room() };
}

/** What a table is made of. */
export interface BinTableParts {
  readonly bins: number;
  readonly pixels: number;
  /** Bin of each pixel, the first where it has several neighbouring ones; `bins` for a pixel that counts nowhere. Not needed with `index`. */
  readonly first?: Int32Array;
  /** With splitting: where the weights of each pixel begin, and one entry more for the end. */
  readonly starts?: Int32Array;
  readonly weights?: Float32Array;
  /** The bin of each weight, where those of a pixel are no neighbours. */
  readonly index?: Int32Array;
  /** Normalisation of each pixel (solid angle, flat ...). */
  readonly norm: Float32Array;
}

/** How the pixels of an image fall into bins: a sparse matrix (bins x pixels), kept by pixel, in the order in which images lie in memory. */
export interface BinTable extends BinTableParts {
  /** Shares of pixels beyond their third and beyond their fourth. */
  readonly beyondThree: number;
  readonly beyondFour: number;
  /** Norm, count and entries over all pixels; signal and variance are 0. */
  readonly total: BinSums;
}

/** Completes a table: the sums over all pixels. Throws BIN_TABLE where a pixel names a bin that is not there. */
export function binTable(parts: BinTableParts): BinTable {
  const { bins, pixels, starts, weights, index, norm } = parts;
  const first = parts.first ?? new Int32Array(0);
  needLength('norm', norm, pixels);
  if (starts) needLength('starts', starts, pixels + 1);
  if (!index) needLength('first', first, pixels);
  const total = binSums(bins);
  let [beyondThree, beyondFour] = [0, 0];
  for (let i = 0; i < pixels; i++) {
    const from = starts ? starts[i] : i;
    const n = starts ? starts[i + 1] - from : 1;
    if (n > 3) beyondThree += n - 3;
    if (n > 4) beyondFour += n - 4;
    for (let k = 0; k < n; k++) {
      const b = index ? index[from + k] : first[i] + k;
      if (!(b >= 0 && b < bins)) {
        if (b === bins && !starts) continue;
        throw new KernelError('BIN_TABLE', `pixel ${i} names bin ${b} of ${bins}`);
      }
      const w = starts && weights ? weights[from + k] : 1;
      if (w === 0) continue;
      total.norm[b] += w * norm[i];
      total.count[b] += w;
      total.entries[b] += 1;
    }
  }
  return { ...parts, beyondThree, beyondFour, total };
}
