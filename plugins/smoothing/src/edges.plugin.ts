import { view, type Image, type InputRef, type PluginBuild } from '@trainyard/core';
import { edges } from './edges.ts';
import { outsideOf } from './window-view.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  edges: view.image({ image: inputs.image as InputRef<Image> }, ({ image }) => {
    const { sigma, low, high } = params;
    return edges(image, { sigma: Number(sigma), low: Number(low), high: Number(high), ...outsideOf(params) });
  }, { title: 'Edges' }),
});
