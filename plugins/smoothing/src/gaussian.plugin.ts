import { view, type Image, type InputRef, type PluginBuild } from '@trainyard/core';
import { gaussianFilter, nanGaussianFilter } from './gaussian-filter.ts';
import { outsideOf } from './window-view.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  smoothed: view.image({ image: inputs.image as InputRef<Image> }, ({ image }) => {
    const y = Number(params.sigma);
    const filter = params.nan === 'skip' ? nanGaussianFilter : gaussianFilter;
    return filter(image, [y, Number(params.sigmaX) || y], { ...outsideOf(params), truncate: Number(params.truncate) });
  }, { title: 'Gaussian filter' }),
});
