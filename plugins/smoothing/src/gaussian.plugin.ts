import { view, type Image, type InputRef, type PluginBuild } from '@trainyard/core';
import { gaussianFilter, type GaussianOptions } from './gaussian-filter.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  smoothed: view.image({ image: inputs.image as InputRef<Image> }, ({ image }) => {
    const y = Number(params.sigma);
    const x = Number(params.sigmaX) || y;
    return gaussianFilter(image, [y, x], { mode: params.mode as NonNullable<GaussianOptions['mode']>, cval: Number(params.cval), truncate: Number(params.truncate) });
  }, { title: 'Gaussian filter' }),
});
