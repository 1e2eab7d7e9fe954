import { asNdArray, skip, view, type InputRef, type NdArray, type PluginBuild, type Skip } from '@trainyard/core';
import { normaliseBy } from './normalise.ts';
import { pulseList } from './stack.ts';
import { asArray, asNumber } from './value.ts';

type Value = NdArray | number;

export const build: PluginBuild = ({ inputs, params }) => {
  const from = { value: inputs.value as InputRef<Value>, by: inputs.by as InputRef<Value> };
  const over = ({ value, by }: { readonly value: Value; readonly by: Value }): Value | Skip => {
    const some = chosen(by, String(params.pulses));
    const per = params.per as 'train' | 'pulse';
    if (per === 'train') {
      const mean = asNumber(some);
      if (mean === 0 || Number.isNaN(mean)) return skip(`the normaliser is ${Number.isNaN(mean) ? 'NaN or nothing' : '0'}`);
    }
    return normaliseBy(value, some, per);
  };
  const then = <T>(give: (value: Value) => T) => (values: { readonly value: Value; readonly by: Value }): T | Skip => {
    const value = over(values);
    return typeof value === 'object' && 'reason' in value ? value : give(value);
  };
  return {
    value: view.scalar(from, then(asNumber), { title: 'Normalised value' }),
    each: view.matrix(from, then(asArray), { title: 'Normalised values' }),
  };
};

function chosen(by: Value, pulses: string): Value {
  if (typeof by === 'number' || by.shape.length === 0) return by;
  const list = pulseList(pulses, by.shape[0]);
  return list === undefined ? by : asNdArray(by).take(list, { axis: 0 });
}
