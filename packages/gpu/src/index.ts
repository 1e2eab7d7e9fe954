export { gpuCorrection } from './correct.ts';
export { findGpu, type FoundGpu } from './find-gpu.ts';
export { gpuKernel, type GpuKernel, type GpuKernelOptions, type KernelThis } from './gpu-kernel.ts';
export { gpuIntegration } from './integrate.ts';
