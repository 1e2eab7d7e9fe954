import type { Reducer } from '../reducer.ts';
import { shaped, type Value } from './elements.ts';
import { written, type Bounded } from './options.ts';
import { perElement, type ElementState } from './per-element.ts';

/** The sum per element over trains, float64 (a number for numbers). NaN stays NaN, as in `numpy.sum`. Errors: `REDUCER_SHAPE`, `REDUCER_VALUE`. */
export function sum(options: Bounded = {}): Reducer<Value, ElementState, Value> {
  return perElement({
    name: written('sum', { trains: options.trains }), what: 'A sum', bounded: options, keeps: 'axes and unit', columns: 1,
    fold: addUp,
    join: ([into], [later]) => addUp([into!], later!),
    finish: ([total], { shape }) => shaped(total!.slice(), shape),
  });
}

/** Adds elements to the first column. */
export function addUp([total]: readonly Float64Array[], data: ArrayLike<number | bigint>): void {
  for (let i = 0; i < data.length; i++) total![i]! += Number(data[i]);
}
