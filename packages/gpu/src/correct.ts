import type { NdArray, NdLike } from '@trainyard/core';
import { gpuKernel, type GpuKernel } from './gpu-kernel.ts';

/**
 * `(image - dark) * gain` of frames on the GPU: (frames, y, x) float32 from any dtype; `dark` and `gain` (y, x), brought there once. NaN in any of them gives
 * NaN. Agrees with `correct` of @trainyard/correction to float32's rounding. Errors: GPU_SHAPE.
 */
export function gpuCorrection(dark: NdLike<2>, gain: NdLike<2>): GpuKernel<[image: NdArray<3>], 3> {
  return gpuKernel<[NdArray<3>], NdArray<3>, { dark: number[][]; gain: number[][] }>(function (image: number[][][]) {
    return (image[this.thread.z][this.thread.y][this.thread.x] - this.constants.dark[this.thread.y][this.thread.x]) * this.constants.gain[this.thread.y][this.thread.x];
  }, { shape: (image: NdArray<3>) => image, constants: { dark, gain } });
}
