import { labelled, ndarray, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { g2, twoTime } from './two-time.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const correlation = view.image({ frames: inputs.frames as InputRef<NdArray> }, ({ frames }) => twoTime(frames), { title: 'Two-time correlation' });
  const curve = view.vector({ correlation }, ({ correlation: from }) => {
    const values = g2(from, Number(params.most) || undefined);
    return labelled(values, { axes: [{ name: 'distance', unit: 'frames', values: Float64Array.from({ length: values.size }, (_, k) => k + 1) }] });
  }, { title: 'g2' });
  const contrast = view.vector({ correlation }, ({ correlation: from }) => ndarray(Float64Array.from({ length: from.shape[0] }, (_, i) => Math.sqrt(Math.max(0, Number(from.get(i, i)) - 1))), [from.shape[0]]) as NdArray<1>, { title: 'Speckle contrast' });
  return { correlation, g2: curve, contrast };
};
