import { ExdfError } from './exdf-error.ts';
import type { KeyRows } from './run.ts';

/** When a key counts as not changing, as numpy's `allclose` has it: |value - single| <= atol + rtol * |single|. */
export interface SingleValueOptions {
  /** Default 1e-5. */
  readonly rtol?: number;
  /** Default 0. */
  readonly atol?: number;
  /** What of all entries is taken, for each element of an entry by itself; default the median. */
  readonly reduce?: 'median' | 'mean' | 'min' | 'max' | 'first';
}

/** Of a key without axes one number, text or boolean; of another the numbers of an entry. */
export type SingleValue = number | string | boolean | { readonly shape: readonly number[]; readonly data: Float64Array };

/** The one value that all rows agree on. Numbers are compared as doubles; text and booleans must be equal. Errors: EXDF_VALUES, EXDF_NO_DATA, EXDF_TYPE. */
export function singleValue(where: string, rows: KeyRows, { rtol = 1e-5, atol = 0, reduce }: SingleValueOptions = {}): SingleValue {
  const { dtype, data, shape } = rows;
  if (shape[0] === 0) throw new ExdfError('EXDF_NO_DATA', where, 'The key has no entry in these trains');
  if (Array.isArray(data) || dtype === 'bool') {
    if (reduce !== undefined) throw new ExdfError('EXDF_TYPE', where, `Values of type ${dtype} cannot be reduced: leave reduce out`);
    const values = [...new Set<string | number | bigint>(data)];
    if (values.length > 1) throw new ExdfError('EXDF_VALUES', where, `There are ${values.length} different values: ${values.slice(0, 5).map((value) => JSON.stringify(value)).join(', ')}${values.length > 5 ? ', ...' : ''}`);
    return dtype === 'bool' ? values[0] === 1 : String(values[0]);
  }
  const [count = 0, ...entryShape] = shape;
  const size = entryShape.reduce((product, length) => product * length, 1);
  // Records have another number of bytes.
  if (data.length !== count * size) throw new ExdfError('EXDF_TYPE', where, `Values of type ${dtype} have no single number`);
  const single = new Float64Array(size);
  const column = new Float64Array(count);
  // As numpy, in the precision of the values: the middle of 0.4 and 0.6 is 0.5.
  const round = dtype === 'float32' ? Math.fround : (value: number) => value;
  let [absolute, least, different] = [0, Infinity, false];
  for (let i = 0; i < size; i++) {
    for (let row = 0; row < count; row++) column[row] = Number(data[row * size + i]!);
    const value = (single[i] = round(reduced(column, reduce ?? 'median')));
    least = Math.min(least, Math.abs(value));
    for (let row = 0; row < count; row++) {
      const deviation = Math.abs(column[row]! - value);
      // Not a number is not near to anything.
      if (column[row] !== value && !(deviation <= atol + rtol * Math.abs(value))) different = true;
      absolute = Math.max(absolute, deviation);
    }
  }
  if (different) throw new ExdfError('EXDF_VALUES', where, `The values are not within the tolerance: they differ by up to ${absolute.toPrecision(3)} from ${size === 1 ? single[0] : 'it'}, relatively by ${(absolute / least).toPrecision(3)}`);
  return entryShape.length === 0 ? single[0]! : { shape: entryShape, data: single };
}

function reduced(column: Float64Array, how: NonNullable<SingleValueOptions['reduce']>): number {
  if (how === 'first') return column[0]!;
  if (how === 'mean') return column.reduce((sum, value) => sum + value, 0) / column.length;
  if (column.some(Number.isNaN)) return Number.NaN;
  const sorted = column.slice().sort();
  if (how === 'min') return sorted[0]!;
  if (how === 'max') return sorted.at(-1)!;
  const middle = column.length >> 1;
  return column.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
