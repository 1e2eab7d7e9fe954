import { view, type PluginBuild } from '@trainyard/core';
import { correlation } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs: { x, y }, params }) => {
  const over = bounded(params);
  return { correlation: view.reduce({ x, y }, correlation(over), { title: `Correlation${overTrains(over)}` }) };
};
