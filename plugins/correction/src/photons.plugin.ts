import { view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { photons } from './photons.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  photons: view.matrix({ image: inputs.image as InputRef<NdArray> }, ({ image }) => photons(image, Number(params.adu)), { title: 'Photons', unit: 'photons' }),
});
