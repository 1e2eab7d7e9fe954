import { view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { assembled } from './assembled.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const put = assembled(() => ({ detector: String(params.detector), geom: String(params.geom), positions: params.positions as readonly number[], distance: Number(params.distance), energy: Number(params.energy), pulse: Number(params.pulse) }));
  return { image: view.image({ data: inputs.data as InputRef<NdArray> }, ({ data }) => put(data), { title: 'Assembled detector' }) };
};
