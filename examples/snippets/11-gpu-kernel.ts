// A function of each pixel on the GPU, in JavaScript; on the CPU where there is none
import { parameters, slider, view, type NdArray } from '@trainyard/core';
import { gpuKernel } from '@trainyard/gpu';

const p = parameters({ floor: slider(1, 1, 100, 'ADU') });
const logarithm = gpuKernel(function (image: number[][], floor: number) {
  return Math.log(Math.max(image[this.thread.y]![this.thread.x]!, floor));
}, { shape: (image: NdArray<2>, _floor: number) => image });

export const bright = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, async ({ camera }) => logarithm(camera, p.floor));
