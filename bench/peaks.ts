/**
 * The peak pack side by side with numba, scipy and numpy: one thread, 16 rotating images, both sides taking turns in blocks of one run, so that a busy
 * machine slows both. Run: npx node --conditions=development bench/peaks.ts [blocks]
 * peakfinder8's peer is a numba loop that was written for this, as the C++ is not here: elsewhere that took 9.9 ms for such an image where numba took 16.5 ms.
 * Python: the one named by PYTHON, default /usr/bin/python3, with numpy, scipy and numba. Numbers found and their sums are compared.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ndarray, type NdArray } from '@trainyard/core';
import { braggPeaks, droplets, litPixels, peakFinder } from '@trainyard/peaks';
import { startPeer } from './support/python-peer.ts';
import { useScratchRing } from './support/scratch-ring.ts';

const INPUTS = 16;
const RUNS = 8;
const blocks = Number(process.argv[2] ?? 6);

useScratchRing(() => 8);

let random = 1;
const uniform = (): number => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) / 2 ** 32;

/** Whole numbers: a background that falls off, as of photons, and spots. */
function scene(rows: number, cols: number, spots: number): Float32Array {
  const image = new Float32Array(rows * cols);
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++, i++) {
      const mean = 8 + 40 / (1 + Math.hypot(y - rows / 2, x - cols / 2) / 60);
      image[i] = Math.max(0, Math.round(mean + Math.sqrt(mean) * 1.7 * (uniform() + uniform() + uniform() + uniform() - 2)));
    }
  }
  for (let s = 0; s < spots; s++) {
    const [y, x, height, width] = [6 + uniform() * (rows - 12), 6 + uniform() * (cols - 12), 100 + 1000 * uniform(), 0.8 + 0.5 * uniform()];
    for (let dy = -5; dy <= 5; dy++) for (let dx = -5; dx <= 5; dx++) image[(Math.floor(y) + dy) * cols + Math.floor(x) + dx]! += Math.round(height * Math.exp(-((Math.floor(y) + dy - y) ** 2 + (Math.floor(x) + dx - x) ** 2) / (2 * width * width)));
  }
  return image;
}

/** Noise, and photons of 100 whose charge is shared with a neighbour. */
function charges(rows: number, cols: number, perPixel: number): Float32Array {
  const image = Float32Array.from({ length: rows * cols }, () => Math.round(8 * (uniform() + uniform() + uniform() + uniform() - 2)));
  for (let n = rows * cols * perPixel; n > 0; n--) {
    const i = Math.floor(uniform() * (image.length - cols - 1));
    const share = Math.round(50 + 50 * uniform());
    image[i]! += share;
    image[i + (uniform() < 0.5 ? 1 : cols)]! += 100 - share;
  }
  return image;
}

const folder = mkdtempSync(join(tmpdir(), 'peaks-'));
const peer = startPeer<{ times: number[]; check: readonly [number, number] }>('peaks', 'numpy, scipy and numba');
const ask = (what: readonly unknown[], runs: number, first = 0) => peer.ask({ what, runs, first, inputs: INPUTS });

interface Case {
  readonly name: string;
  readonly peer: string;
  readonly what: readonly unknown[];
  /** Numbers to compare: how many, and their sum. */
  readonly run: (k: number) => readonly [number, number];
}

function images(name: string, rows: number, cols: number, make: () => Float32Array): { file: string; data: NdArray[]; stack: NdArray } {
  const all = new Float32Array(INPUTS * rows * cols);
  for (let k = 0; k < INPUTS; k++) all.set(make(), k * rows * cols);
  const file = join(folder, name);
  writeFileSync(file, all);
  const stack = ndarray(all, [INPUTS, rows, cols]) as NdArray;
  return { file, stack, data: Array.from({ length: INPUTS }, (_, k) => stack.slice(`${k}`)) };
}

const total = (array: unknown): number => (array as NdArray).sum();

function peaks(rows: number, cols: number, panel: readonly [number, number], spots: number): Case {
  const { file, data } = images(`peaks-${rows}`, rows, cols, () => scene(rows, cols, spots));
  const find = peakFinder({ panel, threshold: 20, minSnr: 6, minPixels: 2, maxPixels: 60, backgroundRadius: 4 });
  return { name: `peakfinder8, ${rows} x ${cols} float32, ${spots} spots, panels ${panel.join(' x ')}`, peer: 'numba', what: ['peaks', file, INPUTS, rows, cols, ...panel], run: (k) => {
    const { table, count } = find(data[k]!);
    return [count.get(0), count.get(0) === 0 ? 0 : total(table.total)];
  } };
}

function dropletsOf(rows: number, cols: number, perPixel: number): Case {
  const { file, data } = images('droplets', rows, cols, () => charges(rows, cols, perPixel));
  const find = droplets({ threshold: 60, photon: 100 });
  return { name: `droplets, ${rows} x ${cols} float32, ${perPixel} photons a pixel (the peer splits none)`, peer: 'scipy', what: ['droplets', file, INPUTS, rows, cols], run: (k) => {
    const { table, count } = find(data[k]!);
    return [(table.total as NdArray).size, count.get(0)];
  } };
}

function lit(rows: number, cols: number): Case {
  const { file, data } = images('lit', rows, cols, () => scene(rows, cols, 200));
  const count = litPixels({ threshold: 60 });
  return { name: `lit pixels, ${rows} x ${cols} float32`, peer: 'numpy', what: ['lit', file, INPUTS, rows, cols], run: (k) => [count(data[k]!).count.get(0), 0] };
}

function bragg(rows: number, cols: number): Case {
  const { file, stack } = images('bragg', rows, cols, () => scene(rows, cols, 100));
  const regions = Array.from({ length: 4 }, (_, r) => [100 + 90 * r, 100 + 90 * r, 140 + 90 * r, 140 + 90 * r] as const);
  return { name: `Bragg peaks, 4 regions of 40 x 40 in ${INPUTS} pulses`, peer: 'numpy', what: ['bragg', file, INPUTS, rows, cols], run: () => [INPUTS, total(braggPeaks(stack, regions).intensity.array)] };
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;
const rows: string[][] = [['kernel', 'here ms', 'best', 'peer', 'peer ms', 'best', 'ratio']];
try {
  for (const make of [() => peaks(1024, 1024, [512, 128], 150), () => peaks(512, 512, [512, 512], 80), () => dropletsOf(1024, 1024, 0.01), () => lit(1024, 1024), () => bragg(512, 512)]) {
    const { name, peer: who, what, run } = make();
    const [here, there]: [number[], number[]] = [[], []];
    for (let k = 0; k < 2 * RUNS; k++) run(k % INPUTS);
    await ask(what, 2);
    let [ours, theirs]: [readonly [number, number], readonly [number, number]] = [[0, 0], [0, 0]];
    for (let block = 0; block < blocks; block++) {
      for (let k = 0; k < RUNS; k++) {
        const start = performance.now();
        ours = run((block * RUNS + k) % INPUTS);
        here.push(performance.now() - start);
      }
      const answer = await ask(what, RUNS, block * RUNS);
      there.push(...answer.times);
      theirs = answer.check;
    }
    if (ours[0] !== theirs[0] || Math.abs(ours[1] - theirs[1]) > 1e-6 * Math.abs(theirs[1])) throw new Error(`${name}: the results differ, ${ours.join(' ')} and ${theirs.join(' ')}`);
    const [a, b] = [median(here), median(there)];
    rows.push([name, a.toFixed(2), Math.min(...here).toFixed(2), who, b.toFixed(2), Math.min(...there).toFixed(2), `${(b / a).toFixed(2)}x`]);
  }
} finally {
  peer.end();
  rmSync(folder, { recursive: true, force: true });
}
const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
for (const row of rows) console.log(row.map((cell, c) => (c === 0 || c === 3 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  '));
console.log(`median of ${blocks * RUNS} runs each, one thread, ${INPUTS} rotating images, Node ${process.version}; ratio above 1: faster here`);
