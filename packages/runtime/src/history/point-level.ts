/** Points of one width in train IDs, ascending: what is beyond its room goes at the front. */
export class PointLevel {
  readonly width: number;
  readonly #room: number;
  /** Something went already: what is older is not known here. */
  hasLost = false;
  #trainId = new Float64Array(0);
  #min = this.#trainId;
  #max = this.#trainId;
  #mean = this.#trainId;
  #count = new Uint32Array(0);
  #first = 0;
  #length = 0;

  /** Memory grows with what is in it, up to `room` points of 36 bytes; of 20 where they are single values. */
  constructor(width: number, room: number) {
    this.width = width;
    this.#room = room;
  }

  get length(): number {
    return this.#length;
  }

  /** The first train ID of a point, counted from the oldest. */
  start(point: number): number {
    return this.#trainId[this.#at(point)]!;
  }

  min(point: number): number {
    return this.#min[this.#at(point)]!;
  }

  max(point: number): number {
    return this.#max[this.#at(point)]!;
  }

  mean(point: number): number {
    return this.#mean[this.#at(point)]!;
  }

  count(point: number): number {
    return this.#count[this.#at(point)]!;
  }

  /** The first point that begins at this train ID or later. */
  find(trainId: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.start(middle) < trainId) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A value of a later train than all before. */
  add(trainId: number, value: number): void {
    const start = this.width === 1 ? trainId : Math.floor(trainId / this.width) * this.width;
    if (this.#length === 0 || this.start(this.#length - 1) !== start) return this.push(start, value, value, value, 1);
    const at = this.#at(this.#length - 1);
    this.#count[at]! += 1;
    this.#min[at] = Math.min(this.#min[at]!, value);
    this.#max[at] = Math.max(this.#max[at]!, value);
    // In parts: the difference of two numbers may be larger than any.
    const n = this.#count[at]!;
    this.#mean[at] = this.#mean[at]! * ((n - 1) / n) + value / n;
  }

  /** A single value of any train: in place of the one that is there, or between its neighbours. One older than all there is room for is left out. */
  put(trainId: number, value: number): void {
    let point = this.find(trainId);
    if (point < this.#length && this.start(point) === trainId) {
      this.#min[this.#at(point)] = value;
      return;
    }
    if (this.#length === this.#room) {
      this.hasLost = true;
      if (point === 0) return;
      point -= 1;
    }
    this.push(trainId, value, value, value, 1);
    for (let at = this.#length - 1; at > point; at -= 1) {
      this.#trainId[this.#at(at)] = this.start(at - 1);
      this.#min[this.#at(at)] = this.min(at - 1);
    }
    this.#trainId[this.#at(point)] = trainId;
    this.#min[this.#at(point)] = value;
  }

  push(start: number, min: number, max: number, mean: number, count: number): void {
    if (this.#length === this.#trainId.length) {
      if (this.#length < this.#room) this.#grow();
      else {
        this.#first = (this.#first + 1) % this.#room;
        this.#length -= 1;
        this.hasLost = true;
      }
    }
    const at = this.#at(this.#length);
    this.#length += 1;
    this.#trainId[at] = start;
    this.#count[at] = count;
    this.#min[at] = min;
    if (this.width === 1) return;
    this.#max[at] = max;
    this.#mean[at] = mean;
  }

  #at(point: number): number {
    const at = this.#first + point;
    return at < this.#trainId.length ? at : at - this.#trainId.length;
  }

  /** Only while nothing has gone at the front. */
  #grow(): void {
    const length = Math.min(this.#room, Math.max(64, 2 * this.#length));
    const larger = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(length);
      grown.set(column);
      return grown;
    };
    const count = new Uint32Array(length);
    count.set(this.#count);
    [this.#trainId, this.#min, this.#count] = [larger(this.#trainId), larger(this.#min), count];
    // Of a single value smallest, largest and mean are the same.
    [this.#max, this.#mean] = this.width === 1 ? [this.#min, this.#min] : [larger(this.#max), larger(this.#mean)];
  }
}
