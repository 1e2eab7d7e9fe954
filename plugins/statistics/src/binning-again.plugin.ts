import { skip, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { scatter, type BinningMode } from '@trainyard/core/reducers';
import { binAgain } from './binning-again.ts';

export const build: PluginBuild = ({ inputs: { value, by }, params }) => {
  const pairs = view.reduce({ x: by, y: value }, scatter({ trains: Number(params.trains) }), { hidden: true });
  const of = { pairs: { from: pairs } as InputRef<NdArray<2>> };
  const binned = (rows: NdArray<2>, mode: BinningMode) => {
    const range = [Number(params.low), Number(params.high)] as const;
    return binAgain(rows, { bins: Number(params.bins), range: range[0] === range[1] ? undefined : range, mode }) ?? skip('no pair of a value and what it is binned by has come yet');
  };
  return {
    binned: view.matrix(of, ({ pairs: rows }) => binned(rows, params.mode as BinningMode), { title: `Binned, the last ${Number(params.trains)} trains` }),
    count: view.matrix(of, ({ pairs: rows }) => binned(rows, 'count'), { title: 'Values in each bin', unit: 'counts' }),
    pairs,
  };
};
