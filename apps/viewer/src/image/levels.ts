import { PICTURE_PERCENTS } from '@trainyard/control';
import { percentileRange, type Range, type ScaleName } from './auto-range.ts';
import { fractionOf } from './paint-picture.ts';
import { decoded, type Patch } from './patch.ts';

/** The values that leave so many percent of what is shown out at either end; undefined when nothing can be shown. */
export function automaticRange(patch: Patch, percent: number, scale: ScaleName): Range | undefined {
  const log = scale === 'log';
  const at = log ? patch.positivePercentiles : patch.percentiles;
  if (!at) return percentileRange(patch.picture, percent, 100 - percent, log);
  if (at.length === 0) return undefined;
  const value = (of: number) => at[PICTURE_PERCENTS.reduce<number>((best, one, i) => (Math.abs(one - of) < Math.abs(PICTURE_PERCENTS[best]! - of) ? i : best), 0)];
  const [low, high, most] = [value(percent), value(100 - percent), value(100)];
  if (high > low) return [low, high];
  if (most > low) return [low, most];
  const half = Math.abs(low) / 2 || 0.5;
  return log ? [low / 2, low * 2] : [low - half, low + half];
}

/** What the colour bar spans: the range and nearly all values, and a little beyond them to drag the ends to. */
export function barSpan(patch: Patch, range: Range, scale: ScaleName): Range {
  const [low, high] = automaticRange(patch, 0.1, scale) ?? range;
  const [a, b] = [Math.min(low, range[0]), Math.max(high, range[1])];
  if (scale === 'log') {
    const more = (b / a) ** 0.06;
    return [a / more, b * more];
  }
  const more = (b - a) * 0.06;
  return [a - more, b + more];
}

const SAMPLES = 16_000;

/** How many of the shown values fall into each of equal parts of the span, as the scale has it; from at most 16 000 of them. Fills and gives back `counts`. */
export function countValues({ picture, codes }: Patch, span: Range, scale: ScaleName, counts: Float64Array): Float64Array {
  const { data, width, height, offset, rowStride, colStride } = picture;
  counts.fill(0);
  const size = width * height;
  let step = Math.max(1, Math.ceil(size / SAMPLES));
  while (step > 1 && width % step === 0) step++;
  let [row, column] = [0, 0];
  for (let i = 0; i < size; i += step) {
    const fraction = fractionOf(decoded(data[offset + row * rowStride + column * colStride], codes), span, scale);
    if (fraction >= 0 && fraction < 1) counts[(fraction * counts.length) | 0]++;
    for (column += step; column >= width; column -= width) row++;
  }
  return counts;
}
