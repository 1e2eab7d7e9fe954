import type { Picture } from './picture.ts';

export type Range = readonly [low: number, high: number];
export type ScaleName = 'linear' | 'log' | 'sqrt';

const samples = 16_000;
const scratch = new Float64Array(samples);

/**
 * The values at two percentiles, from at most 16 000 evenly spread samples; NaN and infinities do not count, with `positive`
 * neither does anything ≤ 0 (a log scale cannot show it). Undefined when nothing is left. A flat picture gets a range around its value.
 */
export function percentileRange({ data, width, height, offset, rowStride, colStride }: Picture, low: number, high: number, positive = false): Range | undefined {
  const size = width * height;
  // An odd step that does not divide the width keeps the samples from falling into the same columns.
  let step = Math.max(1, Math.ceil(size / samples));
  while (step > 1 && width % step === 0) step++;
  let count = 0;
  let row = 0;
  let col = 0;
  for (let i = 0; i < size && count < samples; i += step) {
    const value = data[offset + row * rowStride + col * colStride];
    if (value - value === 0 && !(positive && value <= 0)) scratch[count++] = value;
    for (col += step; col >= width; col -= width) row++;
  }
  if (count === 0) return undefined;
  const sorted = scratch.subarray(0, count).sort();
  const at = (percent: number) => sorted[Math.min(count - 1, Math.max(0, Math.round((percent / 100) * (count - 1))))];
  const [a, b] = [at(low), at(high)];
  if (b > a) return [a, b];
  if (sorted[count - 1] > a) return [a, sorted[count - 1]];
  const half = Math.abs(a) / 2 || 0.5;
  return positive ? [a / 2, a * 2] : [a - half, a + half];
}

/** Keeps an automatic range from flickering: it stays while the new one differs by less than a twentieth of its width. */
export function calmRange(before: Range | undefined, next: Range): Range {
  if (!before) return next;
  const slack = (before[1] - before[0]) / 20;
  return Math.abs(before[0] - next[0]) <= slack && Math.abs(before[1] - next[1]) <= slack ? before : next;
}

/** A range that a scale can show: the low end of a log scale is positive, the ends are ordered and apart. */
export function validRange([low, high]: Range, scale: ScaleName): Range {
  let [a, b] = low <= high ? [low, high] : [high, low];
  if (scale === 'log') {
    if (b <= 0) return [1, 10];
    if (a <= 0) a = b / 1e4;
  }
  if (a === b) b = a + (Math.abs(a) || 1) * 1e-6;
  return [a, b];
}
