import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ndarray, zeros, type NdArray } from '@trainyard/core';
import { BinSum, binSums, binTable } from '@trainyard/kernels';
import { errorCode } from '@trainyard/kernels/testing';
import { findGpu, gpuCorrection, gpuIntegration, gpuKernel } from './index.ts';

const image = (n: number, shape: readonly number[], Type: typeof Uint16Array | typeof Float32Array = Uint16Array): NdArray<3> =>
  ndarray((Type as typeof Uint16Array).from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i + n) * 7919) % 4096), shape) as unknown as NdArray<3>;

describe('on the CPU, as where there is no GPU', () => {
  test('a kernel of one\'s own: x runs along the last axis, any dtype and stride is taken', async () => {
    const place = gpuKernel(function (from: number[][][], factor: number) {
      return from[this.thread.z][this.thread.y][this.thread.x] * factor + this.thread.x * 10_000 + this.thread.y * 100_000;
    }, { shape: (from: NdArray<3>, _factor: number) => from });
    const from = image(3, [2, 3, 4]);
    for (const given of [from, from.transpose(0, 2, 1).copy().transpose(0, 2, 1)] as NdArray<3>[]) {
      const out = await place(given, 2);
      expect(out.shape).toEqual([2, 3, 4]);
      for (let z = 0; z < 2; z++) for (let y = 0; y < 3; y++) for (let x = 0; x < 4; x++) expect(out.get(z, y, x)).toBe(Math.fround(from.get(z, y, x) * 2 + x * 10_000 + y * 100_000));
    }
    // Another shape is another kernel, and the first one is still there.
    expect((await place(image(0, [1, 5, 6]), 1)).shape).toEqual([1, 5, 6]);
    expect((await place(from, 2)).get(0, 0, 1)).toBe(Math.fround(from.get(0, 0, 1) * 2 + 10_000));
  });

  test('bad shapes and code are refused by name', async () => {
    const same = gpuKernel(function (a: number[]) { return a[this.thread.x]; }, { shape: (a: NdArray<1>) => a });
    await expect(same(zeros([0]) as unknown as NdArray<1>)).rejects.toMatchObject({ code: 'GPU_SHAPE' });
    await expect(same(zeros([1, 1, 1, 1]) as never)).rejects.toMatchObject({ code: 'GPU_SHAPE' });
    const wrong = gpuKernel(function (a: number[]) { return JSON.stringify(a) as never; }, { shape: (a: NdArray<1>) => a });
    await expect(wrong(zeros([4]) as unknown as NdArray<1>)).rejects.toMatchObject({ code: 'GPU_CODE' });
    expect(errorCode(() => gpuKernel(function () { return 1; }, { shape: () => [2] as const }))).toBe('none');
  });

  test('says what it found', async () => {
    const { message } = await findGpu();
    expect(message.length).toBeGreaterThan(5);
  });
});

/** What both devices are asked for, and the plain sums. */
export async function correctedAndIntegrated(): Promise<{ corrected: number; integrated: number }> {
  const [frames, rows, cols, bins] = [3, 40, 50, 30];
  const raw = image(1, [frames, rows, cols], Float32Array);
  const dark = image(7, [rows, cols], Float32Array) as unknown as NdArray<2>;
  const gain = image(9, [rows, cols], Float32Array).div(4096) as unknown as NdArray<2>;
  (raw.data as Float32Array)[77] = Number.NaN;
  const out = await gpuCorrection(dark, gain)(raw);
  let corrected = 0;
  for (let i = 0; i < out.size; i++) {
    const expected = Math.fround((raw.data as Float32Array)[i] - (dark.data as Float32Array)[i % 2000]) * (gain.data as Float32Array)[i % 2000];
    corrected = Math.max(corrected, Number.isNaN(expected) ? (Number.isNaN(out.data[i]) ? 0 : Infinity) : Math.abs(out.data[i] - expected) / Math.max(1, Math.abs(expected)));
  }
  const first = Int32Array.from({ length: rows * cols }, (_, i) => (i % 11 === 0 ? bins : (i * 13) % (bins - 1)));
  const norm = Float32Array.from({ length: rows * cols }, (_, i) => 1 + (i % 5) / 10);
  const table = binTable({ bins, pixels: rows * cols, first, norm });
  const iq = await gpuIntegration(table)(raw.reshape(frames, rows * cols) as unknown as NdArray<2>);
  let integrated = 0;
  const sums = binSums(bins);
  for (let f = 0; f < frames; f++) {
    new BinSum(table).run(raw.data as Float32Array, sums, f * 2000);
    for (let b = 0; b < bins; b++) {
      const value = iq.get(f, b);
      if (sums.entries[b] === 0) expect(value).toBeNaN();
      else integrated = Math.max(integrated, Math.abs(value / (sums.signal[b] / sums.norm[b]) - 1));
    }
  }
  return { corrected, integrated };
}

test('correction and integration agree with the plain loops on the CPU', async () => {
  const { corrected, integrated } = await correctedAndIntegrated();
  expect(corrected).toBeLessThan(3e-7);
  expect(integrated).toBeLessThan(1e-5);
});

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loader = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'].some((file) => existsSync(file));
describe.skipIf(!existsSync(driver) || !loader)('by WebGPU (needs libvulkan1 and chromium, whose software driver stands in for a GPU)', () => {
  // A process of its own: the driver is chosen when it starts.
  const ask = (script: string): string => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=development', '--input-type=module', '--eval', script], { cwd: fileURLToPath(new URL('.', import.meta.url)), env: { ...process.env, VK_DRIVER_FILES: driver, TRAINYARD_GPU: 'software' }, encoding: 'utf8', timeout: 60_000 });
    // Drivers say this and that on either.
    const line = stdout.split('\n').find((one) => one.startsWith('{'));
    if (line === undefined) throw new Error(stdout + stderr);
    return line;
  };

  test('finds it, names it, and computes the same to float32', () => {
    const script = `import { findGpu, gpuCorrection, gpuIntegration } from './index.ts'; import { ndarray } from '@trainyard/core'; import { binTable } from '@trainyard/kernels';
const raw = ndarray(Float32Array.from({ length: 6000 }, (_, i) => (i * 7919) % 4096), [3, 40, 50]); raw.data[77] = NaN;
const dark = ndarray(new Float32Array(2000).fill(100), [40, 50]); const gain = ndarray(new Float32Array(2000).fill(0.1), [40, 50]);
const out = await gpuCorrection(dark, gain)(raw);
const table = binTable({ bins: 7, pixels: 2000, first: Int32Array.from({ length: 2000 }, (_, i) => i % 6), norm: new Float32Array(2000).fill(2) });
const iq = await gpuIntegration(table)(raw.reshape(3, 2000));
console.log(JSON.stringify({ gpu: await findGpu(), out: [...out.data.slice(74, 80)], iq: Array.from({ length: 7 }, (_, b) => iq.get(0, b)) }));`;
    const { gpu, out, iq } = JSON.parse(ask(script)) as { gpu: { name: string; isSoftware: boolean }; out: (number | null)[]; iq: (number | null)[] };
    expect(gpu).toMatchObject({ isSoftware: true, name: expect.stringMatching(/swiftshader/i) as unknown });
    const values = Array.from({ length: 2000 }, (_, i) => (i === 77 ? Number.NaN : (i * 7919) % 4096));
    for (const [i, value] of out.entries()) {
      if (i === 3) expect(value).toBeNull();
      else expect(value).toBeCloseTo((values[74 + i] - 100) * 0.1, 4);
    }
    for (let b = 0; b < 6; b++) {
      const mine = values.filter((value, i) => i % 6 === b && value === value);
      expect(iq[b]! / (mine.reduce((a, v) => a + v, 0) / (2 * mine.length)) - 1).toBeCloseTo(0, 6);
    }
    // Of the bin without a pixel.
    expect(iq[6]).toBeNull();
  }, 60_000);
});
