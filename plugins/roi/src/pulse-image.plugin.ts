import { asNdArray, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import type { StackImage } from '@trainyard/kernels';
import { pulseList, stackImage } from './stack.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  image: view.matrix({ stack: inputs.stack as InputRef<NdArray> }, ({ stack }) => stackImage(stack, params.statistic as StackImage, { pulses: pulseList(String(params.pulses), asNdArray(stack).shape[0] ?? 0) }), { title: 'Image over the pulses' }),
});
