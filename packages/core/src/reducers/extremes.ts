import type { Reducer } from '../reducer.ts';
import { shaped, type Value } from './elements.ts';
import { written, type Bounded } from './options.ts';
import { perElement, type ElementState } from './per-element.ts';

/**
 * The smallest value per element over trains, float64 (a number for numbers). NaN is left out, as in `numpy.fmin`: one bad train would
 * otherwise hide the minimum for good. An element that was never a number is NaN. Errors: `REDUCER_SHAPE`, `REDUCER_VALUE`.
 */
export function minimum(options: Bounded = {}): Reducer<Value, ElementState, Value> {
  return extreme('minimum', options, (value, so) => value < so);
}

/** The largest value per element over trains, float64 (a number for numbers). NaN is left out, as in `numpy.fmax`; see `minimum`. */
export function maximum(options: Bounded = {}): Reducer<Value, ElementState, Value> {
  return extreme('maximum', options, (value, so) => value > so);
}

function extreme(name: 'minimum' | 'maximum', options: Bounded, beats: (value: number, so: number) => boolean): Reducer<Value, ElementState, Value> {
  const take = ([best]: readonly Float64Array[], data: ArrayLike<number | bigint>): void => {
    for (let i = 0; i < data.length; i++) {
      const value = Number(data[i]);
      const so = best![i]!;
      if (beats(value, so) || Number.isNaN(so)) best![i] = value;
    }
  };
  return perElement({
    name: written(name, { trains: options.trains }), what: `A ${name}`, bounded: options, keeps: 'axes and unit', columns: 1, start: NaN,
    fold: take,
    join: ([into], [later]) => take([into!], later!),
    finish: ([best], { shape }) => shaped(best!.slice(), shape),
  });
}
