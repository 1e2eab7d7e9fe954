import { view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { intraDark } from './intra-dark.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  corrected: view.matrix({ image: inputs.image as InputRef<NdArray> }, ({ image }) => intraDark(image, { every: Number(params.every), signal: Number(params.signal), dark: Number(params.dark) }), { title: 'Pulses without dark' }),
});
