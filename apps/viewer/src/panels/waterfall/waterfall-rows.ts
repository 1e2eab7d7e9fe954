/** Columns of a waterfall at most: what is longer is drawn by means of neighbours. */
export const MOST_COLUMNS = 2048;

interface Row {
  readonly trainId: number;
  readonly values: Float32Array;
}

/** The last vectors by their trains. Its memory is bounded by rows and columns. */
export class WaterfallRows {
  readonly #most: number;
  #rows: Row[] = [];
  #columns = 0;
  /** Elements of the vectors in one column. */
  #per = 1;

  constructor(most: number) {
    this.#most = most;
  }

  get columns(): number {
    return this.#columns;
  }

  get per(): number {
    return this.#per;
  }

  get last(): number | undefined {
    return this.#rows.at(-1)?.trainId;
  }

  /** Another length, or trains that begin anew, empty it. `block`: elements that each number given is the mean of. */
  push(trainId: number, vector: ArrayLike<number>, block = 1): void {
    const group = Math.max(1, Math.ceil(vector.length / MOST_COLUMNS));
    const per = group * block;
    const columns = Math.ceil(vector.length / group);
    const last = this.last;
    if (columns !== this.#columns || per !== this.#per || (last !== undefined && trainId < last - 100)) this.#rows = [];
    this.#columns = columns;
    this.#per = per;
    const row = { trainId, values: meansOf(vector, group, columns) };
    const at = this.#rows.findLastIndex((one) => one.trainId <= trainId);
    if (this.#rows[at]?.trainId === trainId) this.#rows[at] = row;
    else this.#rows.splice(at + 1, 0, row);
    if (this.#rows.length > this.#most) this.#rows.shift();
  }

  /** Trains from one row to the next: the usual distance of values, which need not come with every train. */
  step(): number {
    const gaps = this.#rows.slice(-40).map(({ trainId }, k, rows) => (k === 0 ? 0 : trainId - rows[k - 1].trainId)).slice(1).sort((a, b) => a - b);
    return gaps[gaps.length >> 1] ?? 1;
  }

  /** All rows up to the newest one, or to the newest that is not after a train: the oldest first, one for each step of trains; NaN where nothing came. */
  picture(to = Infinity): { readonly data: Float32Array; readonly rows: number; readonly first: number; readonly step: number } | undefined {
    const last = this.#rows.findLast(({ trainId }) => trainId <= to)?.trainId;
    if (last === undefined) return undefined;
    const step = this.step();
    const rows = Math.min(this.#most, Math.floor((last - this.#rows[0].trainId) / step) + 1);
    const data = new Float32Array(rows * this.#columns).fill(Number.NaN);
    for (const { trainId, values } of this.#rows) {
      if (trainId > last) break;
      const row = rows - 1 - Math.floor((last - trainId) / step);
      if (row >= 0) data.set(values, row * this.#columns);
    }
    return { data, rows, first: last - (rows - 1) * step, step };
  }
}

/** The mean of each group of neighbours, without NaN. */
function meansOf(vector: ArrayLike<number>, per: number, columns: number): Float32Array {
  if (per === 1) return Float32Array.from(vector);
  const means = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    let [sum, n] = [0, 0];
    for (let i = column * per; i < Math.min(vector.length, (column + 1) * per); i++) {
      if (vector[i] !== vector[i]) continue;
      sum += vector[i];
      n++;
    }
    means[column] = sum / n;
  }
  return means;
}
