import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { elementsOf, sameShape, type Value } from './elements.ts';
import { kept, keeping, type Kept } from './kept.ts';
import { windowOf, written } from './options.ts';
import { unlike } from './pairs.ts';

/** What belongs together in one train, row by row. */
export interface TuplesEntry {
  readonly rows: Float64Array;
  readonly incomplete: number;
}

/**
 * Values that belong together, of the last `trains` train IDs, oldest first: float64 of shape (rows, names), a column for each name. What is kept as it came can be binned in another way at any
 * time. Vectors of one length (a value per pulse) are as many rows; a number beside them goes with each. A row needs all its values, finite; its `counts` are `pairs` (whole rows) and
 * `incomplete`. Errors: `REDUCER_PAIRS`, `REDUCER_VALUE`.
 */
export function tuples<const N extends readonly string[]>(names: N, options: { readonly trains: number }): Reducer<{ readonly [K in N[number]]: Value | undefined }, Kept<TuplesEntry>, Labelled<NdArray<2>>> {
  const width = names.length;
  return reducer({
    name: written('tuples', { names: names.join(' '), trains: options.trains }),
    kind: 'matrix',
    ...windowOf(options),
    takes: [...names],
    ...keeping<TuplesEntry>(),
    add(state: Kept<TuplesEntry>, given: { readonly [K in N[number]]: Value | undefined }, trainId: number) {
      const sides = names.map((name) => {
        const value = given[name as N[number]];
        return value === undefined ? undefined : elementsOf(value, 'A list of tuples');
      });
      const there = sides.filter((side) => side !== undefined);
      const arrays = there.filter(({ shape }) => shape.length > 0);
      if (arrays.some(({ shape }) => !sameShape(shape, arrays[0]!.shape))) throw unlike('A list of tuples', Object.fromEntries(names.flatMap((name, k) => (sides[k] ? [[name, sides[k]]] : []))));
      const count = arrays[0]?.data.length ?? 1;
      if (there.length < width) return kept(state, trainId, { rows: new Float64Array(0), incomplete: count });
      const rows = new Float64Array(count * width);
      let at = 0;
      for (let i = 0; i < count; i++) {
        let whole = true;
        for (let k = 0; k < width; k++) {
          const { data, shape } = there[k]!;
          const value = Number(data[shape.length > 0 ? i : 0]);
          rows[at + k] = value;
          whole &&= Number.isFinite(value);
        }
        if (whole) at += width;
      }
      return kept(state, trainId, { rows: rows.slice(0, at), incomplete: count - at / width });
    },
    result({ entries }) {
      if (entries.length === 0) return undefined;
      const out = new Float64Array(entries.reduce((total, { rows }) => total + rows.length, 0));
      let [at, incomplete] = [0, 0];
      for (const entry of entries) {
        out.set(entry.rows, at);
        at += entry.rows.length;
        incomplete += entry.incomplete;
      }
      return labelled(ndarray(out, [at / width, width]) as NdArray<2>, { counts: { pairs: at / width, incomplete } });
    },
  });
}
