import { view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { speckleContrasts } from './speckle.ts';

export const build: PluginBuild = ({ inputs }) => ({
  contrast: view.vector({ image: inputs.image as InputRef<NdArray> }, ({ image }) => speckleContrasts(image), { title: 'Speckle contrast' }),
});
