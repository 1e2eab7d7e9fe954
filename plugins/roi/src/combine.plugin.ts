import { view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { combine, type Combination } from './normalise.ts';
import { asArray, asNumber } from './value.ts';

type Value = NdArray | number;

export const build: PluginBuild = ({ inputs, params }) => {
  const from = { first: inputs.first as InputRef<Value>, second: inputs.second as InputRef<Value> };
  const both = ({ first, second }: { readonly first: Value; readonly second: Value }): Value => combine(first, second, params.combination as Combination);
  return {
    value: view.scalar(from, (values) => asNumber(both(values)), { title: 'Combined value' }),
    each: view.matrix(from, (values) => asArray(both(values)), { title: 'Combined values' }),
  };
};
