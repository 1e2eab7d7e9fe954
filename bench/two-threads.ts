/**
 * Kernels on one and on two threads at once, as workers of a pool run them: a train is one thread's, so bits do not depend on how many there are. Beside
 * them what reading and copying memory reaches with one and two threads: kernels that come near it cannot gain from the second.
 *
 *     npx node --conditions=development bench/two-threads.ts [seconds for each, default 3]
 */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { BinSum, Gaussian, JUNGFRAU_CODE, Median, PeakFinder, StackImages, StageCorrection, binSums, binTable } from '@trainyard/kernels';

const INPUTS = 12;
const [rows, cols] = [1024, 1024];
const pixels = rows * cols;

interface Case {
  /** Bytes that it reads and writes on each run. */
  readonly bytes: number;
  readonly run: (k: number) => unknown;
}

const words = (k: number): Uint16Array => Uint16Array.from({ length: pixels }, (_, i) => ((i + k) * 7919) % 4096);
const floats = (k: number): Float32Array => Float32Array.from(words(k));
const outs = (n = pixels): Float32Array[] => Array.from({ length: 4 }, () => new Float32Array(n));

const cases: Readonly<Record<string, () => Case>> = {
  'copy of memory': () => {
    const [from, to] = [Array.from({ length: INPUTS }, (_, k) => floats(k)), outs()];
    return { bytes: 8 * pixels, run: (k) => to[k % 4]!.set(from[k]!) };
  },
  'gaussian sigma 5, 512 x 1024': () => {
    const [images, to, filter] = [Array.from({ length: INPUTS }, (_, k) => floats(k)), outs(), new Gaussian(512, 1024, [5, 5])];
    return { bytes: 4 * pixels, run: (k) => filter.run(images[k]!, to[k % 4]!) };
  },
  'median 3 x 3, 512 x 1024': () => {
    const [images, to, filter] = [Array.from({ length: INPUTS }, (_, k) => floats(k)), outs(), new Median(512, 1024, [3, 3])];
    return { bytes: 4 * pixels, run: (k) => filter.run(images[k]!, to[k % 4]!) };
  },
  'integration, 1 Mpx to 1000 bins': () => {
    const first = Int32Array.from({ length: pixels }, (_, i) => Math.floor(Math.hypot(Math.floor(i / cols) - 512, (i % cols) - 512) * 1.3));
    const sum = new BinSum(binTable({ bins: 1000, pixels, first: first.map((bin) => Math.min(bin, 1000)), norm: new Float32Array(pixels).fill(1) }));
    const [images, to] = [Array.from({ length: INPUTS }, (_, k) => floats(k)), binSums(1000)];
    return { bytes: 10 * pixels, run: (k) => sum.run(images[k]!, to) };
  },
  'peakfinder8, 1 Mpx': () => {
    const radius = Float32Array.from({ length: pixels }, (_, i) => Math.hypot(Math.floor(i / cols) - 512, (i % cols) - 512));
    const [images, find] = [Array.from({ length: INPUTS }, (_, k) => floats(k).map((value) => Math.sqrt(value))), new PeakFinder(rows, cols, { radius })];
    return { bytes: 4 * pixels, run: (k) => find.run(images[k]!, { threshold: 800, minSnr: 5, minPixels: 2, maxPixels: 200, backgroundRadius: 3 }) };
  },
  'JUNGFRAU correction, 1 Mpx': () => {
    const fix = new StageCorrection(JUNGFRAU_CODE, pixels, 1);
    for (const stage of [0, 1, 2]) fix.put(0, stage, new Float32Array(pixels).fill(100), 0.025);
    const [images, to] = [Array.from({ length: INPUTS }, (_, k) => words(k)), outs()];
    return { bytes: 30 * pixels, run: (k) => fix.run(0, images[k]!, 0, to[k % 4]!, 0) };
  },
  'AGIPD correction, 64 memory cells': () => {
    const [n, cells] = [512 * 128, 64];
    const fix = new StageCorrection('threshold', n, cells);
    for (let cell = 0; cell < cells; cell++) {
      for (const stage of [0, 1, 2]) fix.put(cell, stage, new Float32Array(n).fill(4800), 1);
      fix.putThresholds(cell, new Float32Array(n).fill(6150), new Float32Array(n).fill(7400));
    }
    const raw = Uint16Array.from({ length: 2 * n * cells }, (_, i) => ((i >> 16) & 1 ? ((i * 7919) % 1000 < 20 ? 7000 : 5500) : 4800 + (i * 31) % 500));
    const to = new Float32Array(n * cells);
    // Least: raw and gain images, one threshold, offset and factor of stage 0, the result.
    return { bytes: 18 * n * cells, run: () => { for (let cell = 0; cell < cells; cell++) fix.run(cell, raw, 2 * n * cell, to, n * cell, raw, 2 * n * cell + n); } };
  },
  'mean of 32 pulses, 256 kpx': () => {
    const shape = [32, 512, 512];
    const mean = new StackImages();
    const [images, to] = [Array.from({ length: 3 }, (_, k) => ({ data: Float32Array.from({ length: 32 * 512 * 512 }, (_, i) => (i * 7 + k) % 4096), shape, stride: [512 * 512, 512, 1], offset: 0 })), new Float32Array(512 * 512)];
    return { bytes: 4 * 32 * 512 * 512, run: (k) => mean.run(images[k % 3]!, { mean: to }) };
  },
};

if (isMainThread) {
  const seconds = Number(process.argv[2] ?? 3);
  console.log(`${'kernel'.padEnd(34)} one: ms   GB/s   two: runs/s of one's`);
  for (const name of Object.keys(cases)) {
    const one = await together(name, 1, seconds);
    const two = await together(name, 2, seconds);
    console.log(`${name.padEnd(34)} ${(1000 / one.rate).toFixed(2).padStart(7)} ${((one.bytes * one.rate) / 1e9).toFixed(1).padStart(6)} ${(two.rate / one.rate).toFixed(2).padStart(10)}x`);
  }
} else {
  const { name, seconds } = workerData as { name: string; seconds: number };
  const { bytes, run } = cases[name]!();
  for (let k = 0; k < INPUTS; k++) run(k);
  parentPort!.postMessage('ready');
  await new Promise((resolve) => parentPort!.once('message', resolve));
  const start = performance.now();
  let runs = 0;
  for (; performance.now() - start < seconds * 1000; runs++) run(runs % INPUTS);
  parentPort!.postMessage({ bytes, rate: (1000 * runs) / (performance.now() - start) });
}

async function together(name: string, threads: number, seconds: number): Promise<{ bytes: number; rate: number }> {
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url), { workerData: { name, seconds } }));
  const next = (worker: Worker): Promise<unknown> => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await Promise.all(workers.map(next));
  const answers = Promise.all(workers.map(next));
  for (const worker of workers) worker.postMessage('go');
  const results = (await answers) as { bytes: number; rate: number }[];
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { bytes: results[0]!.bytes, rate: results.reduce((sum, { rate }) => sum + rate, 0) };
}
