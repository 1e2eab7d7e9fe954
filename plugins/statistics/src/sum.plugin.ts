import { view, type PluginBuild } from '@trainyard/core';
import { sum } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  return { sum: view.reduce(inputs.value, sum(over), { title: `Sum${overTrains(over)}` }) };
};
