/** The last values of a scalar by train ID, oldest first. Two columns, as the plot takes them. */
export class ScalarHistory {
  readonly limit: number;
  #trains: number[] = [];
  #values: (number | null)[] = [];

  constructor(limit = 3000) {
    this.limit = limit;
  }

  /**
   * Appends one value; NaN is a gap. A gap of more than 50 trains (5 s) is drawn as one, and a train ID far below the
   * newest means that the source began again: the old values go. A train that is there already is replaced.
   */
  push(trainId: number, value: number): void {
    const last = this.#trains.at(-1);
    if (last !== undefined && trainId <= last) {
      const at = this.#trains.indexOf(trainId);
      if (at >= 0) {
        this.#values[at] = finiteOrNull(value);
        return;
      }
      if (last - trainId < 100) return this.#insert(trainId, value);
      this.clear();
    } else if (last !== undefined && trainId - last > 50) {
      this.#trains.push(last + 1);
      this.#values.push(null);
    }
    this.#trains.push(trainId);
    this.#values.push(finiteOrNull(value));
    // Trimmed in blocks: shifting 3000 entries for every train would cost more than drawing them.
    if (this.#trains.length > this.limit * 1.1) {
      this.#trains = this.#trains.slice(-this.limit);
      this.#values = this.#values.slice(-this.limit);
    }
  }

  get length(): number {
    return Math.min(this.limit, this.#trains.length);
  }

  columns(): [trains: number[], values: (number | null)[]] {
    return [this.#trains.slice(-this.limit), this.#values.slice(-this.limit)];
  }

  clear(): void {
    this.#trains = [];
    this.#values = [];
  }

  #insert(trainId: number, value: number): void {
    const at = this.#trains.findIndex((other) => other > trainId);
    this.#trains.splice(at, 0, trainId);
    this.#values.splice(at, 0, finiteOrNull(value));
  }
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
