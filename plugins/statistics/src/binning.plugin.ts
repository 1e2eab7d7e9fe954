import { view, type PluginBuild } from '@trainyard/core';
import { binning, type BinningMode } from '@trainyard/core/reducers';
import { bins, bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs: { value, by }, params }) => {
  const over = bounded(params);
  const of = (mode: BinningMode) => binning({ ...bins(params), mode, ...over });
  return {
    binned: view.reduce({ value, by }, of(params.mode as BinningMode), { title: `Binned${overTrains(over)}` }),
    count: view.reduce({ value, by }, of('count'), { title: `Values in each bin${overTrains(over)}`, unit: 'counts' }),
  };
};
