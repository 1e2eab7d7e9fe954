import type { History } from '@trainyard/control';

/** A scalar over train IDs as it is drawn: points of one width, in trains. NaN is a gap. */
export interface ScalarPoints {
  readonly width: number;
  /** The middle of each point. */
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Values in each point; 0 where a gap is. */
  readonly count: Float64Array;
}

/** Values of now that a page keeps beside what the server has: half an hour of every train. */
const MOST_LIVE = 20_000;
/** A pause of more trains than this (5 s), and than five points, is a gap. */
const GAP = 50;
/** A train ID so far below the newest: the source began again. */
const AGAIN = 100;

/** The past of one scalar as a page has it: what the server kept, and what came since. */
export class ScalarLine {
  #past: History | undefined;
  #trains: number[] = [];
  #values: number[] = [];

  get past(): History | undefined {
    return this.#past;
  }

  /** The newest train; undefined before anything came. */
  get last(): number | undefined {
    return this.#trains.at(-1) ?? this.#past?.last;
  }

  get first(): number | undefined {
    return this.#past && this.#past.trainId.length > 0 ? Math.min(this.#past.first, this.#trains[0] ?? Infinity) : this.#trains[0];
  }

  /** `played`: trains come in any order, and one that the server's past has reached says that the past is another now: true. */
  push(trainId: number, value: number, played = false): boolean {
    const last = this.#trains.at(-1);
    if (!played && last !== undefined && trainId <= last - AGAIN) this.clear();
    const isPast = played && this.#past !== undefined && trainId <= this.#past.last;
    const at = placeOf(this.#trains, trainId);
    if (this.#trains[at] === trainId) this.#values[at] = value;
    else if (at === this.#trains.length) {
      this.#trains.push(trainId);
      this.#values.push(value);
    } else {
      this.#trains.splice(at, 0, trainId);
      this.#values.splice(at, 0, value);
    }
    // In blocks: to shift all entries for every train would cost more than to draw them.
    if (this.#trains.length > MOST_LIVE * 1.1) {
      this.#trains = this.#trains.slice(-MOST_LIVE);
      this.#values = this.#values.slice(-MOST_LIVE);
    }
    return isPast;
  }

  setPast(past: History | undefined): void {
    this.#past = past;
  }

  clear(): void {
    this.#past = undefined;
    this.#trains = [];
    this.#values = [];
  }

  /** All that is known from one train to another, in points as wide as the server's; without these, so wide that there are about `most`. */
  points(from: number, to: number, most: number): ScalarPoints {
    const width = this.#past?.width ?? widthFor(to - from, most);
    return joinHistory(this.#past, this.#trains, this.#values, width, from, to);
  }

  /** The values themselves, as far as they are known: where the server has only wider points, those that came here. */
  values(from: number, to: number): ScalarPoints {
    return joinHistory(this.#past?.width === 1 ? this.#past : undefined, this.#trains, this.#values, 1, from, to);
  }
}

/** A power of two: so many trains in one point make at most `most` points. */
export function widthFor(trains: number, most: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, trains) / Math.max(1, most))));
}

/**
 * What the server kept, and the values of now after it, as points of one width between two trains. Values of now that the server has already
 * counted are left out, and so is what is not finite, as the server does.
 */
export function joinHistory(past: History | undefined, trains: readonly number[], values: readonly number[], width: number, from: number, to: number): ScalarPoints {
  const pastBegin = past ? placeOf(past.trainId, from - width + 1) : 0;
  const pastEnd = past ? placeOf(past.trainId, to + 1) : 0;
  let i = placeOf(trains, Math.max(from - width + 1, past && past.trainId.length > 0 ? past.last + 1 : -Infinity));
  // Before each point there may be a gap. Made at once: to let five lists grow ten times a second in twenty panels is what costs.
  const most = 2 * (pastEnd - pastBegin + placeOf(trains, to + 1) - i + 1);
  const [x, mean, low, high, count] = [0, 1, 2, 3, 4].map(() => new Float64Array(Math.max(0, most)));
  const gap = Math.max(GAP, 5 * width);
  let length = 0;
  let last = -Infinity;
  const add = (start: number, n: number, m: number, a: number, b: number) => {
    const at = length - 1;
    if (start === last) {
      // The point at which the server's end and the values of now meet.
      mean[at] = (mean[at] * count[at] + m * n) / (count[at] + n);
      low[at] = Math.min(low[at], a);
      high[at] = Math.max(high[at], b);
      count[at] += n;
      return;
    }
    if (start - last > gap && at >= 0) {
      x[length] = last + width / 2 + 1;
      mean[length] = low[length] = high[length] = Number.NaN;
      length++;
    }
    last = start;
    x[length] = start + (width - 1) / 2;
    mean[length] = m;
    low[length] = a;
    high[length] = b;
    count[length] = n;
    length++;
  };
  for (let k = pastBegin; k < pastEnd; k++) add(past!.trainId[k], past!.count[k], past!.mean[k], past!.min[k], past!.max[k]);
  while (i < trains.length && trains[i] <= to) {
    const start = Math.floor(trains[i] / width) * width;
    let [n, sum, a, b] = [0, 0, Infinity, -Infinity];
    for (; i < trains.length && trains[i] < start + width && trains[i] <= to; i++) {
      const value = values[i];
      if (value - value !== 0) continue;
      n++;
      sum += value;
      if (value < a) a = value;
      if (value > b) b = value;
    }
    if (n > 0) add(start, n, sum / n, a, b);
  }
  return { width, x: x.subarray(0, length), mean: mean.subarray(0, length), low: low.subarray(0, length), high: high.subarray(0, length), count: count.subarray(0, length) };
}

/** At each point the mean of the values of the last `trains` trains up to it; NaN where there are none. */
export function movingMean({ x, mean, count }: ScalarPoints, trains: number): Float64Array {
  const out = new Float64Array(x.length);
  let [begin, sum, n] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (count[i] > 0) {
      sum += mean[i] * count[i];
      n += count[i];
    }
    for (; x[begin] <= x[i] - trains; begin++) {
      if (count[begin] === 0) continue;
      sum -= mean[begin] * count[begin];
      n -= count[begin];
    }
    // What is taken away again leaves a rest behind, which must not outlive an empty window.
    if (n === 0) sum = 0;
    out[i] = n > 0 && count[i] > 0 ? sum / n : Number.NaN;
  }
  return out;
}

function placeOf(trains: ArrayLike<number>, train: number): number {
  let low = 0;
  let high = trains.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trains[middle] < train) low = middle + 1;
    else high = middle;
  }
  return low;
}
