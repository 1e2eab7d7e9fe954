/**
 * What `python/call` adds to a Python function: milliseconds a call, and per MB that goes to Python and comes back. Arrays rotate: each call sends
 * another one than the last. Two ways in, as trains have both: memory that workers share, and memory of the worker's own.
 *
 *     npx node --conditions=development bench/python-call.ts [seconds per row] [interpreter]
 *
 * Prints per row the median of the calls, and ms per MB above the empty call. The functions do nothing with what they get.
 * What comes back lies in new memory each time, as in a worker: of large results that is more than half.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ndarray } from '@trainyard/core';
import { PythonProcess } from '../packages/runtime/src/python/python-process.ts';
import { quantile } from './support/process-stat.ts';

const SECONDS = Number(process.argv[2] ?? 2);
/** More than a cache holds, for the large ones. */
const ROTATING = 6;
const folder = mkdtempSync(join(tmpdir(), 'python-call-'));
const file = join(folder, 'own.py');
writeFileSync(file, `import numpy as np

def empty():
    return None

def take(x):
    return None

made = {}

def give(bytes, turn):
    key = (bytes, turn)
    if key not in made:
        made[key] = np.full(bytes // 2, turn, "u2")
    return made[key]

def echo(x):
    return x
`);

const python = new PythonProcess(process.argv[3] ?? '/usr/bin/python3');
const load = async (name: string): Promise<number> => (await python.load({ file, name })).id;
const [empty, take, give, echo] = [await load('empty'), await load('take'), await load('give'), await load('echo')];

async function median(id: number, values: (turn: number) => Record<string, unknown>): Promise<number> {
  for (let turn = 0; turn < 2 * ROTATING; turn++) await python.call(id, values(turn % ROTATING));
  const took: number[] = [];
  for (let turn = 0, end = performance.now() + SECONDS * 1000; performance.now() < end; turn++) {
    const began = performance.now();
    await python.call(id, values(turn % ROTATING));
    took.push(performance.now() - began);
  }
  return quantile(took, 0.5);
}

const call = await median(empty, () => ({}));
console.log(`a call without arguments: ${call.toFixed(3)} ms`);
for (const megabytes of [0.1, 1, 4, 16, 64]) {
  const bytes = megabytes * 1e6;
  const rotating = (buffer: (bytes: number) => ArrayBufferLike) => Array.from({ length: ROTATING }, (_, i) => ndarray(new Uint16Array(buffer(bytes)).fill(i + 1)));
  const shared = rotating((size) => new SharedArrayBuffer(size));
  const own = rotating((size) => new ArrayBuffer(size));
  const rows: [string, number][] = [
    ['in, shared memory', await median(take, (turn) => ({ x: shared[turn] }))],
    ['in, own memory', await median(take, (turn) => ({ x: own[turn] }))],
    ['out', await median(give, (turn) => ({ bytes, turn }))],
    ['in and out', await median(echo, (turn) => ({ x: shared[turn] }))],
  ];
  for (const [way, ms] of rows) console.log(`${String(megabytes).padStart(4)} MB ${way.padEnd(18)} ${ms.toFixed(3).padStart(8)} ms ${((ms - call) / megabytes).toFixed(3).padStart(7)} ms/MB`);
}
python.rest();
rmSync(folder, { recursive: true });
