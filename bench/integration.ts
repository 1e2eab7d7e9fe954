/**
 * Azimuthal integration side by side with pyFAI's CSR engine: one thread, 16 rotating inputs, both sides taking turns in blocks of one run, with mask,
 * solid angle and polarization. The first call, which builds the matrix, is shown apart. Run: npx node --conditions=development bench/integration.ts [blocks]
 * Python: the one named by PYTHON, default /usr/bin/python3, with pyFAI. The sums of both results are compared.
 * The memory's own speed in the same run: reading one image after the other (a sum of float32 in four lanes).
 */
import { ndarray, type NdArray } from '@trainyard/core';
import { azimuthal, azimuthalMap } from '@trainyard/integration';
import { startPeer } from './support/python-peer.ts';
import { useScratchRing } from './support/scratch-ring.ts';

const INPUTS = 16;
const RUNS = 8;
const blocks = Number(process.argv[2] ?? 6);

useScratchRing(() => 12);

const made = new Map<string, NdArray<2>[]>();
function images(rows: number, cols: number, Type: typeof Uint16Array | typeof Float32Array): NdArray<2>[] {
  const key = `${rows} ${cols} ${Type.name}`;
  let list = made.get(key);
  if (!list) made.set(key, (list = Array.from({ length: INPUTS }, (_, k) => ndarray((Type as typeof Uint16Array).from({ length: rows * cols }, (_, i) => (i * 7 + k * 13) % 4096), [rows, cols]) as unknown as NdArray<2>)));
  return list;
}

type What = 'curve' | 'map' | 'clip';
interface Case {
  readonly what: What;
  readonly split: 'none' | 'bbox' | 'full';
  readonly errors: 'none' | 'poisson' | 'azimuthal';
  readonly rows: number;
  readonly cols: number;
  readonly Type: typeof Uint16Array | typeof Float32Array;
}

const large = { rows: 1024, cols: 1024, Type: Float32Array };
const cases: Case[] = [
  { what: 'curve', split: 'none', errors: 'poisson', ...large },
  { what: 'curve', split: 'none', errors: 'poisson', ...large, Type: Uint16Array },
  { what: 'curve', split: 'bbox', errors: 'poisson', ...large },
  { what: 'curve', split: 'full', errors: 'poisson', ...large },
  { what: 'curve', split: 'none', errors: 'poisson', rows: 512, cols: 512, Type: Float32Array },
  { what: 'curve', split: 'bbox', errors: 'poisson', rows: 512, cols: 512, Type: Float32Array },
  { what: 'curve', split: 'none', errors: 'azimuthal', ...large },
  { what: 'clip', split: 'none', errors: 'poisson', ...large },
  { what: 'map', split: 'none', errors: 'none', ...large },
  { what: 'map', split: 'bbox', errors: 'none', ...large },
];

const peer = startPeer<{ times: number[]; setup: number; check: number }>('integration', 'pyFAI');
const ask = (what: readonly unknown[], runs: number, first = 0) => peer.ask({ what, runs, first });

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];

function reading(list: NdArray<2>[]): number {
  const times: number[] = [];
  for (let k = 0; k < 3 * INPUTS; k++) {
    const data = list[k % INPUTS].data as Float32Array;
    const start = performance.now();
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      a += data[i];
      b += data[i + 1];
      c += data[i + 2];
      d += data[i + 3];
    }
    times.push(performance.now() - start + (a + b + c + d < 0 ? 1 : 0));
  }
  return median(times);
}

const rows: string[][] = [['integration', 'here ms', 'best', 'pyFAI ms', 'best', 'ratio', 'first here', 'first pyFAI']];
for (const { what, split, errors, rows: height, cols: width, Type } of cases) {
  const data = images(height, width, Type);
  const mask = ndarray(Uint8Array.from({ length: height * width }, (_, i) => Number(i % 1013 === 0)), [height, width]);
  const options = {
    poni: { dist: 0.3, poni1: (0.103 * height) / 1024, poni2: (0.1011 * width) / 1024, rot1: 0, rot2: 0, rot3: 0, wavelength: 1.3332e-10, pixel1: 2e-4, pixel2: 2e-4 },
    split, errors, mask, polarization: 0.99, ...(what === 'clip' && { clip: 3 }),
  };
  const integrate = what === 'map' ? azimuthalMap({ ...options, bins: 500, azimuthBins: 360 }) : azimuthal({ ...options, bins: 1000 });
  const run = (k: number): NdArray => integrate(data[k]).array;
  const began = performance.now();
  run(0);
  const setup = performance.now() - began;
  const job = [height, width, what, split, errors];
  const first = (await ask(job, 2)).setup;
  for (let k = 0; k < 2 * RUNS; k++) run(k % INPUTS);
  const [here, there]: [number[], number[]] = [[], []];
  let [ours, theirs] = [0, 0];
  for (let block = 0; block < blocks; block++) {
    let out: NdArray | undefined;
    for (let k = 0; k < RUNS; k++) {
      const start = performance.now();
      out = run((block * RUNS + k) % INPUTS);
      here.push(performance.now() - start);
    }
    ours = out!.sum();
    const answer = await ask(job, RUNS, block * RUNS);
    there.push(...answer.times);
    theirs = answer.check;
  }
  // The rows of a map begin elsewhere in pyFAI.
  if (Math.abs(ours / theirs - 1) > (what === 'map' ? 2e-2 : 1e-5)) throw new Error(`${what} ${split} ${errors}: the results differ, ${ours} and ${theirs}`);
  const [a, b] = [median(here), median(there)];
  const name = `${what}, ${split}, errors ${errors}, ${height} x ${width} ${Type === Uint16Array ? 'uint16 (pyFAI float32)' : 'float32'}`;
  rows.push([name, a.toFixed(2), Math.min(...here).toFixed(2), b.toFixed(2), Math.min(...there).toFixed(2), `${(b / a).toFixed(2)}x`, setup.toFixed(0), first.toFixed(0)]);
}
peer.end();
const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
for (const row of rows) console.log(row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  '));
console.log(`reading one image of 1024 x 1024 float32: ${reading(images(1024, 1024, Float32Array)).toFixed(2)} ms`);
console.log(`median of ${blocks * RUNS} runs each, one thread, ${INPUTS} rotating inputs, Node ${process.version}; ratio above 1: faster here`);
