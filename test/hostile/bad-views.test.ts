import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutcomeCounts } from '@trainyard/core';
import { Workshop, type Finished } from '../support/yard.ts';
import { Walk, readBadView, type BadView } from './bad-views.support.ts';

/**
 * Every file of `views/` is bad in a way of its own and says at its top what is to come of it. Live at 10 Hz, with two good views beside it: the
 * bad one has its outcomes and its reason, the good ones have a value on every train. They are saved one over the other, some on each yard,
 * which runs on, loses no train, and ends as it should.
 */
const FOLDER = fileURLToPath(new URL('views', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts')).sort().map((name) => readBadView(`${FOLDER}/${name}`, name.slice(0, -3)));
/** So many yards run at once, each with a simulator: who asks it for trains has them alone. */
const LANES = 2;
const ON_ONE_YARD = 8;
/** Real processes and clocks on a loaded machine: a file fails when it fails twice. */
const TRIES = 2;
const shop = new Workshop();
const yards = inYards(files);
const tried = new Map(files.map((bad) => [bad, Promise.withResolvers<void>()]));
const ended = yards.map(() => Promise.withResolvers<Finished>());
for (const { promise } of [...tried.values(), ...ended]) promise.catch(() => undefined);

beforeAll(() => {
  const left = [...yards.entries()];
  for (let lane = 0; lane < LANES; lane++) void work(left);
});
afterAll(() => shop.close());

/** What takes all memory has a yard of its own. */
function inYards(all: readonly BadView[]): (readonly BadView[])[] {
  const [alone, others] = [all.filter(({ memory }) => memory !== undefined), all.filter(({ memory }) => memory === undefined)];
  return [...Array.from({ length: Math.ceil(others.length / ON_ONE_YARD) }, (_, i) => others.slice(i * ON_ONE_YARD, (i + 1) * ON_ONE_YARD)), ...alone.map((bad) => [bad])];
}

async function work(left: [number, readonly BadView[]][]): Promise<void> {
  const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--lossless', '--rate', '10', '--json']);
  const [, endpoint] = await sim.line(/"endpoint":"(tcp:[^"]+)"/);
  for (let next = left.shift(); next; next = left.shift()) {
    const [number, bads] = next;
    let walk = new Walk(shop, `yard${number}`, FOLDER, endpoint!, bads[0]!);
    for (const bad of bads) {
      const { resolve, reject } = tried.get(bad)!;
      let error: unknown;
      for (let time = 0; time < TRIES; time++) {
        error = await walk.tryOut(bad, writeFileSync).then(() => undefined, (thrown: Error) => thrown);
        if (error === undefined) break;
        // The next ones are not to suffer from it.
        await walk.kill();
        walk = new Walk(shop, `${bad.name}${time}`, FOLDER, endpoint!, bad);
      }
      if (error === undefined) resolve();
      else reject(error);
    }
    await walk.end().then(ended[number]!.resolve, ended[number]!.reject);
  }
}

test('there are enough ways to be bad', () => {
  expect(files.length).toBeGreaterThan(45);
});

test.each(files)('$way', { timeout: 180_000, retry: 0 }, (bad) => tried.get(bad)!.promise);

test.each(yards.map((bads, number) => ({ number, names: bads.map(({ name }) => name).join(', ') })))('a yard after $names', { timeout: 180_000, retry: 0 }, async ({ number }) => {
  const { code, stdout, json } = await ended[number]!.promise;
  const { trains, views } = json.at(-1) as { trains: number; views: Record<string, OutcomeCounts> };
  expect([code, stdout.split('\n').filter((line) => line !== '' && !line.startsWith('{'))]).toEqual([130, []]);
  for (const name of ['good', 'other']) expect(Object.values(views[`main/${name}`]!).reduce((sum, n) => sum + n)).toBe(trains);
});
