import { view, type Image, type InputRef, type PluginBuild } from '@trainyard/core';
import { sobel, type SobelDirection } from './sobel.ts';
import { outsideOf } from './window-view.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  slope: view.image({ image: inputs.image as InputRef<Image> }, ({ image }) => sobel(image, params.direction as SobelDirection, outsideOf(params)), { title: 'Sobel filter' }),
});
