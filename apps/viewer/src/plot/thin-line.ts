/** A polyline, possibly with an extent in y at each point. NaN is a gap. */
export interface Trace {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly low?: ArrayLike<number> | undefined;
  readonly high?: ArrayLike<number> | undefined;
}

/** The points `[from, to)` of ascending x that lie in a window, and one more on either side, so that lines reach its edges. */
export function inWindow(x: ArrayLike<number>, low: number, high: number): readonly [from: number, to: number] {
  let to = firstAtLeast(x, high);
  while (to < x.length && x[to] === high) to++;
  return [Math.max(0, firstAtLeast(x, low) - 1), Math.min(x.length, to + 1)];
}

/** Where the first element that is not below `value` is; the length where there is none. */
export function firstAtLeast(x: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The element nearest to `value`; -1 of nothing. */
export function nearest(x: ArrayLike<number>, value: number): number {
  const at = firstAtLeast(x, value);
  if (at === 0) return x.length > 0 ? 0 : -1;
  return at === x.length || value - x[at - 1] <= x[at] - value ? at - 1 : at;
}

/**
 * Points `[from, to)` of a line as so many columns of pixels can show it: of each column the first, the smallest, the largest and the last. A line
 * of a million points looks the same and takes no longer than one of a thousand; its gaps stay where they are wider than a pixel.
 */
export function thinLine({ x, y, low, high }: Trace, from: number, to: number, columns: number, place: (x: number) => number): Trace {
  if (to - from <= columns * 4) return { x: slice(x, from, to), y: slice(y, from, to), low: low && slice(low, from, to), high: high && slice(high, from, to) };
  const kept: number[] = [];
  const lows: number[] = [];
  const highs: number[] = [];
  for (let i = from; i < to;) {
    const column = Math.floor(place(x[i]));
    let [smallest, largest, last] = [-1, -1, -1];
    let [bandLow, bandHigh] = [Number.NaN, Number.NaN];
    let first = -1;
    const begin = i;
    for (; i < to && (i === begin || Math.floor(place(x[i])) === column); i++) {
      if (low && high && low[i] - high[i] <= 0) {
        if (!(low[i] >= bandLow)) bandLow = low[i];
        if (!(high[i] <= bandHigh)) bandHigh = high[i];
      }
      const value = y[i];
      if (value !== value) continue;
      if (first < 0) first = i;
      if (smallest < 0 || value < y[smallest]) smallest = i;
      if (largest < 0 || value > y[largest]) largest = i;
      last = i;
    }
    for (const k of first < 0 ? [begin] : [...new Set([first, Math.min(smallest, largest), Math.max(smallest, largest), last])]) {
      kept.push(k);
      lows.push(bandLow);
      highs.push(bandHigh);
    }
  }
  return { x: kept.map((k) => x[k]), y: kept.map((k) => y[k]), low: low && lows, high: high && highs };
}

function slice(values: ArrayLike<number>, from: number, to: number): ArrayLike<number> {
  if (from === 0 && to === values.length) return values;
  return Array.isArray(values) ? values.slice(from, to) : (values as Float64Array).subarray(from, to);
}
