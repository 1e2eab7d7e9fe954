import { NdError, shapeText } from './errors.ts';
import { flatData } from './layout.ts';
import type { NdLike, Strided } from './types.ts';

/** `bins` equal bins over `range` (default: the smallest to the largest element), or the edges themselves; `density` divides by total and width. */
export interface HistogramOptions {
  readonly bins?: number | readonly number[] | NdLike;
  readonly range?: readonly [number, number];
  readonly weights?: NdLike;
  readonly density?: boolean;
}

/** Counts and edges as numpy's `histogram` gives them: the last bin includes its right edge, elements outside are not counted. */
export function histogram(a: Strided, { bins = 10, range, weights, density = false }: HistogramOptions): { counts: Float64Array; edges: Float64Array } {
  const x = flatData(a, 'float64') as Float64Array;
  const w = weights === undefined ? undefined : (flatData(weights as unknown as Strided, 'float64') as Float64Array);
  if (w !== undefined && w.length !== x.length) throw new NdError('ND_SHAPE', `histogram: weights of shape ${shapeText(weights!.shape)} for an array of shape ${shapeText(a.shape)}`);
  const uniform = typeof bins === 'number';
  const edges = uniform ? equalEdges(bins, range ?? extent(x)) : 'data' in bins ? Float64Array.from(flatData(bins as unknown as Strided, 'float64') as Float64Array) : Float64Array.from(bins);
  const n = edges.length - 1;
  if (n < 1 || edges.some((e, k) => k > 0 && !(e >= edges[k - 1]))) throw new NdError('ND_ARGUMENT', 'histogram: edges must be two or more, ascending');
  const counts = new Float64Array(n);
  const [first, last] = [edges[0], edges[n]];
  const width = last - first;
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (!(v >= first && v <= last)) continue;
    let k: number;
    if (uniform) {
      k = Math.min(n - 1, Math.floor(((v - first) / width) * n));
      // The quotient may round over an edge (over several where bins are narrower than the rounding); the edges decide.
      while (v < edges[k]) k--;
      while (k < n - 1 && v >= edges[k + 1]) k++;
    } else k = binOf(v, edges);
    counts[k] += w === undefined ? 1 : w[i];
  }
  if (density) {
    const total = counts.reduce((s, c) => s + c, 0);
    counts.forEach((c, k) => (counts[k] = c / (edges[k + 1] - edges[k]) / total));
  }
  return { counts, edges };
}

function binOf(v: number, edges: Float64Array): number {
  let [low, high] = [0, edges.length - 1];
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (edges[mid] <= v) low = mid;
    else high = mid;
  }
  return low;
}

function extent(x: Float64Array): readonly [number, number] {
  if (x.length === 0) return [0, 1];
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (v - v !== 0) return [NaN, NaN];
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

function equalEdges(n: number, [low, high]: readonly [number, number]): Float64Array {
  if (!Number.isInteger(n) || n < 1) throw new NdError('ND_ARGUMENT', `histogram: ${n} bins; give a natural number`);
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw new NdError('ND_ARGUMENT', 'histogram: NaN or infinity among the elements, so no range can be found; give { range: [low, high] }');
  if (low > high) throw new NdError('ND_ARGUMENT', `histogram: range [${low}, ${high}] must ascend`);
  const [from, to] = low === high ? [low - 0.5, high + 0.5] : [low, high];
  // Among the smallest numbers that there are, k steps may pass the end.
  return linspace(from, to, n + 1).map((e) => Math.min(e, to));
}

/** `count` equally spaced numbers from `start` to `stop`, both included. */
export function linspace(start: number, stop: number, count: number): Float64Array {
  const step = (stop - start) / (count - 1);
  const out = Float64Array.from({ length: count }, (_, k) => k * step + start);
  if (count > 1) out[count - 1] = stop;
  return out;
}
