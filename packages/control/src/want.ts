import type { NdArray } from '@trainyard/nd';

/**
 * What one panel wants of a view or raw key: the value as it shows it, not more. Panels that want the same are given the same frame, which
 * is made once; nobody wants it, and nothing is made.
 */
export interface Want {
  /** The client's own name for it; frames and acknowledgements carry it. */
  readonly key: string;
  /** The view's id, or the data path of a raw key. */
  readonly id: string;
  readonly as: Rendition;
}

/** `whole`: every number as it is, for scalars, tables, texts and short vectors. */
export type Rendition = { readonly as: 'whole' } | CurveRendition | PictureRendition;

/** A vector or several series as lines: where more than two values fall on a pixel, the smallest and the largest of them stand for all. */
export interface CurveRendition {
  readonly as: 'curve';
  /** Pixels along x, at most 8192. */
  readonly pixels: number;
  /** Elements `[from, to)` that are shown; all without it. */
  readonly window?: readonly [from: number, to: number];
}

/** Two axes of an array as pixels of the screen. */
export interface PictureRendition {
  readonly as: 'picture';
  /** So many rows and columns of the array become one pixel, their mean without NaN; 1 to 64. */
  readonly block: number;
  /** Rows and columns that are shown, ends excluded; all without it. */
  readonly window?: readonly [row0: number, column0: number, row1: number, column1: number];
  /** Index of each axis before the last two; missing ones count as 0. */
  readonly plane?: readonly number[];
  /** How the codes are spaced between the ends of the range. */
  readonly scale: 'linear' | 'log' | 'sqrt';
  /**
   * 16: codes between the smallest and the largest value. 8: between the ends of `percent` (what is beyond takes the end's code), for slow lines.
   * `exact`: the array's own numbers, only with `block` 1.
   */
  readonly bits: 8 | 16 | 'exact';
  /** Percent of the values beyond either end of an 8-bit range. */
  readonly percent?: number;
}

/** Two axes of an array as they were asked for. */
export interface PictureData {
  readonly '~picture': true;
  /** Rows and columns of the array itself, and the axes before them. */
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly window: readonly [row0: number, column0: number, row1: number, column1: number];
  readonly block: number;
  readonly scale: 'linear' | 'log' | 'sqrt';
  /** Values of the first and of the last code, unless the numbers are exact. Both 0 when no value is finite, or for a log scale above 0. */
  readonly low: number;
  readonly high: number;
  /** (rows, columns): codes of uint8 or uint16, 0 for NaN, 1 to 255 or 65535 from `low` to `high` (`valueOfCode`); or the numbers themselves. */
  readonly pixels: NdArray;
  /**
   * Values that so many percent of the finite pixels do not exceed, for ranges: 0, 0.1, 1, 5, 50, 95, 99, 99.9, 100. Of large pictures those between the
   * ends are of a sample of them, about 65 536. Empty when no value is finite.
   */
  readonly percentiles: readonly number[];
  /** The same of those above 0, for a log scale. Empty when there is none. */
  readonly positivePercentiles: readonly number[];
}

export const PICTURE_PERCENTS = [0, 0.1, 1, 5, 50, 95, 99, 99.9, 100] as const;

/** Of a curve that was reduced: which elements stand in it. */
export interface Reduced {
  /** How many elements the vector has. */
  readonly length: number;
  /** The elements that were kept, ascending: the smallest and the largest of each pixel, in their order. */
  readonly kept: Uint32Array;
}
