/**
 * Images over the pulses of a train, masks and statistics of regions, side by side with numpy: one thread, inputs larger than the cache, both sides taking
 * turns in blocks of one run. Run: npx node --conditions=development bench/stack.ts [blocks] [frames]
 * The limit is measured in the same run, in two ways: what a loop of numpy reads from memory (its largest value, in pages of 2 MB), and what this process
 * copies from shared memory into the cache (in pages of 4 kB), as kernels have to. Python: the one named by PYTHON, default /usr/bin/python3.
 */
import { ndarray, type NdArray } from '@trainyard/core';
import { StackMask } from '@trainyard/kernels';
import { pulseStatistic, roiStatistic, roiStatistics, stackImage } from '@trainyard/roi';
import { startPeer } from './support/python-peer.ts';
import { useScratchRing } from './support/scratch-ring.ts';

const blocks = Number(process.argv[2] ?? 5);
const FRAMES = Number(process.argv[3] ?? 64);
const [ROWS, COLS] = [1024, 1024];
const PIXELS = ROWS * COLS;

useScratchRing(() => 4);

/** In shared memory, where trains lie. Every 997th value of a float is NaN, as on the other side. */
function train(Type: typeof Uint16Array | typeof Float32Array): NdArray<3> {
  const data = new Type(new SharedArrayBuffer(FRAMES * PIXELS * Type.BYTES_PER_ELEMENT) as unknown as ArrayBuffer);
  for (let i = 0; i < data.length; i++) data[i] = Type === Float32Array && i % 997 === 0 ? NaN : (i * 7919) % 4093;
  return ndarray(data, [FRAMES, ROWS, COLS]) as unknown as NdArray<3>;
}

const floats = train(Float32Array);
const wholes = train(Uint16Array);
/** As the detector comes live: a pixel's pulses side by side. */
const turned = ndarray((floats.data as unknown as Float32Array).slice(), [ROWS, COLS, FRAMES]).transpose(2, 0, 1) as unknown as NdArray<3>;
const some = Array.from({ length: FRAMES }, (_, i) => i).filter((i) => i % 16 !== 3);
const box = { y0: 100, y1: 900, x0: 50, x1: 950 };
const boxPixels = 800 * 900;
const masked = Uint8Array.from({ length: PIXELS }, (_, i) => Number(i % 50 === 0));
const mask = new StackMask(PIXELS, { masked, low: 5, high: 4080 });
const limits = new StackMask(PIXELS, { low: 5, high: 4080 });
const hidden = new StackMask(PIXELS, { masked });

interface Case {
  readonly name: string;
  readonly peer: string;
  readonly what: string;
  /** Bytes that have to come from memory. */
  readonly bytes: number;
  readonly check: (result: unknown) => number;
  readonly run: (k: number) => unknown;
}
const sumOf = (result: unknown): number => (result as NdArray).nansum();
const stackBytes = FRAMES * PIXELS * 4;
const frame = (of: NdArray<3>, k: number): NdArray<2> => of.slice(`${(k * 7) % FRAMES}`) as NdArray<2>;
const stacks = ['mean', 'std', 'max'] as const;
const cases: Case[] = [
  ...stacks.map((name): Case => ({ name: `${name} over the pulses, float32`, peer: `nan${name}`, what: `stack-${name}`, bytes: stackBytes, check: sumOf, run: () => stackImage(floats, name) })),
  { name: `mean of ${some.length} of ${FRAMES} chosen pulses`, peer: 'nanmean', what: 'stack-some', bytes: (stackBytes * some.length) / FRAMES, check: sumOf, run: () => stackImage(floats, 'mean', { pulses: some }) },
  { name: 'mean over the pulses, uint16', peer: 'mean', what: 'stack-uint16', bytes: stackBytes / 2, check: sumOf, run: () => stackImage(wholes, 'mean') },
  { name: 'mean over the pulses, pulses dense', peer: 'nanmean', what: 'stack-turned', bytes: stackBytes, check: sumOf, run: () => stackImage(turned, 'mean') },
  { name: 'sum of a region 800 x 900', peer: 'nansum', what: 'roi-sum', bytes: 4 * boxPixels, check: Number, run: (k) => roiStatistic(frame(floats, k), 'sum', box) },
  { name: 'mean of a region per pulse', peer: 'nanmean', what: 'roi-pulses', bytes: 4 * boxPixels * FRAMES, check: sumOf, run: () => pulseStatistic(floats, 'mean', box) },
  { name: 'std of a region', peer: 'nanstd', what: 'roi-std', bytes: 4 * boxPixels, check: Number, run: (k) => roiStatistic(frame(floats, k), 'std', box) },
  { name: 'median of a region', peer: 'nanmedian', what: 'roi-median', bytes: 4 * boxPixels, check: Number, run: (k) => roiStatistic(frame(floats, k), 'median', box) },
  { name: 'all statistics of a region', peer: 'nan... each', what: 'roi-all', bytes: 8 * boxPixels, check: (all) => Object.values(all as Record<string, number>).reduce((a, b) => a + b, 0), run: (k) => roiStatistics(frame(floats, k), box) },
  { name: 'limits in place', peer: 'a[..] = nan', what: 'mask-limits', bytes: stackBytes, check: sumOf, run: () => inPlace(limits) },
  { name: 'image mask in place', peer: 'a[:, mask] = nan', what: 'mask-image', bytes: stackBytes, check: sumOf, run: () => inPlace(hidden) },
  { name: 'both in place', peer: 'both', what: 'mask-both', bytes: stackBytes, check: sumOf, run: () => inPlace(mask) },
];

function inPlace(by: StackMask): NdArray {
  by.run(floats.data as unknown as Float32Array, FRAMES);
  return floats;
}

const peer = startPeer<{ times: number[]; check: number }>('stack', 'numpy', String(FRAMES));
const ask = (what: string, runs: number, first = 0) => peer.ask({ what, runs, first });

/** GB/s at which pieces of the train come into the cache. */
function copied(): number {
  const data = floats.data as unknown as Float32Array;
  const piece = new Float32Array(2048);
  const start = performance.now();
  for (let i = 0; i < data.length; i += piece.length) piece.set(data.subarray(i, i + piece.length));
  return stackBytes / (performance.now() - start) / 1e6;
}

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;
const rows: string[][] = [['one thread', 'here ms', 'best', 'numpy', 'numpy ms', 'best', 'ratio', 'GB/s here']];
const [readThere, copiedHere]: [number[], number[]] = [[], []];
for (const { name, peer: who, what, bytes, check, run } of cases) {
  const runs = bytes > 1e8 ? 2 : 8;
  const [here, there]: [number[], number[]] = [[], []];
  for (let k = 0; k < 2; k++) run(k);
  await ask(what, 1);
  let [ours, theirs] = [0, 0];
  for (let block = 0; block < blocks; block++) {
    let out: unknown;
    for (let k = 0; k < runs; k++) {
      const start = performance.now();
      out = run(block * runs + k);
      here.push(performance.now() - start);
    }
    ours = check(out);
    const answer = await ask(what, runs, block * runs);
    there.push(...answer.times);
    theirs = answer.check;
    copiedHere.push(copied());
    readThere.push(...(await ask('limit', 1)).times.map((ms) => stackBytes / ms / 1e6));
  }
  if (!(Math.abs(ours / theirs - 1) < 1e-4)) throw new Error(`${name}: the results differ, ${ours} and ${theirs}`);
  const [a, b] = [median(here), median(there)];
  rows.push([name, a.toFixed(2), Math.min(...here).toFixed(2), who, b.toFixed(2), Math.min(...there).toFixed(2), `${(b / a).toFixed(1)}x`, (bytes / a / 1e6).toFixed(1)]);
}
peer.end();
const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
for (const row of rows) console.log(row.map((cell, c) => (c === 0 || c === 3 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  '));
console.log(`${FRAMES} frames of ${ROWS} x ${COLS}, medians; Node ${process.version}; ratio above 1: faster here. Limits: numpy reads ${median(readThere).toFixed(1)} GB/s (best ${Math.max(...readThere).toFixed(1)}), copies into the cache here ${median(copiedHere).toFixed(1)} (best ${Math.max(...copiedHere).toFixed(1)})`);
