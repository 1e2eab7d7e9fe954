import { view, type PluginBuild } from '@trainyard/core';
import { binning2d, type BinningMode } from '@trainyard/core/reducers';
import { bins, bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs: { value, x, y }, params }) => {
  const over = bounded(params);
  const of = (mode: BinningMode) => binning2d({ x: bins(params, 'x'), y: bins(params, 'y'), mode, ...over });
  return {
    binned: view.reduce({ value, x, y }, of(params.mode as BinningMode), { title: `Binned${overTrains(over)}` }),
    count: view.reduce({ value, x, y }, of('count'), { title: `Values in each cell${overTrains(over)}`, unit: 'counts' }),
  };
};
