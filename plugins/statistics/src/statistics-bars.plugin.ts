import { labelled, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { scatter } from '@trainyard/core/reducers';
import { statisticsBars } from './statistics-bars.ts';

export const build: PluginBuild = ({ inputs: { x, y }, params }) => {
  const pairs = view.reduce({ x, y }, scatter({ trains: Number(params.trains) }), { hidden: true });
  const of = { pairs: { from: pairs } as InputRef<NdArray<2>> };
  const bars = view.table(of, ({ pairs: rows }) => statisticsBars(rows, Number(params.resolution)), { title: 'Statistics bars' });
  const curve = view.vector(of, ({ pairs: rows }) => {
    const { x: at, y: mean, std } = statisticsBars(rows, Number(params.resolution));
    return labelled(mean, { axes: [{ name: 'x', values: at.data as Float64Array }], errors: std });
  }, { title: 'Mean and standard deviation by x' });
  return { curve, bars, pairs };
};
