import type { Labels, ViewKind } from '@trainyard/core';
import type { NumberData, NumberType } from './file/dtype.ts';

/** What the file says of a view. `compute` views are never written. */
export interface ResultView {
  /** `group/view`. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly kind: Exclude<ViewKind, 'compute'>;
  readonly title?: string;
  readonly unit?: string;
  readonly stage: 'pool' | 'reduce';
  /** A reducer without a window: one row per block of 64 train IDs, and the final value. */
  readonly cumulative: boolean;
  /** Train IDs of a bounded reducer's memory. */
  readonly window?: number;
  /** Of the code the view depends on. */
  readonly hash?: string;
}

/** An array in C order; `data` is text for the dtype `str`. */
export interface ArrayValue {
  readonly dtype: NumberType | 'str';
  readonly shape: readonly number[];
  readonly data: NumberData | readonly string[];
  /** Of text read from a file: the bytes that one entry had there. */
  readonly width?: number;
}

/** One series of a named result: a column of a table, or a curve. */
export type SeriesValue = ArrayValue | readonly (number | string)[];

/** What a view gave: one value, one array, or arrays by name (tables, named series). */
export type ResultValue = number | bigint | boolean | string | ArrayValue | { readonly [series: string]: SeriesValue };

/** Names, units, coordinates and uncertainty of one result; `overlay` is not stored, `counts` of the final value only. */
export interface RowLabels extends Pick<Labels, 'unit' | 'axes' | 'counts'> {
  /** One standard deviation, in the shape of the value. */
  readonly errors?: ArrayValue;
}

export function isArrayValue(value: object): value is ArrayValue {
  return 'dtype' in value && 'shape' in value && 'data' in value && typeof value.dtype === 'string';
}

/** A named result's series of entries as an array: text as soon as one entry is. */
export function asArray(series: SeriesValue): ArrayValue {
  if (!Array.isArray(series)) return series as ArrayValue;
  const list = series as readonly (number | string)[];
  if (list.some((entry) => typeof entry === 'string')) return { dtype: 'str', shape: [list.length], data: list.map(String) };
  return { dtype: 'float64', shape: [list.length], data: Float64Array.from(list as readonly number[]) };
}

/** One value as an array without axes. */
export function asSingle(value: number | bigint | boolean | string): ArrayValue {
  switch (typeof value) {
    case 'number': return { dtype: 'float64', shape: [], data: Float64Array.of(value) };
    case 'bigint': return { dtype: 'int64', shape: [], data: BigInt64Array.of(value) };
    case 'boolean': return { dtype: 'bool', shape: [], data: Uint8Array.of(value ? 1 : 0) };
    default: return { dtype: 'str', shape: [], data: [value] };
  }
}
