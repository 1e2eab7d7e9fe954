import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeNames } from '@trainyard/core';
import { loadInstalled } from '../packs/load-specs.ts';
import { Crews, type Crew } from '../crew/crew.ts';
import { prepareCode } from '../reload/prepare-code.ts';
import { Shift } from './shift.ts';
import { Train } from './train.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

/** A shift with real workers, which are ended by hand. */
const folder = mkdtempSync(join(tmpdir(), 'yard-shift-'));
const names = Array.from({ length: 9 }, (_, i) => `v${i}`);
let crews: Crews;
let crew: Crew;

beforeAll(async () => {
  const file = join(folder, 'views.ts');
  writeFileSync(file, `import { view } from '@trainyard/core';\n${names.map((name, i) => `export const ${name} = view.scalar({ id: 'internal#train_id'${i === 8 ? ", v7: 'view#v7'" : ''} }, ({ id }) => id + ${i});`).join('\n')}`);
  const installed = await loadInstalled(folder);
  const { steps } = await prepareCode(file, installed, join(folder, 'out'));
  crews = new Crews(2, true, installed.packFolders, undefined);
  const loaded = await crews.load({ number: 1, steps, listParameters: {}, overrides: {}, kept: {}, packFolders: installed.packFolders });
  if ('error' in loaded) throw new Error(loaded.error.message);
  crew = loaded;
}, 30_000);
afterAll(async () => {
  await Promise.all([...crew.pool, crew.reduce].map(async (worker) => worker?.end()));
  await crews.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Never begins with a train in which v5 is to be run. */
function lame(worker: WorkerHandle): WorkerHandle {
  const send = worker.send.bind(worker);
  worker.send = (message) => {
    if (message.type !== 'train' || message.only?.includes('views/v5') === false || message.verdicts?.['views/v5']) send(message);
  };
  return worker;
}

test('workers die whenever they have one view, and none says which: it is found by halves, the others have their values', async () => {
  for (const worker of crew.pool) lame(worker);
  const replace = crews.replace.bind(crews);
  crews.replace = async (...of) => {
    const worker = await replace(...of);
    return worker && lame(worker);
  };
  const shift = new Shift(crew, { crews, live: true, size: 1, isPatient: false, limitMs: 250 }, [], () => new Map());
  const outcomes = new Map<string, string>();
  const killed: (string | undefined)[] = [];
  let released = 0;
  let workers = 0;
  shift.onResults = (_, { outcomes: given, views }) => {
    for (const view of views) if (view in given) outcomes.set(view.replace('views/', ''), outcomeNames[given[view]!.code]!);
  };
  shift.onKilled = (view) => killed.push(view);
  const train = new Train(0, crew, { trainId: 5, release: () => (released += 1) });
  train.hold();
  shift.take(train);
  train.letGo();
  const end = Date.now() + 30_000;
  while (shift.busy > 0 && Date.now() < end) {
    const post = shift.posts.find(({ shares: [share], cell }) => !cell && share?.asked.has('views/v5') && !('views/v5' in share.verdicts));
    if (post) {
      workers += 1;
      shift.end(post.worker, { outcome: 'failed', message: 'ended its worker' });
    } else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(Object.fromEntries(outcomes)).toEqual({ ...Object.fromEntries(names.map((name) => [name, 'value'])), v5: 'failed' });
  expect(killed.at(-1)).toBe('views/v5');
  // Twice all of them, then half of the rest each time.
  expect(workers).toBeLessThanOrEqual(2 + 4);
  expect(shift.marked).toEqual(['views/v5']);
  await expect.poll(() => released, { timeout: 10_000 }).toBe(1);
  shift.close();
}, 60_000);
