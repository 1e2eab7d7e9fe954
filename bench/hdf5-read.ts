/**
 * Reading detector frames of HDF5 files beside h5py, one core each, warm, another frame each time: deflate (float32 and uint16), deflate with shuffle, and
 * uncompressed chunks and contiguous data into memory that is used again. Last, what two workers read together beside one.
 *
 *     npx node --conditions=development bench/hdf5-read.ts [frames]
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { openHdf5 } from '@trainyard/hdf5';
import { quantile } from './support/process-stat.ts';

const FRAMES = process.argv[2] ?? '128';
const ROUNDS = 5;

/** How long so many workers need for all frames, each for its part. */
async function together(path: string, dataset: string, of: number): Promise<number> {
  const workers = Array.from({ length: of }, (_, from) => new Worker(new URL('support/read-frames.ts', import.meta.url), { workerData: { path, dataset, from, of, rounds: ROUNDS } }));
  await Promise.all(workers.map(async (worker) => once(worker, 'message')));
  const began = performance.now();
  const done = workers.map(async (worker) => once(worker, 'message'));
  for (const worker of workers) worker.postMessage('go');
  await Promise.all(done);
  return performance.now() - began;
}

const folder = mkdtempSync(join(tmpdir(), 'trainyard-read-'));
const peer = (...args: string[]): string => {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [fileURLToPath(new URL('peers/hdf5_read.py', import.meta.url)), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
};
try {
  const path = join(folder, 'frames.h5');
  peer('write', path, FRAMES);
  const theirs = JSON.parse(peer('read', path)) as Record<string, number>;
  const file = await openHdf5(path);
  for (const dataset of file.datasets()) {
    const [frames, ...shape] = dataset.shape as [number, ...number[]];
    const bytes = shape.reduce((product, n) => product * n, dataset.itemSize);
    const target = new Uint8Array(new SharedArrayBuffer(bytes));
    const rates: number[] = [];
    for (let round = 0; round < 5; round++) {
      const began = performance.now();
      for (let i = 0; i < frames; i++) dataset.readInto(target, [[i, i + 1]]);
      rates.push((frames * bytes) / (performance.now() - began) / 1000);
    }
    const ours = quantile(rates, 0.5);
    const other = theirs[dataset.path.slice(1)]!;
    const [one, two] = [await together(path, dataset.path, 1), await together(path, dataset.path, 2)];
    console.log(`${dataset.path.padEnd(22)} ours ${ours.toFixed(0).padStart(6)} MB/s, h5py ${other.toFixed(0).padStart(6)} MB/s: ${(ours / other).toFixed(2)}x; two workers ${(one / two).toFixed(2)}x one`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
