import { view, type PluginBuild } from '@trainyard/core';
import { arrayBinning2d, type BinningMode } from '@trainyard/core/reducers';
import { bins, bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs: { value, x, y }, params }) => {
  const over = bounded(params);
  const cells = { x: bins(params, 'x'), y: bins(params, 'y'), ...over };
  return {
    binned: view.reduce({ value, x, y }, arrayBinning2d({ ...cells, mode: params.mode as BinningMode }), { title: `Binned${overTrains(over)}` }),
    count: view.reduce({ value, x, y }, arrayBinning2d({ ...cells, mode: 'count' }), { title: `Values in each cell${overTrains(over)}`, unit: 'counts' }),
  };
};
