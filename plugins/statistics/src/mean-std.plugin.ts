import { view, type PluginBuild } from '@trainyard/core';
import { meanStd } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  return { mean: view.reduce(inputs.value, meanStd({ ...over, ddof: Number(params.ddof) }), { title: `Mean and standard deviation${overTrains(over)}` }) };
};
