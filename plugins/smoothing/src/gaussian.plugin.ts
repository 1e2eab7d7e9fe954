import type { PluginBuild } from '@trainyard/core';
import { gaussianFilter, nanGaussianFilter } from './gaussian-filter.ts';
import { filterViews, outsideOf } from './window-view.ts';

export const build: PluginBuild = ({ inputs, params }) => filterViews('smoothed', 'Gaussian filter', inputs.image, (image) => {
  const y = Number(params.sigma);
  const filter = params.nan === 'skip' ? nanGaussianFilter : gaussianFilter;
  return filter(image, [y, Number(params.sigmaX) || y], { ...outsideOf(params), truncate: Number(params.truncate) });
});
