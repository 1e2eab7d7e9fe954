import { YardError } from '../problem.ts';

/** Bins of which there are as many as values need, up to a limit: beyond it they become twice as wide. */
export interface GrowingBinOptions {
  /** Width of a bin at the start: the finest that is of interest. */
  readonly width: number;
  /** So many bins at most (default 200): where values need more, bins become twice as wide. */
  readonly bins?: number | undefined;
  /** An edge of a bin, always (default 0). */
  readonly origin?: number | undefined;
  /** Of the values along this axis. */
  readonly unit?: string | undefined;
}

/** Neighbouring bins: `length` of them, each `width * 2^level` wide, the first counted from the origin in bins of its level. */
export interface BinSpan {
  readonly level: number;
  readonly first: number;
  readonly length: number;
}

export interface GrowingBins {
  readonly most: number;
  /** The bin of a value at level 0; not a safe integer for NaN and for what is too far from the origin. */
  readonly binOf: (value: number) => number;
  /** One more than bins. */
  readonly edges: (span: BinSpan) => Float64Array;
}

/** Errors: `REDUCER_BINS`. */
export function growingBins({ width, bins = 200, origin = 0 }: GrowingBinOptions): GrowingBins {
  // Bins on both sides of the origin never become one, so that two is the least.
  if (!(width > 0 && Number.isFinite(width) && Number.isInteger(bins) && bins > 1 && Number.isFinite(origin))) throw new YardError('REDUCER_BINS', `A growing histogram needs a width above 0, at least 2 bins and a finite origin, not width ${width}, bins ${bins}, origin ${origin}.`);
  const edgeOf = (bin: number): number => origin + bin * width;
  return {
    most: bins,
    binOf(value) {
      const bin = Math.floor((value - origin) / width);
      // Rounding may miss by one bin at an edge: the edges decide.
      return value < edgeOf(bin) ? bin - 1 : value >= edgeOf(bin + 1) ? bin + 1 : bin;
    },
    edges: ({ level, first, length }) => Float64Array.from({ length: length + 1 }, (_, i) => edgeOf((first + i) * 2 ** level)),
  };
}

/** The smallest level at which all spans together have at most so many bins, and their first bin and number of bins there. At least one has bins. */
export function roomFor(spans: readonly BinSpan[], most: number): BinSpan {
  const filled = spans.filter(({ length }) => length > 0).map(({ level, first, length }) => ({ level, first, last: first + length - 1 }));
  for (let level = Math.max(...filled.map((span) => span.level)); ; level += 1) {
    const at = (bin: number, from: number): number => Math.floor(bin / 2 ** (level - from));
    const first = Math.min(...filled.map((span) => at(span.first, span.level)));
    const length = Math.max(...filled.map((span) => at(span.last, span.level))) - first + 1;
    if (length <= most) return { level, first, length };
  }
}

/** Which bin of a wider span a bin of a span lies in. */
export function binWithin(room: BinSpan, { level, first }: BinSpan, bin: number): number {
  return Math.floor((first + bin) / 2 ** (room.level - level)) - room.first;
}
