import { ndarray, type NdArray } from '@trainyard/core';
import type { BinTable } from '@trainyard/kernels';
import { gpuKernel, type GpuKernel } from './gpu-kernel.ts';

/**
 * Sums of pixels by bins on the GPU, for frames (frames, pixels) -> (frames, bins) float32: `sum(weight * value) / sum(weight * norm)` over the pixels of each
 * bin that are finite, by a table as @trainyard/integration makes it; a bin without any is NaN. One thread sums one bin of one frame in the order of its
 * pixels, compensated (Kahan), so that float32 holds as far as the pixels do: 1e-5 of the plain sums in float64. Errors: GPU_SHAPE.
 */
export function gpuIntegration(table: BinTable): GpuKernel<[frames: NdArray<2>], 2> {
  const { bins } = table;
  const { starts, pixels, weights, norms } = byBin(table);
  return gpuKernel<[NdArray<2>], readonly [number, number], Record<'starts' | 'pixels' | 'weights' | 'norms', number[]>>(function (frames: number[][]) {
    let sum = 0;
    let rest = 0;
    let norm = 0;
    const end = this.constants.starts[this.thread.x + 1];
    for (let k = this.constants.starts[this.thread.x]; k < end; k += 1) {
      const value = frames[this.thread.y][this.constants.pixels[k]];
      // Neither NaN nor infinite.
      if (value > -3.4e38 && value < 3.4e38) {
        const y = this.constants.weights[k] * value - rest;
        const t = sum + y;
        rest = t - sum - y;
        sum = t;
        norm += this.constants.norms[k];
      }
    }
    return sum / norm;
  }, { shape: (frames: NdArray<2>) => [frames.shape[0]!, bins], constants: { starts, pixels, weights, norms } });
}

/** The table turned over: of each bin its pixels. */
function byBin({ bins, pixels, first, starts, weights, index, norm }: BinTable): Record<'starts' | 'pixels' | 'weights' | 'norms', NdArray<1>> {
  const entries: { pixel: number; weight: number }[][] = Array.from({ length: bins }, () => []);
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (!starts) {
      if (first![pixel] < bins) entries[first![pixel]].push({ pixel, weight: 1 });
      continue;
    }
    for (let k = starts[pixel]; k < starts[pixel + 1]; k++) {
      if (weights![k] !== 0) entries[index ? index[k] : first![pixel] + k - starts[pixel]].push({ pixel, weight: weights![k] });
    }
  }
  const flat = entries.flat();
  let at = 0;
  const vector = (values: Iterable<number>): NdArray<1> => {
    const data = Float32Array.from(values);
    return ndarray(data.length > 0 ? data : new Float32Array(1), [Math.max(1, data.length)]) as unknown as NdArray<1>;
  };
  return {
    starts: vector([0, ...entries.map((list) => (at += list.length))]), pixels: vector(flat.map(({ pixel }) => pixel)),
    weights: vector(flat.map(({ weight }) => weight)), norms: vector(flat.map(({ pixel, weight }) => weight * norm[pixel])),
  };
}
