/**
 * Filters of @trainyard/smoothing side by side with scipy.ndimage: one thread, 24 rotating inputs (48 MB of float32), both sides taking turns in blocks of one run,
 * so that a busy machine slows both. The last column is the limit: how long it takes to copy the input into the memory of the result, measured in the same blocks. Run: npx node --conditions=development bench/filters.ts [blocks [part of a name]]
 * Python: the one named by PYTHON, default /usr/bin/python3, with numpy and scipy. Both results are compared: each pixel times a number of its own, summed.
 */
import { ndarray, type NdArray } from '@trainyard/core';
import { gaussianFilter, maximumFilter, medianFilter, minimumFilter, nanGaussianFilter, nanMedianFilter, nanUniformFilter, sobel, uniformFilter } from '@trainyard/smoothing';
import { quantile } from './support/process-stat.ts';
import { startPeer } from './support/python-peer.ts';
import { useScratchRing } from './support/scratch-ring.ts';

const INPUTS = 24;
const [ROWS, COLS] = [512, 1024];
const blocks = Number(process.argv[2] ?? 6);
const only = process.argv[3] ?? '';

useScratchRing(() => 12);

/** Noise of 0 to 4095, the same in bench/peers/filters.py; one in 20 is NaN where there are to be some. */
function images(rows: number, cols: number, dtype: string): NdArray<2>[] {
  return Array.from({ length: INPUTS }, (_, k) => {
    const noise = (i: number): number => {
      let h = Math.imul(i + k * 7_919_001, 0x9e3779b1);
      h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      return (h ^ (h >>> 16)) >>> 20;
    };
    const size = { length: rows * cols };
    if (dtype === 'uint16') return ndarray(Uint16Array.from(size, (_, i) => noise(i)), [rows, cols]) as unknown as NdArray<2>;
    if (dtype === 'float64') return ndarray(Float64Array.from(size, (_, i) => noise(i)), [rows, cols]) as unknown as NdArray<2>;
    return ndarray(Float32Array.from(size, (_, i) => (dtype === 'nan' && noise(i + 1) < 205 ? Number.NaN : noise(i))), [rows, cols]) as unknown as NdArray<2>;
  });
}

interface Case {
  readonly name: string;
  readonly runs: number;
  readonly what: readonly [filter: string, rows: number, cols: number, dtype: string, size: number];
  readonly run: (image: NdArray<2>) => NdArray;
}

const of = (filter: string, size: number, run: Case['run'], { rows = ROWS, cols = COLS, dtype = 'float32', runs = 8 } = {}): Case => ({
  name: `${filter} ${size}${/gauss/.test(filter) ? '' : ` x ${size}`}, ${rows} x ${cols} ${dtype}`, runs, what: [filter, rows, cols, dtype, size], run,
});
const cases: Case[] = [
  of('gaussian', 5, (image) => gaussianFilter(image, 5) as NdArray),
  of('median', 3, (image) => medianFilter(image, 3) as NdArray),
  of('median', 3, (image) => medianFilter(image, 3) as NdArray, { dtype: 'uint16' }),
  of('median', 3, (image) => medianFilter(image, 3) as NdArray, { dtype: 'float64' }),
  of('median', 3, (image) => medianFilter(image, 3) as NdArray, { rows: 128, cols: 512 }),
  of('median', 5, (image) => medianFilter(image, 5) as NdArray, { runs: 3 }),
  of('median', 5, (image) => medianFilter(image, 5) as NdArray, { dtype: 'uint16', runs: 3 }),
  of('median', 5, (image) => medianFilter(image, 5) as NdArray, { rows: 128, cols: 512 }),
  of('median', 9, (image) => medianFilter(image, 9) as NdArray, { runs: 1 }),
  of('median', 21, (image) => medianFilter(image, 21) as NdArray, { rows: 128, cols: 512, runs: 1 }),
  of('uniform', 5, (image) => uniformFilter(image, 5) as NdArray),
  of('uniform', 5, (image) => uniformFilter(image, 5) as NdArray, { dtype: 'uint16' }),
  of('uniform', 31, (image) => uniformFilter(image, 31) as NdArray),
  of('minimum', 5, (image) => minimumFilter(image, 5) as NdArray),
  of('maximum', 5, (image) => maximumFilter(image, 5) as NdArray),
  of('maximum', 31, (image) => maximumFilter(image, 31) as NdArray),
  of('sobel-x', 3, (image) => sobel(image, 'x') as NdArray),
  of('sobel-y', 3, (image) => sobel(image, 'y') as NdArray),
  of('sobel-magnitude', 3, (image) => sobel(image, 'magnitude') as NdArray),
  of('nan-gaussian', 5, (image) => nanGaussianFilter(image, 5) as NdArray, { dtype: 'nan' }),
  of('nan-uniform', 5, (image) => nanUniformFilter(image, 5) as NdArray, { dtype: 'nan' }),
  of('nan-median', 5, (image) => nanMedianFilter(image, 5) as NdArray, { rows: 64, cols: 128, dtype: 'nan', runs: 1 }),
];

const peer = startPeer<{ times: number[]; check: number }>('filters', 'numpy and scipy');
const ask = (what: readonly unknown[], runs: number, first = 0) => peer.ask({ what, runs, first });
const check = (out: NdArray): number => (out.data as Float32Array).reduce((sum, v, i) => sum + v * ((i % 101) + 1), 0);

/** The limit: the input read once, the result written once. */
function copyTime(image: NdArray<2>, target: Float32Array): number {
  const start = performance.now();
  target.set(image.data as Float32Array);
  return performance.now() - start;
}

const rows: string[][] = [['filter', 'here ms', 'best', 'scipy ms', 'best', 'ratio', 'copy ms']];
for (const { name, what, run, runs } of cases) {
  if (!name.includes(only)) continue;
  const data = images(what[1], what[2], what[3]);
  const [here, there, copies]: [number[], number[], number[]] = [[], [], []];
  const target = data[0].dtype === 'float64' ? new Float64Array(data[0].size) : new Float32Array(data[0].size);
  for (let k = 0; k < INPUTS; k++) run(data[k]);
  await ask(what, 1);
  let [ours, theirs] = [0, 0];
  for (let block = 0; block < blocks; block++) {
    let out: NdArray | undefined;
    // The first ones of a block find the caches as the other side left them.
    for (let k = 0; k < runs + 2; k++) {
      const start = performance.now();
      out = run(data[(block * runs + k) % INPUTS]);
      if (k >= 2) here.push(performance.now() - start);
    }
    ours = check(out!);
    for (let k = 0; k < INPUTS; k++) copies.push(copyTime(data[k], target as Float32Array));
    const answer = await ask(what, runs + 2, block * runs);
    there.push(...answer.times.slice(2));
    theirs = answer.check;
  }
  const off = Math.abs(ours / theirs - 1);
  if (off > (/median|minimum|maximum/.test(name) ? 0 : 1e-6)) throw new Error(`${name}: the results differ, ${ours} and ${theirs}`);
  const [a, b] = [quantile(here, 0.5), quantile(there, 0.5)];
  rows.push([name, a.toFixed(2), Math.min(...here).toFixed(2), b.toFixed(2), Math.min(...there).toFixed(2), `${(b / a).toFixed(1)}x`, quantile(copies, 0.5).toFixed(2)]);
}
peer.end();
const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
for (const row of rows) console.log(row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  '));
console.log(`medians over ${blocks} blocks, one thread, ${INPUTS} rotating inputs, Node ${process.version}; ratio above 1: faster here`);
