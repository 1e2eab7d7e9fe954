import { view, type PluginBuild } from '@trainyard/core';
import { growingHistogram2d } from '@trainyard/core/reducers';
import { bounded, overTrains } from './given.ts';

export const build: PluginBuild = ({ inputs: { x, y }, params }) => {
  const over = bounded(params);
  const bins = (of: 'x' | 'y') => ({ width: Number(params[`${of}Width`]), bins: Number(params[`${of}Bins`]), origin: Number(params[`${of}Origin`]) });
  return { histogram: view.reduce({ x, y }, growingHistogram2d({ x: bins('x'), y: bins('y'), ...over }), { title: `Histogram of pairs${overTrains(over)}`, unit: 'counts' }) };
};
