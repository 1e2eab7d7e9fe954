import { YardError, asNdArray, ndarray, type NdArray, type NdLike } from '@trainyard/core';

/** One row for each x at which several pairs lie, in the order in which they came, float64: mean of x and of y, one standard deviation of y (`ddof` 0), number of pairs. */
export type StatisticsBars = Readonly<Record<'x' | 'y' | 'std' | 'count', NdArray<1>>>;

interface Row { x: number; y: number; squares: number; count: number }

/**
 * Collects pairs at one x after the other: a pair whose x is further than `resolution` from the mean x of those so far begins a new row. A row is the mean of its pairs, with the standard
 * deviation of y; rows of a single pair (a motor under way) are left out. `pairs` has the shape (pairs, 2), as `scatter` gives them: x and y, in the order of the trains. A row has a mean
 * x that moves with its pairs, so one that drifts slowly stays one. Pairs in which a number is NaN or infinite are left out. Of no pairs all columns are empty. By Welford's recurrence.
 * Errors: BARS_SHAPE, BARS_RESOLUTION (a number from 0).
 */
export function statisticsBars(pairs: NdLike<2>, resolution: number): StatisticsBars {
  const from = asNdArray(pairs);
  if (from.shape.length !== 2 || from.shape[1] !== 2) throw new YardError('BARS_SHAPE', `Statistics bars are made of pairs of shape (pairs, 2), as scatter gives them, not of an array of shape (${from.shape.join(', ')}).`);
  if (!(resolution >= 0)) throw new YardError('BARS_RESOLUTION', `The resolution is a number from 0, by how much x may differ at one point, not ${resolution}.`);
  const rows: Row[] = [];
  for (let i = 0; i < from.shape[0]!; i++) {
    const [x, y] = [Number(from.get(i, 0)), Number(from.get(i, 1))];
    if (!(Number.isFinite(x) && Number.isFinite(y))) continue;
    const row = rows.at(-1);
    if (!row || Math.abs(row.x - x) > resolution) {
      // The one before was left at once.
      if (row?.count === 1) rows.pop();
      rows.push({ x, y, squares: 0, count: 1 });
      continue;
    }
    row.count += 1;
    row.x += (x - row.x) / row.count;
    const off = y - row.y;
    row.y += off / row.count;
    row.squares += off * (y - row.y);
  }
  if (rows.at(-1)?.count === 1) rows.pop();
  const column = (of: (row: Row) => number): NdArray<1> => ndarray(Float64Array.from(rows, of), [rows.length]) as NdArray<1>;
  return { x: column(({ x }) => x), y: column(({ y }) => y), std: column(({ squares, count }) => Math.sqrt(squares / count)), count: column(({ count }) => count) };
}
