/**
 * What camera images take, side by side with numpy and scipy: one thread, inputs that rotate, both sides taking turns in one run, so that a busy machine slows both.
 * Run: npx node --conditions=development bench/cameras.ts [blocks]. Python: the one named by PYTHON, default /usr/bin/python3, with numpy and scipy.
 * The flat-field correction ends both searches at the same share of the variation; of the others the means of both results are compared.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DynamicFlat, Remap, scatteredGrid } from '@trainyard/kernels';

const blocks = Number(process.argv[2] ?? 5);
const FRAMES = 8;

interface Case {
  readonly name: string;
  readonly peer: string;
  readonly what: readonly unknown[];
  readonly run: (k: number) => void;
  /** Of the newest result; the peer's must be near to it. */
  readonly check: () => number;
  readonly near: number;
}

const mean = (a: Float32Array | Float64Array): number => {
  let [sum, count] = [0, 0];
  for (const v of a) if (v === v) [sum, count] = [sum + v, count + 1];
  return sum / count;
};

function flat(rows: number, columns: number, modes: number): Case {
  const n = rows * columns;
  const of = {
    dark: new Float32Array(n).fill(100),
    flat: Float32Array.from({ length: n }, (_, i) => 1000 + ((i % columns) * 300) / columns + (Math.floor(i / columns) * 200) / rows),
    modes: Float32Array.from({ length: modes * n }, (_, j) => {
      const [m, i] = [Math.floor(j / n), j % n];
      return (40 / (1 + m / 4)) * Math.sin((m + 1) * 0.013 * (i % columns) + m * m * 0.011 * Math.floor(i / columns));
    }),
  };
  const frames = Array.from({ length: FRAMES }, (_, k) => Uint16Array.from({ length: n }, (__, i) => {
    let own = of.flat[i]! - 100;
    for (let m = 0; m < modes; m++) own += (((k * 37 + m * 53) % 200) / 100 - 1) * of.modes[m * n + i]!;
    const c = i % columns;
    return Math.floor(100 + own * (c > 0.4 * columns && c < 0.65 * columns ? 0.7 : 1) + ((i * 7919 + k * 104729) % 21) - 10);
  }));
  const plan = new DynamicFlat(rows, columns, of);
  const out = new Float32Array(n);
  return {
    name: `flat field of its own, ${rows} x ${columns}, ${modes} modes`, peer: 'numpy, L-BFGS-B of scipy', what: ['flat', rows, columns, modes], near: 0.01,
    run: (k) => {
      plan.reset();
      plan.run(frames[k % FRAMES]!, out);
    },
    // The spread of the result, which the search is about.
    check: () => {
      const middle = mean(out);
      return Math.sqrt(mean(out.map((v) => (v - middle) ** 2)));
    },
  };
}

function points(size: number): { readonly to: Float64Array; readonly row: Float64Array; readonly column: Float64Array } {
  const of = (f: (i: number, j: number) => readonly number[]): Float64Array => Float64Array.from(Array.from({ length: 900 }, (_, k) => f(Math.floor(k / 30), k % 30)).flat());
  const step = size / 29;
  return { to: of((i, j) => [i * step + 3 * Math.sin(j), j * step + 2 * Math.cos(i)]), row: of((i) => [i * step]), column: of((_, j) => [j * step]) };
}

function map(size: number): Case {
  const { to, row, column } = points(size);
  let out: Float64Array = new Float64Array(0);
  return { name: `map from 900 points, ${size} x ${size}`, peer: 'griddata', what: ['map', size], near: 1e-3, run: () => void ([out] = scatteredGrid(to, [row, column], size, size) as [Float64Array, Float64Array]), check: () => mean(out) };
}

function remap(size: number): Case {
  const { to, row, column } = points(size);
  const [rows, columns] = scatteredGrid(to, [row, column], size, size) as [Float64Array, Float64Array];
  const plan = new Remap(size, size, rows, columns);
  const images = Array.from({ length: 4 }, (_, k) => Uint16Array.from({ length: size * size }, (__, i) => (i * 7 + k * 13) % 4096));
  const out = new Float32Array(size * size);
  return { name: `remap, ${size} x ${size} uint16`, peer: 'map_coordinates, order 3 without prefilter', what: ['remap', size], near: 0.05, run: (k) => plan.run(images[k % 4]!, out), check: () => mean(out) };
}

const peer = spawn(process.env['PYTHON'] ?? '/usr/bin/python3', [fileURLToPath(new URL('./peers/cameras.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
async function ask(what: readonly unknown[], runs: number): Promise<{ times: number[]; check: number }> {
  peer.stdin.write(`${JSON.stringify({ what, runs })}\n`);
  return JSON.parse((await answers.next()).value as string) as { times: number[]; check: number };
}
const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

for (const one of [flat(250, 400, 20), flat(125, 200, 20), map(1024), map(256), remap(1024), remap(256)]) {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let k = 0; k < FRAMES; k++) one.run(k);
  one.run(0);
  let check = one.check();
  let other = (await ask(one.what, 1)).check;
  for (let block = 0; block < blocks; block++) {
    for (let k = 0; k < FRAMES; k++) {
      const begin = performance.now();
      one.run(k);
      ours.push(performance.now() - begin);
    }
    theirs.push(...(await ask(one.what, FRAMES)).times);
  }
  [check, other] = [Number(check.toPrecision(6)), Number(other.toPrecision(6))];
  if (Math.abs(check / other - 1) > one.near) throw new Error(`${one.name}: ${check} here, ${other} there`);
  console.log(`${one.name}: ${median(ours).toFixed(2)} ms, ${one.peer} ${median(theirs).toFixed(2)} ms: ${(median(theirs) / median(ours)).toFixed(2)} times as fast (${check}, ${other})`);
}
peer.stdin.end();
