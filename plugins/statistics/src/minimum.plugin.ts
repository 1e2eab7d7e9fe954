import { view, type PluginBuild } from '@trainyard/core';
import { minimum } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  return { minimum: view.reduce(inputs.value, minimum(over), { title: `Minimum${overTrains(over)}` }) };
};
