import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BLOCK, blockOf } from '@trainyard/core';
import { diffResults, readResults } from '@trainyard/nexus';
import { loadInstalled, mergeParts, type Engine, type Installed } from '@trainyard/runtime';
import { VIEWS } from '../batch/views.support.ts';
import { computeRun, computeStream, type Computation } from '../support/compute.ts';
import { randomRun, serveRun, writeRandomRun, type RandomRun } from '../support/random-run.ts';

/**
 * A result is a function of the set of (train ID, value) pairs and of nothing else: on random sets of trains, real files, real sockets and real workers.
 * A failure names its seed: SAME_BITS_SEED=... repeats it.
 */
const seed = Number(process.env['SAME_BITS_SEED'] ?? Date.now() % 2 ** 31);
const randoms = fc.sample(fc.tuple(randomRun, fc.nat()), { numRuns: 5, seed });
const cases: Case[] = [];
const folder = mkdtempSync(join(tmpdir(), 'yard same bits '));
const views = join(folder, 'views.ts');
let installed: Installed;
let number = 0;

/** What remembers in other ways than the views of the batch tests. */
const MORE = `
import * as more from '@trainyard/core/reducers';
export const moreSmoothed = view.reduce(total, more.ema({ halfLife: 5 }));
export const moreHighest = view.reduce(crop, more.maximum());
export const moreRecent = view.reduce(total, more.rolling({ trains: 30 }));
export const moreSpread = view.reduce(energies, more.variance());
export const moreTogether = view.reduce({ x: sparse, y: total }, more.correlation());
export const moreSeries = view.reduce(rare, more.timeSeries({ points: 16 }));
`;

beforeAll(async () => {
  writeFileSync(views, VIEWS + MORE);
  installed = await loadInstalled(folder);
  console.log(`same bits: seed ${seed}`);
  for (const random of randoms) cases.push(await makeCase(random));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fresh = (name: string): string => join(folder, `${name}-${++number}`);
const what = (more: Partial<Computation> = {}): Computation => ({ views, out: `${fresh('out')}.h5`, installed, sets: { gain: '3' }, ...more });

/** A random run, computed on one worker to hold others against; `more` is a number for what else is random. */
interface Case {
  readonly run: string;
  readonly whole: string;
  readonly trainIds: readonly number[];
  readonly more: number;
}

async function makeCase([random, more]: readonly [RandomRun, number]): Promise<Case> {
  const run = fresh('run');
  await writeRandomRun(run, random);
  const whole = what({ workers: 1 });
  await computeRun(run, whole);
  const file = await readResults(whole.out);
  const trainIds = [...file.trainIds];
  file.close();
  return { run, whole: whole.out, trainIds, more };
}

test('on one worker, on two and on seven', async () => {
  for (const [i, { run, whole }] of cases.entries()) {
    const other = what({ workers: i % 2 ? 2 : 7 });
    await computeRun(run, other);
    expect(await diffResults(other.out, whole), describeCase(i, `${other.workers} workers`)).toEqual([]);
  }
}, 300_000);

/** On a busy machine a view on a stream may be late, and then has no value: that is no matter of bits, and is tried again. */
async function liveInTime(run: string, trains: number, of: () => Computation): Promise<string> {
  for (let tries = 1; ; tries++) {
    const server = await serveRun(run);
    const live = of();
    try {
      const summary = await computeStream(server.endpoint, trains, live);
      expect(summary.trains).toBe(trains);
      if (tries === 4 || Object.values(summary.views).every(({ late }) => late === 0)) return live.out;
      console.log('same bits: a view was late, once more');
    } finally {
      server.stop();
    }
  }
}

test('from files, and over a socket that drops none', async () => {
  for (const [i, { run, whole, trainIds }] of cases.entries()) {
    const out = await liveInTime(run, trainIds.length, () => what());
    expect(await diffResults(out, whole), describeCase(i)).toEqual([]);
  }
}, 300_000);

test('in one run, and in parts that are cut at any blocks and merged in any order', async () => {
  for (const [i, { run, whole, trainIds, more }] of cases.entries()) {
    const blocks = [...new Set(trainIds.map(blockOf))];
    const ranges: number[][] = [[]];
    for (const [at, block] of blocks.entries()) {
      ranges.at(-1)!.push(block);
      if (at < blocks.length - 1 && (more >> at) % 2 === 1) ranges.push([]);
    }
    const parts: string[] = [];
    for (const range of ranges) {
      const part = what();
      await computeRun(run, part, { first: trainIds[0]!, from: range[0]! * BLOCK, to: (range.at(-1)! + 1) * BLOCK });
      parts.push(part.out);
    }
    const out = `${fresh('merged')}.h5`;
    await mergeParts({ file: views, sets: { gain: '3' }, installed, parts: more % 3 ? parts.toReversed() : parts, out });
    expect(await diffResults(out, whole), describeCase(i, `cut into blocks ${JSON.stringify(ranges)}`)).toEqual([]);
  }
}, 300_000);

/** Edits that change nothing of what is computed. */
const EDITS: ((text: string) => string)[] = [
  (text) => `// a note\n${text.replaceAll('\n', '\n\n')}`,
  (text) => text.replaceAll('({ img }) => img.mean()', '({ img: picture }) => picture.mean()').replaceAll('({ held })', '({ held }: any)'),
  (text) => text.replaceAll("'", '"'),
];

/** A copy of the views that is saved with an edit, and loaded once more by hand, after so many trains; nothing of it may be noticed. */
function reloaded(trains: number, edit: (text: string) => string): { readonly what: Computation; readonly notes: string[] } {
  const file = join(mkdtempSync(join(folder, 'reload-')), 'views.ts');
  const text = readFileSync(views, 'utf8');
  expect(edit(text)).not.toBe(text);
  writeFileSync(file, text);
  const notes: string[] = [];
  const work = async (engine: Engine): Promise<void> => {
    writeFileSync(file, edit(text));
    await engine.reload('save');
    await engine.reload('control');
    notes.push(`generation ${engine.state().generation.number}`, engine.state().generation.error?.message ?? 'loaded');
  };
  return { what: what({ views: file, workers: 1, after: { trains, work }, onNote: (note) => notes.push(note) }), notes };
}

/** What must not be said: that something starts anew, or is forgotten. */
function expectUnnoticed(notes: readonly string[]): void {
  expect(notes).toEqual(expect.arrayContaining(['generation 3', 'loaded']));
  expect(notes.filter((note) => /anew|forgotten|given up/.test(note))).toEqual([]);
}

test('through reloads in the middle of a run that change nothing', async () => {
  for (const [i, { run, whole, trainIds, more }] of cases.entries()) {
    const trains = 1 + (more % (trainIds.length - 8));
    const { what: other, notes } = reloaded(trains, EDITS[i % EDITS.length]!);
    await computeRun(run, other);
    expectUnnoticed(notes);
    expect(await diffResults(other.out, whole), describeCase(i, `loaded again after ${trains} trains`)).toEqual([]);
  }
}, 300_000);

test('through reloads in the middle of a stream that change nothing', async () => {
  for (const [i, { run, whole, trainIds, more }] of cases.entries()) {
    const trains = 1 + (more % (trainIds.length - 8));
    let notes: readonly string[] = [];
    const out = await liveInTime(run, trainIds.length, () => {
      const again = reloaded(trains, EDITS[(i + 1) % EDITS.length]!);
      notes = again.notes;
      return again.what;
    });
    expectUnnoticed(notes);
    expect(await diffResults(out, whole), describeCase(i, `loaded again after ${trains} trains`)).toEqual([]);
  }
}, 300_000);

function describeCase(i: number, what = ''): string {
  return `seed ${seed}, case ${i}: ${JSON.stringify(randoms[i])} ${what}`;
}
