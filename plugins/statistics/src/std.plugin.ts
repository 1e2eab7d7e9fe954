import { view, type PluginBuild } from '@trainyard/core';
import { std } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  return { std: view.reduce(inputs.value, std({ ...over, ddof: Number(params.ddof) }), { title: `Standard deviation${overTrains(over)}` }) };
};
