import { view, type PluginBuild } from '@trainyard/core';
import { histogram2d } from '@trainyard/core/reducers';
import { bins, bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs: { x, y }, params }) => {
  const over = bounded(params);
  return { histogram: view.reduce({ x, y }, histogram2d({ x: bins(params, 'x'), y: bins(params, 'y'), ...over }), { title: `Histogram of pairs${overTrains(over)}`, unit: 'counts' }) };
};
