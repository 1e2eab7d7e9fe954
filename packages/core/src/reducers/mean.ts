import type { Reducer } from '../reducer.ts';
import { shaped, type Value } from './elements.ts';
import { written, type Bounded } from './options.ts';
import { perElement, type ElementState } from './per-element.ts';
import { addUp } from './sum.ts';

/**
 * The mean per element over trains: `sum / count` in float64, given back as float64 (a number for numbers).
 * NaN stays NaN, as in `numpy.mean`. With `trains: N` it is over the last N train IDs (`average: N` of a view is this).
 * Errors: `REDUCER_SHAPE`, `REDUCER_VALUE`.
 */
export function mean(options: Bounded = {}): Reducer<Value, ElementState, Value> {
  return perElement({
    name: written('mean', { trains: options.trains }), what: 'A mean', bounded: options, keeps: 'axes and unit', columns: 1,
    fold: addUp,
    join: ([into], [later]) => addUp([into!], later!),
    finish: ([total], { count, shape }) => shaped(total!.map((x) => x / count), shape),
  });
}
