/**
 * Kernels side by side with scipy, numpy and pyFAI: one thread, 16 rotating inputs, both sides taking turns in blocks of one run,
 * so that a busy machine slows both. Run: npx node --conditions=development bench/kernels.ts [blocks]
 * Python: the one named by PYTHON, default /usr/bin/python3, with numpy, scipy and pyFAI. The sums of both results are compared.
 */
import { ndarray, type NdArray } from '@trainyard/core';
import { correction } from '@trainyard/correction';
import { azimuthal } from '@trainyard/integration';
import { gaussianFilter } from '@trainyard/smoothing';
import { startPeer } from './support/python-peer.ts';
import { useScratchRing } from './support/scratch-ring.ts';

const INPUTS = 16;
const RUNS = 8;
const blocks = Number(process.argv[2] ?? 6);

useScratchRing(() => 12);

function images(rows: number, cols: number, Type: typeof Uint16Array | typeof Float32Array): NdArray<2>[] {
  return Array.from({ length: INPUTS }, (_, k) => ndarray((Type as typeof Uint16Array).from({ length: rows * cols }, (_, i) => (i * 7 + k * 13) % 4096), [rows, cols]) as unknown as NdArray<2>);
}

interface Case {
  readonly name: string;
  readonly peer: string;
  readonly what: readonly unknown[];
  readonly run: (k: number) => NdArray;
}

function gaussian(rows: number, cols: number): Case {
  const data = images(rows, cols, Uint16Array);
  return { name: `gaussian sigma 5, ${rows} x ${cols} uint16`, peer: 'scipy', what: ['gaussian', rows, cols], run: (k) => gaussianFilter(data[k], 5) as NdArray };
}

function corrections(rows: number, cols: number): Case {
  const data = images(rows, cols, Uint16Array);
  const dark = ndarray(Float32Array.from({ length: rows * cols }, (_, i) => 100 + (i % 7)), [rows, cols]);
  const gain = ndarray(Float32Array.from({ length: rows * cols }, (_, i) => 1 + (i % 5) / 10), [rows, cols]);
  const fix = correction({ dark, gain });
  return { name: `(raw - dark) * gain, ${rows} x ${cols} uint16`, peer: 'numpy', what: ['correction', rows, cols], run: (k) => fix(data[k]) as NdArray };
}

function integration(rows: number, cols: number, split: 'none' | 'bbox' | 'full'): Case {
  const data = images(rows, cols, Float32Array);
  const iq = azimuthal({ poni: { dist: 0.3, poni1: 0.103, poni2: 0.1011, rot1: 0, rot2: 0, rot3: 0, wavelength: 1.3332e-10, pixel1: 2e-4, pixel2: 2e-4 }, bins: 1000, split });
  return { name: `azimuthal, split ${split}, ${rows} x ${cols} float32 to 1000`, peer: 'pyFAI CSR', what: ['azimuthal', rows, cols, split], run: (k) => iq(data[k]).array };
}

const peer = startPeer<{ times: number[]; check: number }>('kernels', 'numpy, scipy and pyFAI');
const ask = (what: readonly unknown[], runs: number, first = 0) => peer.ask({ what, runs, first });

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];
const rows: string[][] = [['kernel', 'here ms', 'best', 'peer', 'peer ms', 'best', 'ratio']];
for (const make of [() => gaussian(400, 500), () => gaussian(1024, 1536), () => corrections(1024, 1024), () => integration(1024, 1024, 'none'), () => integration(1024, 1024, 'bbox'), () => integration(1024, 1024, 'full')]) {
  const { name, peer: who, what, run } = make();
  const [here, there]: [number[], number[]] = [[], []];
  for (let k = 0; k < 2 * RUNS; k++) run(k % INPUTS);
  await ask(what, 2);
  let [ours, theirs] = [0, 0];
  for (let block = 0; block < blocks; block++) {
    let out: NdArray | undefined;
    for (let k = 0; k < RUNS; k++) {
      const start = performance.now();
      out = run((block * RUNS + k) % INPUTS);
      here.push(performance.now() - start);
    }
    ours = out!.sum();
    const answer = await ask(what, RUNS, block * RUNS);
    there.push(...answer.times);
    theirs = answer.check;
  }
  if (Math.abs(ours / theirs - 1) > 1e-5) throw new Error(`${name}: the results differ, ${ours} and ${theirs}`);
  const [a, b] = [median(here), median(there)];
  rows.push([name, a.toFixed(2), Math.min(...here).toFixed(2), who, b.toFixed(2), Math.min(...there).toFixed(2), `${(b / a).toFixed(2)}x`]);
}
peer.end();
const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
for (const row of rows) console.log(row.map((cell, c) => (c === 0 || c === 3 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  '));
console.log(`median of ${blocks * RUNS} runs each, one thread, ${INPUTS} rotating inputs, Node ${process.version}; ratio above 1: faster here`);
