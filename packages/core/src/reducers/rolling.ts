import { ndarray, type AnyTypedArray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { elementsOf, requireShape, type Value } from './elements.ts';
import { kept, keeping, type Kept } from './kept.ts';
import { windowOf, written } from './options.ts';

/** One train's elements. */
export interface RollingEntry {
  readonly shape: readonly number[];
  readonly data: AnyTypedArray;
}

/**
 * The values of the last `trains` train IDs as one array, oldest first: shape (trains with a value, ...shape of the value), labelled with their train IDs.
 * The dtype is that of the values (float64 for numbers, and where it changes). The result fails with `REDUCER_SHAPE` while the window holds values
 * of different shapes. Errors: `REDUCER_VALUE`.
 */
export function rolling(options: { readonly trains: number }): Reducer<Value, Kept<RollingEntry>, Labelled> {
  return reducer({
    name: written('rolling', { trains: options.trains }),
    kind: 'matrix',
    ...windowOf(options),
    keeps: 'axes and unit',
    ...keeping<RollingEntry>(),
    add(state: Kept<RollingEntry>, value: Value, trainId: number) {
      const { data, shape } = elementsOf(value, 'A rolling buffer');
      return kept(state, trainId, { shape: [...shape], data: ArrayBuffer.isView(data) ? (data as AnyTypedArray).slice() : Float64Array.from(data as readonly number[]) });
    },
    result({ trainIds, entries }) {
      const first = entries[0];
      if (!first) return undefined;
      for (const { shape } of entries) requireShape('A rolling buffer', first.shape, shape);
      const size = first.data.length;
      const same = entries.every(({ data }) => data.constructor === first.data.constructor);
      const out = same ? new (first.data.constructor as Float64ArrayConstructor)(size * entries.length) : new Float64Array(size * entries.length);
      for (const [row, { data }] of entries.entries()) {
        if (same) out.set(data as Float64Array, row * size);
        else for (let i = 0; i < size; i++) out[row * size + i] = Number(data[i]);
      }
      return labelled(ndarray(out, [entries.length, ...first.shape]) as NdArray, { axes: [{ name: 'trainId', values: Float64Array.from(trainIds) }] });
    },
  });
}
