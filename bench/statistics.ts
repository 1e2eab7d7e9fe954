/**
 * What statistics and xas do with a train side by side with numpy and scipy: one thread, 16 rotating inputs, both sides taking turns in blocks of one run, so that a busy machine slows both.
 * Run: npx node --conditions=development bench/statistics.ts [blocks [part of a name]]
 * Python: the one named by PYTHON, default /usr/bin/python3, with numpy and scipy. The sums of both results are compared.
 */
import { ndarray, type NdArray } from '@trainyard/core';
import { binAgain, binAgain2d, fitCurve, overPulses, spectrum, spectrum2d, twoTime } from '@trainyard/statistics';
import { overDelay, xasTim } from '@trainyard/xas';
import { quantile } from './support/process-stat.ts';
import { startPeer } from './support/python-peer.ts';
import { useScratchRing } from './support/scratch-ring.ts';

const INPUTS = 16;
const blocks = Number(process.argv[2] ?? 6);
const only = process.argv[3] ?? '';

useScratchRing(() => 6);

/** Numbers of 0 to 1, the same in bench/peers/statistics.py. */
function noise(i: number): number {
  let h = Math.imul(i, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
const numbers = (k: number, shape: readonly number[], Type: typeof Float64Array | typeof Float32Array = Float64Array): NdArray =>
  ndarray((Type as typeof Float64Array).from({ length: shape.reduce((n, m) => n * m, 1) }, (_, i) => noise(i + k * 7_919_001)), shape) as NdArray;
const inputs = (make: (k: number) => NdArray): NdArray[] => Array.from({ length: INPUTS }, (_, k) => make(k));
const sum = (of: NdArray): number => of.nansum();

interface Case {
  readonly name: string;
  readonly runs: number;
  readonly what: readonly [kind: string, ...sizes: number[]];
  readonly make: () => (k: number) => number;
}

const cases: Case[] = [
  ...[[512, 1024], [500, 750], [509, 701]].map(([rows, cols]): Case => ({
    name: `fft2 magnitude, ${rows} x ${cols} float32`, runs: 3, what: ['fft2', rows!, cols!],
    make: () => { const data = inputs((k) => numbers(k, [rows!, cols!], Float32Array)); return (k) => sum(spectrum2d(data[k]!, { shift: false }).array); },
  })),
  ...[16384, 10007].map((n): Case => ({
    name: `rfft magnitude, 8 x ${n} float64`, runs: 12, what: ['rfft', n],
    make: () => { const data = inputs((k) => numbers(k, [8, n])); return (k) => sum(spectrum(data[k]!).array); },
  })),
  {
    name: 'fit of a Gaussian, 200 points', runs: 30, what: ['fit'],
    make: () => {
      const x = ndarray(Float64Array.from({ length: 200 }, (_, i) => i), [200]) as NdArray<1>;
      const data = inputs((k) => ndarray(Float64Array.from({ length: 200 }, (_, i) => 5 * Math.exp(-((i - 80 - k) ** 2) / 450) + noise(i + k * 7_919_001)), [200]));
      return (k) => Object.values(fitCurve(x, data[k] as NdArray<1>, 'gaussian').values).reduce((a, b) => a + Math.abs(b), 0);
    },
  },
  {
    name: 'mean of 18000 in 50 bins', runs: 12, what: ['binned'],
    make: () => { const data = inputs((k) => numbers(k, [18_000, 2])) as NdArray<2>[]; return (k) => sum(binAgain(data[k]!, { bins: 50, range: [0, 1] })!.array); },
  },
  {
    name: 'mean of 18000 in 50 x 20 cells', runs: 12, what: ['binned2d'],
    make: () => { const data = inputs((k) => numbers(k, [18_000, 3])) as NdArray<2>[]; return (k) => sum(binAgain2d(data[k]!, { x: { bins: 50, range: [0, 1] }, y: { bins: 20, range: [0, 1] } })!.array); },
  },
  {
    name: 'tr-XAS: three ratios of 18000 over the delay', runs: 12, what: ['delay'],
    make: () => { const data = inputs((k) => numbers(k, [18_000, 4])) as NdArray<2>[]; return (k) => sum(overDelay(data[k]!, [[1, 3], [2, 3], [2, 1]], { bins: 50, range: [0, 1] })!.array); },
  },
  {
    name: 'XAS-TIM of 400 pulses, 4 channels, 60 bins', runs: 30, what: ['tim'],
    make: () => {
      const data = inputs((k) => numbers(k, [6, 400]));
      const reducer = xasTim({ signals: ['mcp1', 'mcp2', 'mcp3', 'mcp4'], threshold: 0.2, bins: 60, range: [0, 1] });
      return (k) => {
        const [energy, i0, ...mcp] = Array.from({ length: 6 }, (_, row) => data[k]!.slice(String(row))) as NdArray<1>[];
        const given = { energy, i0, ...Object.fromEntries(mcp.map((values, c) => [`mcp${c + 1}`, values.negative()])) };
        return sum(reducer.result(reducer.add(reducer.initial(), given as never, 0))!['mcp1']!);
      };
    },
  },
  {
    name: 'mean and std over 64 pulses of 256 x 256 float32', runs: 6, what: ['pulses'],
    make: () => { const data = inputs((k) => numbers(k, [64, 256, 256], Float32Array)); return (k) => { const { array, labels } = overPulses(data[k]!); return sum(array) + sum(labels.errors!); }; },
  },
  {
    name: 'two-time of 64 frames of 100 x 100 float32', runs: 6, what: ['twotime'],
    make: () => { const data = inputs((k) => numbers(k, [64, 100, 100], Float32Array)); return (k) => sum(twoTime(data[k]!)); },
  },
];

const peer = startPeer<{ times: number[]; check: number }>('statistics', 'numpy and scipy');
const ask = (what: readonly unknown[], runs: number, first = 0) => peer.ask({ what, runs, first });

const rows: string[][] = [['what', 'here ms', 'best', 'peer ms', 'best', 'ratio']];
for (const { name, runs, what, make } of cases.filter((one) => one.name.includes(only))) {
  const run = make();
  const [here, there]: [number[], number[]] = [[], []];
  for (let k = 0; k < 2 * runs; k++) run(k % INPUTS);
  await ask(what, 2);
  let [ours, theirs] = [0, 0];
  for (let block = 0; block < blocks; block++) {
    for (let k = 0; k < runs; k++) {
      const start = performance.now();
      ours = run((block * runs + k) % INPUTS);
      here.push(performance.now() - start);
    }
    const answer = await ask(what, runs, block * runs);
    there.push(...answer.times);
    theirs = answer.check;
  }
  if (!(Math.abs(ours / theirs - 1) < 1e-5)) throw new Error(`${name}: the results differ, ${ours} and ${theirs}`);
  const [a, b] = [quantile(here, 0.5), quantile(there, 0.5)];
  rows.push([name, a.toFixed(3), Math.min(...here).toFixed(3), b.toFixed(3), Math.min(...there).toFixed(3), `${(b / a).toFixed(2)}x`]);
}
peer.end();
const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
for (const row of rows) console.log(row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  '));
console.log(`medians, one thread, ${INPUTS} rotating inputs, sums of the results included, Node ${process.version}; ratio above 1: faster here`);
