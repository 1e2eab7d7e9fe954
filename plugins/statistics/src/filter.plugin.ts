import { YardError, asNdArray, ndarray, skip, view, type InputRef, type NdArray, type PluginBuild, type Skip } from '@trainyard/core';
import { selectPulses } from './select-pulses.ts';

type Passed = { readonly value: NdArray | number; readonly pulses: number };

export const build: PluginBuild = ({ inputs, params }) => {
  const passed = view.compute({ value: inputs.value as InputRef<NdArray | number>, by: inputs.by as InputRef<NdArray<1> | number> }, ({ value, by }): Passed | Skip => {
    const [low, high] = rangeOf((params.range ?? []) as readonly number[]);
    const place = typeof by === 'number' ? by : asNdArray(by).dimension === 0 ? Number(asNdArray(by).item()) : undefined;
    if (place === undefined) {
      const kept = selectPulses(value as NdArray, by as NdArray<1>, [low, high]);
      return kept.shape[0] === 0 ? skip(`of ${asNdArray(by as NdArray).size} pulses none lies between ${low} and ${high}`) : { value: kept, pulses: kept.shape[0]! };
    }
    return place >= low && place <= high ? { value, pulses: 1 } : skip(`${place} does not lie between ${low} and ${high}`);
  }, { hidden: true });
  const of = { passed: { from: passed } as InputRef<Passed> };
  return {
    value: view.matrix(of, ({ passed: { value } }) => (typeof value === 'number' ? ndarray(Float64Array.of(value), []) : value), { title: 'Within the range' }),
    number: view.scalar(of, ({ passed: { value } }) => (typeof value === 'number' || value.dimension === 0 ? Number(typeof value === 'number' ? value : value.item()) : skip('the value is an array')), { title: 'Within the range' }),
    pulses: view.scalar(of, ({ passed: { pulses } }) => pulses, { title: 'Pulses within the range' }),
    passed,
  };
};

function rangeOf(range: readonly number[]): readonly [number, number] {
  if (range.length === 0) return [-Infinity, Infinity];
  if (range.length !== 2 || !(range[0]! <= range[1]!)) throw new YardError('SELECT_RANGE', `range is two ascending numbers, or none; not [${range.join(', ')}].`);
  return [range[0]!, range[1]!];
}
