import { asNdArray, ndarray, skip, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { rolling, type BinningMode } from '@trainyard/core/reducers';
import { binAgain } from './binning-again.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const trains = Number(params.trains);
  // One row a train: what it is binned by, then the curve.
  const row = view.vector({ value: inputs.value as InputRef<NdArray<1>>, by: inputs.by as InputRef<number> }, ({ value, by }) => {
    const place = Number(by);
    if (!Number.isFinite(place)) return skip(`the value to bin by is ${place}`);
    const curve = asNdArray(value);
    const out = new Float64Array(1 + curve.size);
    out[0] = place;
    for (let i = 0; i < curve.size; i++) out[1 + i] = Number(curve.get(i));
    return ndarray(out, [out.length]) as NdArray<1>;
  }, { hidden: true });
  const rows = view.reduce(row, rolling({ trains }), { hidden: true });
  const of = { rows: { from: rows } as InputRef<NdArray<2>> };
  const binned = (kept: NdArray<2>, mode: BinningMode) => {
    const range = [Number(params.low), Number(params.high)] as const;
    return binAgain(kept, { bins: Number(params.bins), range: range[0] === range[1] ? undefined : range, mode }) ?? skip('no train with a curve and a value to bin by has come yet');
  };
  return {
    binned: view.matrix(of, ({ rows: kept }) => binned(kept, params.mode as BinningMode), { title: `Curves binned, the last ${trains} trains` }),
    count: view.matrix(of, ({ rows: kept }) => binned(kept, 'count'), { title: 'Curves in each bin', unit: 'counts' }),
    row, rows,
  };
};
