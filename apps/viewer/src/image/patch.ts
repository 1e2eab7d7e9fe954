import { lastCode, valueOfCode, type PanelData, type PanelValue, type PictureData, type Rendition } from '@trainyard/control';
import { isArray } from '../data/channel.ts';
import { pictureOf, valueAt, type Picture } from './picture.ts';

/** A part of one plane of an array, as it came: in blocks of so many pixels, as codes or as the numbers themselves. */
export interface Patch {
  readonly trainId: number;
  /** Of the whole plane. */
  readonly rows: number;
  readonly columns: number;
  /** Lengths of the axes before the last two. */
  readonly leading: readonly number[];
  readonly dtype: string;
  readonly window: readonly [row0: number, column0: number, row1: number, column1: number];
  readonly block: number;
  /** One element for each block. */
  readonly picture: Picture;
  /** What the elements stand for; absent when they are the numbers themselves. */
  readonly codes: Codes | undefined;
  /** Values at `PICTURE_PERCENTS`, where the yard has sent them. */
  readonly percentiles: readonly number[] | undefined;
  readonly positivePercentiles: readonly number[] | undefined;
}

export interface Codes {
  readonly low: number;
  readonly high: number;
  readonly scale: PictureData['scale'];
  /** The code of `high`: 255 or 65535. 0 is NaN, 1 is `low`. */
  readonly last: number;
}

export function isPictureData(value: PanelData): value is PictureData {
  return typeof value === 'object' && '~picture' in value;
}

/** What can be drawn of a value: a picture as it was asked for, or the plane of a whole array; undefined for anything else. */
export function patchOf(value: PanelData, trainId: number, plane: readonly number[], as: Rendition): Patch | undefined {
  if (isArray(value)) {
    const picture = pictureOf(value, plane);
    const { width: columns, height: rows } = picture;
    return { trainId, rows, columns, leading: value.shape.slice(0, -2), dtype: value.dtype, window: [0, 0, rows, columns], block: 1, picture, codes: undefined, percentiles: undefined, positivePercentiles: undefined };
  }
  if (!isPictureData(value)) return undefined;
  const { shape, dtype, window, block, scale, low, high, pixels, percentiles, positivePercentiles } = value;
  const isExact = as.as === 'picture' && as.bits === 'exact';
  return {
    trainId, rows: shape.at(-2) ?? 1, columns: shape.at(-1) ?? 1, leading: shape.slice(0, -2), dtype, window, block, picture: pictureOf(pixels),
    codes: isExact ? undefined : { low, high, scale, last: lastCode(pixels.dtype === 'uint8' ? 8 : 16) }, percentiles, positivePercentiles,
  };
}

export const isWhole = ({ window: [r0, c0, r1, c1], rows, columns }: Patch): boolean => r0 === 0 && c0 === 0 && r1 >= rows && c1 >= columns;

/** The value of an element of the patch's picture. */
export function decoded(raw: number, codes: Codes | undefined): number {
  return codes ? valueOfCode(codes, raw, codes.last) : raw;
}

/** The value at a row and column of the array: of its pixel, or the mean of its block. Undefined where the patch does not reach. */
export function patchValue({ window: [r0, c0, r1, c1], block, picture, codes }: Patch, row: number, column: number): number | undefined {
  if (row < r0 || column < c0 || row >= r1 || column >= c1) return undefined;
  const raw = valueAt(picture, Math.floor((row - r0) / block), Math.floor((column - c0) / block));
  return raw === undefined ? undefined : decoded(raw, codes);
}

/** Of an array, or of the one that a picture was made of. */
export function shapeOf(value: PanelValue | undefined): readonly number[] | undefined {
  if (value === undefined || typeof value.value !== 'object') return undefined;
  return isArray(value.value) || isPictureData(value.value) ? value.value.shape : undefined;
}
