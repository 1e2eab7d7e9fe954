import { view, type PluginBuild } from '@trainyard/core';
import { variance } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  return { variance: view.reduce(inputs.value, variance({ ...over, ddof: Number(params.ddof) }), { title: `Variance${overTrains(over)}` }) };
};
