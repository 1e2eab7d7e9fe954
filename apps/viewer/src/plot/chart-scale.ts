/** One axis of a chart: its ends, and how the numbers between them are spaced. */
export interface ChartScale {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

/** Closer to each other than that, relative to their size, two ends have no numbers between them to draw or to name. */
const NARROWEST = 1e-12;

/** Whether something can be shown between these ends, in whichever order they are. */
export function isWide(a: number, b: number): boolean {
  return Math.abs(b - a) > Math.max(Math.abs(a), Math.abs(b)) * NARROWEST && Math.abs(b - a) < Infinity;
}

/** From a coordinate to pixels along the axis, `pixels` at the high end. */
export function placer({ low, high, log }: ChartScale, pixels: number): (value: number) => number {
  if (!log) {
    const k = pixels / (high - low);
    return (value) => (value - low) * k;
  }
  const base = Math.log(low);
  const k = pixels / (Math.log(high) - base);
  return (value) => (value > 0 ? (Math.log(value) - base) * k : -1e6);
}

/** The way back. */
export function coordinate({ low, high, log }: ChartScale, fraction: number): number {
  return log ? low * (high / low) ** fraction : low + (high - low) * fraction;
}

/** The smallest and the largest number, those above 0 for a log scale; undefined where there is none. */
export function extent(values: ArrayLike<number>, log: boolean, from = 0, to = values.length): readonly [low: number, high: number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (log && !(value > 0)) continue;
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

export function wider(a: readonly [number, number] | undefined, b: readonly [number, number] | undefined): readonly [number, number] | undefined {
  return a && b ? [Math.min(a[0], b[0]), Math.max(a[1], b[1])] : (a ?? b);
}

/** A little air beyond the data; a flat line lies in the middle. */
export function padded([low, high]: readonly [number, number], log: boolean): ChartScale {
  if (log) {
    const factor = Math.max(1.05, (high / low) ** 0.06);
    return { low: low / factor, high: high * factor, log };
  }
  const pad = (high - low) * 0.07 || Math.abs(high) * 0.1 || 1;
  return { low: low - pad, high: high + pad, log };
}

/** The scale stays as it is while the data fit into it and fill at least half: an axis that moves with every train cannot be read. */
export function calmScale(before: ChartScale | undefined, data: readonly [number, number] | undefined, log: boolean): ChartScale {
  if (!data) return before?.log === log ? before : { low: log ? 0.1 : 0, high: 1, log };
  if (before?.log === log && data[0] >= before.low && data[1] <= before.high) {
    const way = (value: number) => (log ? Math.log(value) : value);
    if (way(data[1]) - way(data[0]) >= (way(before.high) - way(before.low)) * 0.5) return before;
  }
  return padded(data, log);
}
