import { YardError, view, type InputRef, type NdArray, type PluginBuild, type Rectangle } from '@trainyard/core';
import { braggPeaks, lineouts, type BraggPeaks, type Lineouts } from './bragg.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const regions = (): Rectangle[] => {
    const numbers = params.regions as readonly number[];
    if (numbers.length % 4) throw new YardError('PEAKS_REGION', `regions are four numbers for each rectangle, x0, y0, x1 and y1; not ${numbers.length} in all.`);
    return Array.from({ length: numbers.length / 4 }, (_, r) => numbers.slice(4 * r, 4 * r + 4) as unknown as Rectangle);
  };
  const border = (): boolean => params.border === true;
  const image = inputs.image as InputRef<NdArray>;
  const peaks = view.compute({ image }, ({ image: stack }): BraggPeaks => braggPeaks(stack, regions(), { border: border() }), { hidden: true });
  const of: InputRef<BraggPeaks> = { from: peaks };
  const lines = view.compute({ image }, ({ image: stack }): Lineouts => {
    const [all, n] = [regions(), Number(params.lineout)];
    if (n >= all.length) throw new YardError('PEAKS_REGION', `lineout is ${n}, and there are ${all.length} regions, counted from 0.`);
    return lineouts(stack, all[n]!, { border: border() });
  }, { hidden: true });
  const line: InputRef<Lineouts> = { from: lines };
  return {
    intensity: view.matrix({ of }, ({ of: { intensity } }) => intensity, { title: 'Bragg intensities' }),
    x: view.matrix({ of }, ({ of: { x } }) => x, { title: 'Centre of mass along x' }),
    y: view.matrix({ of }, ({ of: { y } }) => y, { title: 'Centre of mass along y' }),
    lineoutX: view.vector({ line }, ({ line: { x } }) => x, { title: 'Lineout along x' }),
    lineoutY: view.vector({ line }, ({ line: { y } }) => y, { title: 'Lineout along y' }),
    peaks,
    lines,
  };
};
