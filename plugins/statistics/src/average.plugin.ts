import { view, type PluginBuild } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  return { average: view.reduce(inputs.value, mean(over), { title: `Average${overTrains(over)}` }) };
};
