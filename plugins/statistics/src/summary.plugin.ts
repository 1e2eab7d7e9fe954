import { view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { tuples } from '@trainyard/core/reducers';

export const build: PluginBuild = ({ inputs, params }) => {
  const kept = view.reduce({ value: inputs.value! }, tuples(['value'], { trains: Number(params.trains) }), { hidden: true });
  return {
    summary: view.table({ kept: { from: kept } as InputRef<NdArray<2>> }, ({ kept: values }) => {
      const some = values.size > 0;
      return { count: [values.size], mean: [values.mean()], std: [values.std({ ddof: 0 })], median: [values.median()], min: [some ? values.min() : NaN], max: [some ? values.max() : NaN] };
    }, { title: `Summary of the last ${Number(params.trains)} trains` }),
    kept,
  };
};
