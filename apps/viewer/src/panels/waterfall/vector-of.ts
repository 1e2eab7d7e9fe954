import type { PanelData, PictureData, PictureRendition, Rendition } from '@trainyard/control';
import { numbersOf } from '../../plot/series.ts';
import { MOST_COLUMNS } from './waterfall-rows.ts';

/** A vector that is longer than that is asked for as means of neighbours. */
const MOST_WHOLE = 2 * MOST_COLUMNS;
const MOST_BLOCK = 64;

/** How a vector of this length is asked for: what a row of the waterfall can show of it. */
export function renditionFor(length: number | undefined): Rendition {
  if (length === undefined || length <= MOST_WHOLE) return { as: 'whole' };
  return { as: 'picture', block: Math.min(MOST_BLOCK, Math.ceil(length / MOST_COLUMNS)), scale: 'linear', bits: 16 } satisfies PictureRendition;
}

/** The numbers of a row, `block` elements each, and how many elements there are; undefined for what is no vector. */
export function vectorOf(value: PanelData): { readonly numbers: ArrayLike<number>; readonly block: number; readonly length: number } | undefined {
  if (typeof value !== 'object') return undefined;
  if ('~picture' in value) {
    const { pixels, low, high, block, shape } = value as PictureData;
    const codes = numbersOf(pixels)!;
    const step = (high - low) / (pixels.dtype === 'uint8' ? 254 : 65_534);
    return { numbers: Float32Array.from(codes, (code) => (code === 0 ? Number.NaN : low + (code - 1) * step)), block, length: shape.reduce((product, n) => product * n, 1) };
  }
  const numbers = numbersOf(value);
  return numbers && numbers.length > 1 && numbers.length <= 10_000_000 ? { numbers, block: 1, length: numbers.length } : undefined;
}
