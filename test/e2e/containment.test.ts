import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults } from '@trainyard/nexus';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

/** Processes whose views hang, in ways that a thread cannot be ended: they go on, write what is to be written, and end as they should. */
const shop = new Workshop();
let sim: RunningYard;
let endpoint: string;

beforeAll(async () => {
  execFileSync('mkfifo', [shop.path('pipe')]);
  sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--lossless', '--rate', '20', '--json']);
  endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
  await shop.run('sim', '--write', 'r0001', '--small', '--no-detector', '--trains', '130');
});
afterAll(() => shop.close());

/** Reads a pipe that nobody writes to: no thread comes back from there. */
const views = (stuckOn: string, timeoutMs = 200): string => `import { view } from '@trainyard/core';
import { histogram } from '@trainyard/statistics';
import { openSync, readSync } from 'node:fs';
const id = 'internal#train_id';
const shutter = 'karabo#SQS_SHUTTER/DEV/1.isOpen';
export const good = view.scalar({ id, shutter }, ({ id }) => id);
export const spread = view.reduce(good, histogram({ bins: 10, range: [0, 1e5] }));
export const stuck = view.scalar({ id, shutter }, ({ id }) => { if (${stuckOn}) readSync(openSync('${shop.path('pipe')}', 'r+'), new Uint8Array(1)); return id; }, { timeoutMs: ${timeoutMs} });
`;

interface Summary {
  readonly trains: number;
  readonly views: Record<string, Record<string, number>>;
}

function expectWhole({ trains, views: counts }: Summary): void {
  for (const [id, outcomes] of Object.entries(counts)) expect([id, Object.values(outcomes).reduce((sum, n) => sum + n, 0)]).toEqual([id, trains]);
  expect([counts['views/good']!['value'], counts['views/spread']!['value']]).toEqual([trains, trains]);
}

describe('a yard with a thread that does not end', () => {
  it('run on a stream: all trains, then exit code 0', async () => {
    const { code, json } = await shop.run('run', shop.write('run/views.ts', views('id % 40 === 7')), '--stream', endpoint, '--trains', ':90', '--out', 'stuck.h5', '--json');
    const summary = json.at(-1) as unknown as Summary;
    expect([code, summary.trains]).toEqual([0, 90]);
    expectWhole(summary);
    expect(summary.views['views/stuck']!['late']).toBeGreaterThanOrEqual(2);
    const out = await readResults(shop.path('stuck.h5'));
    expect(out.trainIds).toHaveLength(90);
    expect(out.trainIds.every((trainId, i) => i === 0 || trainId > out.trainIds[i - 1]!)).toBe(true);
    expect(Array.from(out.rows('views/good'), (row) => [row.trainId, row.value])).toEqual(Array.from(out.trainIds, (trainId) => [trainId, trainId]));
    out.close();
  }, 120_000);

  it('run on recorded data: the trains wait for it, in order; then exit code 0', async () => {
    const { code, json } = await shop.run('run', shop.write('recorded/views.ts', views('id === 10020 || id === 10090', 300)), '--run', 'r0001', '--out', 'recorded.h5', '--json', '--workers', '2');
    const summary = json.at(-1) as unknown as Summary;
    expect([code, summary.trains, summary.views['views/stuck']!['value']]).toEqual([0, 130, 128]);
    expectWhole(summary);
  }, 120_000);

  it.each([['SIGINT', 'run'], ['SIGTERM', 'run'], ['SIGTERM', 'live']] as const)('%s of %s: exit code 130, what was finished is whole', async (signal, verb) => {
    const yard = shop.start([verb, shop.write(`${verb}-${signal}/views.ts`, views('id % 10 === 0')), '--stream', endpoint, ...(verb === 'run' ? ['--out', `${signal}.h5`, '--json'] : [])]);
    await yard.line(/views\/stuck took longer/);
    if (verb === 'live') {
      const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
      await new Control(address).until('it is set aside', (state) => state.views.find((view) => view.name === 'stuck')?.newest?.message.startsWith('set aside') === true, 40_000);
    }
    yard.signal(signal);
    const { code, json } = await yard.finished;
    expect(code).toBe(130);
    if (verb === 'run') expectWhole(json.at(-1) as unknown as Summary);
  }, 120_000);

  it('while the file loads: it is refused, with exit code 2', async () => {
    const { code, stderr } = await shop.run('run', shop.write('loads/views.ts', `${views('false')}readSync(openSync('${shop.path('pipe')}', 'r+'), new Uint8Array(1));\n`), '--run', 'r0001');
    expect(stderr).toMatch(/did not finish loading within 10 s/);
    expect(code).toBe(2);
  }, 120_000);
});
