import { view, type PluginBuild } from '@trainyard/core';
import { growingHistogram } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const over = bounded(params);
  const options = { width: Number(params.width), bins: Number(params.bins), origin: Number(params.origin), ...over };
  return { histogram: view.reduce(inputs.value, growingHistogram(options), { title: `Histogram${overTrains(over)}`, unit: 'counts' }) };
};
