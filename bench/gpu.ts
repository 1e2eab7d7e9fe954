/**
 * Correction and integration of stacks by gpu.js and by the CPU's kernels, transfer included, inputs rotating; names the device.
 *
 *     npx node --conditions=development bench/gpu.ts        (TRAINYARD_GPU=software: by a driver that draws on the CPU)
 */
import { ndarray, type NdArray } from '@trainyard/core';
import { findGpu, gpuCorrection, gpuIntegration } from '@trainyard/gpu';
import { BinSum, binSums, binTable, correctFrames } from '@trainyard/kernels';

const [frames, rows, cols, bins] = [4, 1024, 1024, 1000];
const pixels = rows * cols;
const INPUTS = 4;
const RUNS = 12;

async function time(name: string, run: (k: number) => unknown): Promise<number> {
  const times: number[] = [];
  for (let k = 0; k < RUNS; k++) {
    const start = performance.now();
    await run(k % INPUTS);
    // The first ones compile.
    if (k >= 3) times.push(performance.now() - start);
  }
  const median = times.sort((a, b) => a - b)[times.length >> 1]!;
  console.log(`  ${name.padEnd(34)} ${median.toFixed(1).padStart(8)} ms  ${((frames * pixels) / median / 1e3).toFixed(0).padStart(6)} Mpx/s`);
  return median;
}

const { message } = await findGpu();
console.log(`GPU: ${message}`);
const stacks = Array.from({ length: INPUTS }, (_, k) => ndarray(Float32Array.from({ length: frames * pixels }, (_, i) => (i * 7 + k * 13) % 4096), [frames, rows, cols]) as unknown as NdArray<3>);
const plane = (of: (i: number) => number): NdArray<2> => ndarray(Float32Array.from({ length: pixels }, (_, i) => of(i)), [rows, cols]) as unknown as NdArray<2>;
const [dark, gain] = [plane((i) => 100 + (i % 7)), plane((i) => 1 + (i % 5) / 10)];
const out = new Float32Array(frames * pixels);

console.log(`correction of ${frames} frames of ${rows} x ${cols} float32`);
const onGpu = gpuCorrection(dark, gain);
const plan = { offset: dark.data as Float32Array, gain: gain.data as Float32Array };
const a = await time('gpu.js, there and back', (k) => onGpu(stacks[k]!));
const b = await time('CPU', (k) => correctFrames(stacks[k]!.data as Float32Array, plan, out));
console.log(`  gpu.js takes ${(a / b).toFixed(2)} times as long`);

console.log(`integration of them into ${bins} bins`);
const table = binTable({ bins, pixels, first: Int32Array.from({ length: pixels }, (_, i) => Math.min(bins, Math.floor(Math.hypot(Math.floor(i / cols) - 512, (i % cols) - 512) * 1.5))), norm: new Float32Array(pixels).fill(1) });
const iq = gpuIntegration(table);
const sums = binSums(bins);
const summed = new BinSum(table);
const c = await time('gpu.js, there and back', (k) => iq(stacks[k]!.reshape(frames, pixels) as unknown as NdArray<2>));
const d = await time('CPU', (k) => {
  for (let f = 0; f < frames; f++) summed.run(stacks[k]!.data as Float32Array, sums, f * pixels);
});
console.log(`  gpu.js takes ${(c / d).toFixed(2)} times as long`);
