import { YardError, asNdArray, equalBins, flatData, labelled, ndarray, type EqualBins, type Labelled, type NdArray, type NdLike } from '@trainyard/core';

/** `-ln(i / j)`: how much less light comes through region i than through region j. NaN where the ratio is not above 0. */
export function absorbance(i: number, j: number): number {
  const ratio = i / j;
  return ratio > 0 && ratio < Infinity ? -Math.log(ratio) : NaN;
}

/** Bins that may change at any time; without a range from the smallest to the largest value, half of 1 to both sides when they are all the same. */
export interface Along {
  readonly bins: number;
  readonly range?: readonly [low: number, high: number] | undefined;
  readonly unit?: string | undefined;
}

/** Which regions are held against which, by column: `[1, 3]` is `-ln(roi1 / roi3)`. */
export type RegionPair = readonly [number, number];

/**
 * Absorption against the delay: the mean of `-ln(roi_i / roi_j)` of the trains in each bin. `history` has the shape (trains, columns): the delay, then the sums of the regions 1, 2 ..., as
 * `tuples(['delay', 'roi1', 'roi2', 'roi3'], ...)` keeps them. The result has a row for each pair, shape (pairs, bins), float64, labelled with the edges, one standard deviation (`ddof` 0) as its
 * errors; a bin without a value is NaN. A train in which a ratio is not above 0 is left out for that pair. Bins half-open, the last closed. Of no trains: undefined. Formulas:
 * EXtra-foam, tr-XAS. Errors: TR_XAS_SHAPE, `REDUCER_BINS`.
 */
export function overDelay(history: NdLike<2>, pairs: readonly RegionPair[], along: Along): Labelled<NdArray<2>> | undefined {
  const from = asNdArray(history);
  const columns = checked(from, Math.max(...pairs.flat()) + 1);
  if (from.shape[0] === 0) return undefined;
  const { values: delay, bins } = binsOf(columns(0), along);
  const parts = pairs.map(([i, j]) => {
    const [over, under] = [columns(i), columns(j)];
    return meansIn(bins.count, delay, (row) => absorbance(over[row]!, under[row]!), (value) => bins.indexOf(value));
  });
  const stack = (of: 'mean' | 'std'): NdArray<2> => ndarray(Float64Array.from(parts.flatMap((part) => Array.from(part[of]))), [pairs.length, bins.count]) as NdArray<2>;
  return labelled(stack('mean'), { axes: [{ name: 'pair' }, bins.axis('delay')], errors: stack('std'), counts: { trains: from.shape[0]! } });
}

/**
 * The same of one pair against delay and photon energy: shape (energy bins, delay bins). `history` has the columns delay, energy, then the regions. Without trains: undefined.
 */
export function overDelayAndEnergy(history: NdLike<2>, [i, j]: RegionPair, along: { readonly delay: Along; readonly energy: Along }): Labelled<NdArray<2>> | undefined {
  const from = asNdArray(history);
  const columns = checked(from, Math.max(i, j) + 2);
  if (from.shape[0] === 0) return undefined;
  const [x, y] = [binsOf(columns(0), along.delay), binsOf(columns(1), along.energy)];
  const [over, under] = [columns(i + 1), columns(j + 1)];
  const rows = Float64Array.from({ length: from.shape[0]! }, (_, row) => row);
  const { mean, std } = meansIn(x.bins.count * y.bins.count, rows, (row) => absorbance(over[row]!, under[row]!), (row) => {
    const [column, line] = [x.bins.indexOf(x.values[row]!), y.bins.indexOf(y.values[row]!)];
    return column < 0 || column === x.bins.count || line < 0 || line === y.bins.count ? -1 : line * x.bins.count + column;
  });
  const shape = [y.bins.count, x.bins.count];
  return labelled(ndarray(mean, shape) as NdArray<2>, { axes: [y.bins.axis('energy'), x.bins.axis('delay')], errors: ndarray(std, shape) as NdArray<2>, counts: { trains: from.shape[0]! } });
}

/** Mean and standard deviation of what lies in each bin, by Welford's recurrence; NaN in an empty one. */
function meansIn(count: number, by: Float64Array, value: (row: number) => number, binOf: (by: number) => number): { readonly mean: Float64Array; readonly std: Float64Array } {
  const [mean, std, n] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (let row = 0; row < by.length; row++) {
    const a = value(row);
    const bin = binOf(by[row]!);
    if (a !== a || !(bin >= 0 && bin < count)) continue;
    n[bin]! += 1;
    const off = a - mean[bin]!;
    mean[bin]! += off / n[bin]!;
    std[bin]! += off * (a - mean[bin]!);
  }
  for (let bin = 0; bin < count; bin++) {
    std[bin] = Math.sqrt(std[bin]! / n[bin]!);
    if (n[bin] === 0) mean[bin] = NaN;
  }
  return { mean, std };
}

function binsOf(values: Float64Array, { bins, range, unit }: Along): { readonly values: Float64Array; readonly bins: EqualBins } {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { values, bins: equalBins('A spectrum', { bins, range: range ?? (low < high ? [low, high] : [low - 0.5, low + 0.5]), unit }) };
}

function checked(from: NdArray, columns: number): (column: number) => Float64Array {
  if (from.shape.length !== 2 || from.shape[1]! < columns) throw new YardError('TR_XAS_SHAPE', `A history of trains has the shape (trains, ${columns} columns or more), not (${from.shape.join(', ')}).`);
  const [rows, width] = from.shape as [number, number];
  const data = flatData(from) as ArrayLike<number>;
  return (column) => {
    const out = new Float64Array(rows);
    for (let row = 0, at = column; row < rows; row++, at += width) out[row] = Number(data[at]);
    return out;
  };
}
