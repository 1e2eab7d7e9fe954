import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffResults, readResults } from '@trainyard/nexus';
import { loadInstalled, type Installed } from '@trainyard/runtime';
import { computeRun } from '../support/compute.ts';
import { writeRandomRun } from '../support/random-run.ts';

/**
 * Views that hang and throw on random trains beside good ones: nothing is lost, and the good ones' results are those of a run without the
 * bad ones, to the bit. A failure names its seed: CONTAINMENT_SEED=... repeats it.
 */
const seed = Number(process.env['CONTAINMENT_SEED'] ?? Date.now() % 2 ** 31);
const folder = mkdtempSync(join(tmpdir(), 'yard containment '));
const run = join(folder, 'run');
const TRAINS = 70;
let installed: Installed;
let whole: string;
let number = 0;

const GOOD = `import { optional, view } from '@trainyard/core';
import { histogram, mean } from '@trainyard/statistics';
const camera = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
const id = 'internal#train_id';
export const total = view.scalar({ camera }, ({ camera }) => camera.sum());
export const profile = view.vector({ camera }, ({ camera }) => camera.mean({ axis: 0 }));
export const peak = view.scalar({ profile, total }, ({ profile, total }) => profile.max() / total);
export const average = view.vector({ profile }, ({ profile }) => profile, { average: 7 });
export const spread = view.reduce(total, histogram({ bins: 20, range: [0, 1e7] }));
export const overall = view.reduce(profile, mean());
`;

/** What a bad view does on one train. */
const DEEDS = { hangs: 'for (;;);', waits: 'return new Promise<number>(() => {});', sleeps: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', exits: 'process.exit(1);', throws: "throw new Error('bad');" } as const;

const bad = fc.record({
  /** Takes a good view, the bad one before it, or that one when it has a value. */
  takes: fc.constantFrom('total', 'previous', 'optional'),
  deeds: fc.array(fc.tuple(fc.nat({ max: TRAINS - 1 }), fc.constantFrom(...Object.keys(DEEDS) as (keyof typeof DEEDS)[])), { minLength: 1, maxLength: 5 }),
  /** A reducer takes it. */
  isFolded: fc.boolean(),
});

function textOf(views: readonly { takes: string; deeds: readonly (readonly [number, keyof typeof DEEDS])[]; isFolded: boolean }[], first: number): string {
  return GOOD + views.map(({ takes, deeds, isFolded }, i) => {
    const input = i === 0 || takes === 'total' ? 'value: total' : takes === 'previous' ? `value: bad${i - 1}` : `value: optional(bad${i - 1})`;
    const cases = deeds.map(([train, deed]) => `if (id === ${first + train}) { ${DEEDS[deed]} }`).join(' ');
    return `export const bad${i} = view.scalar({ id, ${input} }, ({ id, value }) => { ${cases} return id + (value ?? 0); }, { timeoutMs: 120 });\n${isFolded ? `export const badFold${i} = view.reduce(bad${i}, mean());\n` : ''}`;
  }).join('');
}

async function compute(text: string, workers: number): Promise<Awaited<ReturnType<typeof computeRun>> & { readonly out: string }> {
  const own = join(folder, String(number++));
  mkdirSync(own);
  const what = { views: join(own, 'views.ts'), out: join(own, 'out.h5'), installed, workers };
  writeFileSync(what.views, text);
  return { out: what.out, ...(await computeRun(run, what)) };
}

const FIRST = 10_000;
beforeAll(async () => {
  console.log(`containment: seed ${seed}`);
  installed = await loadInstalled(folder);
  await writeRandomRun(run, { seed: 1, first: FIRST, segments: [{ gap: 0, trains: TRAINS, lacks: undefined }] });
  whole = (await compute(GOOD, 1)).out;
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(fc.sample(fc.tuple(fc.array(bad, { minLength: 1, maxLength: 3 }), fc.constantFrom(1, 2, 4)), { numRuns: 4, seed }).map((one, i) => [i, ...one] as const))('pattern %i', { timeout: 240_000 }, async (i, views, workers) => {
  const { out, trains, views: counts } = await compute(textOf(views, FIRST), workers);
  const said = `CONTAINMENT_SEED=${seed}, pattern ${i}: ${JSON.stringify(views)}`;
  expect(trains, said).toBe(TRAINS);
  for (const [id, outcomes] of Object.entries(counts)) expect([id, Object.values(outcomes).reduce((sum, n) => sum + n, 0)], said).toEqual([id, TRAINS]);
  const file = await readResults(out);
  expect(Array.from(file.trainIds), said).toEqual(Array.from({ length: TRAINS }, (_, train) => FIRST + train));
  for (const [n, { deeds }] of views.entries()) {
    const outcomes = file.outcomes(`views/bad${n}`);
    // What it did on a train never gives a value there.
    for (const [train] of deeds) expect([train, outcomes[train] === 0], said).toEqual([train, false]);
  }
  file.close();
  const differences = (await diffResults(out, whole)).filter(({ path }) => !path.includes('/bad'));
  expect(differences, said).toEqual([]);
});
