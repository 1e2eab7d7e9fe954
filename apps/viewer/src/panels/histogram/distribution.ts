/** How often values fall between edges, and what is said of them as a whole. */
export interface Distribution {
  readonly edges: Float64Array;
  readonly counts: Float64Array;
  /** Finite values. */
  readonly n: number;
  /** Of these, those outside the edges. */
  readonly outside: number;
  readonly mean: number;
  /** Standard deviation of the values as they are, as numpy's `std`. */
  readonly std: number;
  readonly median: number;
}

export interface Binning {
  /** So many bins; by the spread of the values without it. */
  readonly bins?: number | undefined;
  /** Ends by hand; null: as the values need it. */
  readonly range?: readonly [low: number | null, high: number | null] | undefined;
}

const MOST_BINS = 400;

/** The last bin has both of its edges; without values there are no bins. */
export function distributionOf(values: ArrayLike<number>, binning: Binning): Distribution {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const n = sorted.length;
  const mean = n === 0 ? Number.NaN : sorted.reduce((sum, value) => sum + value, 0) / n;
  const std = n === 0 ? Number.NaN : Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  const median = n === 0 ? Number.NaN : (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
  const edges = edgesFor(sorted, binning);
  const counts = countIn(sorted, edges);
  return { edges, counts, n, outside: n - counts.reduce((sum, count) => sum + count, 0), mean, std, median };
}

/** How many values are in each bin. Edges are equally far apart. */
export function countIn(values: ArrayLike<number>, edges: Float64Array): Float64Array {
  const bins = Math.max(0, edges.length - 1);
  const counts = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) {
    const bin = binOf(values[i], edges);
    if (bin >= 0) counts[bin]++;
  }
  return counts;
}

/** -1 for what is outside. */
export function binOf(value: number, edges: Float64Array): number {
  const bins = edges.length - 1;
  if (bins < 1 || !(value >= edges[0]) || !(value <= edges[bins])) return -1;
  let bin = Math.min(bins - 1, Math.floor(((value - edges[0]) / (edges[bins] - edges[0])) * bins));
  // What rounding has put beside its bin goes back into it: the edges count as they are written.
  if (value < edges[bin]) bin--;
  else if (bin < bins - 1 && value >= edges[bin + 1]) bin++;
  return bin;
}

/**
 * Edges of sorted values. By themselves at round numbers, as far apart as the middle half of the values suggests, so that they stay where they
 * are while values come.
 */
export function edgesFor(sorted: Float64Array, { bins, range }: Binning): Float64Array {
  const n = sorted.length;
  if (n === 0 && (range?.[0] ?? null) === null) return new Float64Array(0);
  const [first, last] = [sorted[0] ?? 0, sorted[n - 1] ?? 1];
  const byHand = bins !== undefined || (range && range[0] !== null && range[1] !== null);
  let low = range?.[0] ?? first;
  let high = range?.[1] ?? last;
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  const spread = n > 3 ? sorted[Math.floor(0.75 * (n - 1))] - sorted[Math.floor(0.25 * (n - 1))] : 0;
  const wide = (2 * spread) / Math.cbrt(Math.max(1, n)) || (high - low) / 20;
  if (byHand) return evenly(low, high, bins ?? Math.max(5, Math.min(MOST_BINS, Math.ceil((high - low) / wide))));
  // Counts fall on whole numbers: bins narrower than one would have holes between them.
  const whole = sorted.every(Number.isInteger);
  const step = whole && high - low <= 60 ? 1 : roundUp(Math.max(wide, (high - low) / MOST_BINS, whole ? 1 : 0));
  const shift = whole && step === 1 ? 0.5 : 0;
  const begin = Math.floor((low + shift) / step) * step - shift;
  const count = Math.max(1, Math.min(MOST_BINS + 2, Math.floor((high - begin) / step) + 1));
  return evenly(begin, begin + count * step, count);
}

function evenly(low: number, high: number, bins: number): Float64Array {
  return Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + ((high - low) * i) / bins));
}

function roundUp(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5].find((m) => m * power >= step * 0.999) ?? 10) * power;
}

/** Pairs counted in two directions: row by row, the lowest y first. */
export function countPairs(x: ArrayLike<number>, y: ArrayLike<number>, xEdges: Float64Array, yEdges: Float64Array): Float64Array {
  const columns = Math.max(0, xEdges.length - 1);
  const counts = new Float64Array(columns * Math.max(0, yEdges.length - 1));
  for (let i = 0; i < x.length; i++) {
    const [column, row] = [binOf(x[i], xEdges), binOf(y[i], yEdges)];
    if (column >= 0 && row >= 0) counts[row * columns + column]++;
  }
  return counts;
}
