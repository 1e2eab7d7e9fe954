import { view, type PluginBuild } from '@trainyard/core';
import { maximum } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  return { maximum: view.reduce(inputs.value, maximum(over), { title: `Maximum${overTrains(over)}` }) };
};
