import { skip, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { tuples, type BinningMode } from '@trainyard/core/reducers';
import { binAgain2d, type BinAgainOptions } from './binning-again.ts';

export const build: PluginBuild = ({ inputs: { value, x, y }, params }) => {
  const trains = Number(params.trains);
  const rows = view.reduce({ x: x!, y: y!, value: value! }, tuples(['x', 'y', 'value'], { trains }), { hidden: true });
  const of = { rows: { from: rows } as InputRef<NdArray<2>> };
  const along = (name: 'x' | 'y'): BinAgainOptions => {
    const range = [Number(params[`${name}Low`]), Number(params[`${name}High`])] as const;
    return { bins: Number(params[`${name}Bins`]), range: range[0] === range[1] ? undefined : range };
  };
  const binned = (kept: NdArray<2>, mode: BinningMode) => binAgain2d(kept, { x: along('x'), y: along('y'), mode }) ?? skip('no value with an x and a y has come yet');
  return {
    binned: view.image(of, ({ rows: kept }) => binned(kept, params.mode as BinningMode), { title: `Binned, the last ${trains} trains` }),
    count: view.image(of, ({ rows: kept }) => binned(kept, 'count'), { title: 'Values in each cell', unit: 'counts' }),
    rows,
  };
};
