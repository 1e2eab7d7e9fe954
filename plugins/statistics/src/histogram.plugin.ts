import { view, type PluginBuild } from '@trainyard/core';
import { histogram } from '@trainyard/core/reducers';
import { bins, bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  return { histogram: view.reduce(inputs.value, histogram({ ...bins(params), ...over }), { title: `Histogram${overTrains(over)}`, unit: 'counts' }) };
};
