import type { PluginBuild } from '@trainyard/core';
import { edges } from './edges.ts';
import { filterViews, outsideOf } from './window-view.ts';

export const build: PluginBuild = ({ inputs, params }) => filterViews('edges', 'Edges', inputs.image, (image) => {
  const { sigma, low, high } = params;
  return edges(image, { sigma: Number(sigma), low: Number(low), high: Number(high), ...outsideOf(params) });
});
