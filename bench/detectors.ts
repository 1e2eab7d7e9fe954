/**
 * Raw detector data to corrected ones, side by side with fused loops of numba: one thread, inputs rotating over more than the cache, both sides taking turns in
 * blocks of one run, so that a busy machine slows both. Run: npx node --conditions=development bench/detectors.ts [blocks]
 * Python: the one named by PYTHON, default /usr/bin/python3, with numpy and numba. The sums of both results are compared. Needs 4 GB of memory.
 */
import { ndarray, type NdArray } from '@trainyard/core';
import { correctDetector, type DetectorConstants, type DetectorName } from '@trainyard/correction';
import { startPeer } from './support/python-peer.ts';
import { useScratchRing } from './support/scratch-ring.ts';

const blocks = Number(process.argv[2] ?? 8);

useScratchRing((shape) => (shape.length > 2 && shape[0]! > 300 ? 2 : 12));

/** A cheap sequence that both sides make: the constants and data of `peers/detectors.py`. */
const at = (i: number, step: number, modulus: number): number => (i * step) % modulus;
function filled<T extends Float32Array | Uint16Array | Uint32Array>(out: T, value: (i: number) => number): T {
  for (let i = 0; i < out.length; i++) out[i] = value(i);
  return out;
}
const array = (data: Float32Array | Uint16Array | Uint32Array, shape: readonly number[]): NdArray => ndarray(data, shape) as NdArray;

interface Case {
  readonly name: string;
  readonly what: readonly unknown[];
  /** Megapixels of one call, bytes that it moves per pixel at least, and how many calls make a block. */
  readonly megapixels: number;
  readonly bytes: number;
  readonly runs: number;
  readonly run: (k: number) => NdArray;
}

function agipd(cells: number): Case {
  const n = 512 * 128;
  const shape = [3, cells, 512, 128];
  const frames = filled(new Uint16Array(cells * 2 * n), (i) => ((i >> 16) & 1 ? (at(i, 7919, 1000) < 20 ? 7000 : 5500) : 4800 + at(i, 31, 500)));
  const constants: DetectorConstants = {
    offset: array(filled(new Float32Array(3 * cells * n), (i) => 4800 + at(i, 13, 97)), shape),
    relativeGain: array(filled(new Float32Array(3 * cells * n), (i) => (i < cells * n ? 1 : i < 2 * cells * n ? 40 : 180)), shape),
    thresholds: array(filled(new Float32Array(2 * cells * n), (i) => (i < cells * n ? 6150.5 : 7400.5)), [2, ...shape.slice(1)]),
    badPixels: array(filled(new Uint32Array(3 * cells * n), (i) => (at(i, 101, 503) === 0 ? 2 : 0)), shape),
  };
  const fix = corrector('agipd', constants);
  const raw = array(frames, [cells, 2, 512, 128]);
  const ids = array(filled(new Uint16Array(cells), (i) => i), [cells]);
  return { name: `AGIPD, ${cells} memory cells of 512 x 128`, what: ['agipd', cells], megapixels: (cells * n) / 1e6, bytes: 18, runs: Math.max(1, Math.round(352 / cells)), run: () => fix(raw, { cells: ids }).values as NdArray };
}

function jungfrau(inputs: number): Case {
  const n = 512 * 1024;
  const constants: DetectorConstants = {
    offset: array(filled(new Float32Array(3 * n), (i) => 2900 + at(i, 13, 97)), [3, 512, 1024]),
    gain: array(filled(new Float32Array(3 * n), (i) => (i < n ? 41 : i < 2 * n ? -1.46 : -0.107)), [3, 512, 1024]),
    badPixels: array(filled(new Uint32Array(n), (i) => (at(i, 101, 503) === 0 ? 2 : 0)), [512, 1024]),
  };
  const fix = corrector('jungfrau', constants);
  const data = Array.from({ length: inputs }, (_, k) => array(filled(new Uint16Array(n), (i) => (2900 + at(i + k, 31, 500)) | (at(i + k, 7919, 1000) < 20 ? 0x4000 : 0)), [512, 1024]));
  return { name: `JUNGFRAU, 512 x 1024, ${inputs} rotating`, what: ['jungfrau', inputs], megapixels: n / 1e6, bytes: 14, runs: 32, run: (k) => fix(data[k % inputs]).values as NdArray };
}

function corrector(name: DetectorName, constants: DetectorConstants): ReturnType<typeof correctDetector> {
  return correctDetector(name, { constants });
}

const peer = startPeer<{ times: number[]; check: number }>('detectors', 'numpy and numba');
const ask = (what: readonly unknown[], runs: number, first = 0) => peer.ask({ what, runs, first });

/** What memory gives: a copy from and to more than the cache, in GB/s read and written. */
const far = Array.from({ length: 4 }, () => new Float32Array(2 ** 24));
function copyRate(): number {
  const start = performance.now();
  far[1].set(far[0]);
  far[3].set(far[2]);
  return (4 * far[0].byteLength) / (performance.now() - start) / 1e6;
}

const finite = (of: NdArray): number => (of.data as Float32Array).reduce((sum, v) => (Number.isNaN(v) ? sum : sum + v), 0);
const median = (list: number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];
const rows: string[][] = [['', 'Mpx/s', 'best', 'GB/s', 'of copy', 'numba Mpx/s', 'best', 'ratio', 'of best']];
for (const make of [() => agipd(352), () => agipd(4), () => jungfrau(1), () => jungfrau(16)]) {
  const { name, what, megapixels, bytes, runs, run } = make();
  const [here, there, copies]: [number[], number[], number[]] = [[], [], []];
  for (let k = 0; k < 3; k++) run(k);
  await ask(what, 2);
  let [ours, theirs] = [0, 0];
  for (let block = 0; block < blocks; block++) {
    let out: NdArray | undefined;
    for (let k = 0; k < runs; k++) {
      const start = performance.now();
      out = run(block * runs + k);
      here.push(performance.now() - start);
    }
    ours = finite(out!);
    const answer = await ask(what, runs, block * runs);
    there.push(...answer.times);
    theirs = answer.check;
    copies.push(copyRate());
  }
  if (!(Math.abs(ours / theirs - 1) < 1e-5)) throw new Error(`${name}: the results differ, ${ours} and ${theirs}`);
  const rate = (ms: number): number => (megapixels / ms) * 1e3;
  const [a, b, best, bestThere] = [rate(median(here)), rate(median(there)), rate(Math.min(...here)), rate(Math.min(...there))];
  rows.push([name, a.toFixed(0), best.toFixed(0), ((a * bytes) / 1e3).toFixed(1), `${((100 * a * bytes) / 1e3 / median(copies)).toFixed(0)} %`, b.toFixed(0), bestThere.toFixed(0), `${(a / b).toFixed(2)}x`, `${(best / bestThere).toFixed(2)}x`]);
}
peer.end();
const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
for (const row of rows) console.log(row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  '));
console.log(`medians of ${blocks} blocks, one thread, Node ${process.version}; GB/s: bytes that must be moved (18 per pixel of AGIPD, 14 of JUNGFRAU); of copy: of what a plain copy moves in the same run`);
