import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Control, Workshop } from '../support/yard.ts';

/** What may lie in a project's folder: said, put aside or passed over, and the yard runs. */
const shop = new Workshop();
let endpoint: string;
beforeAll(async () => {
  const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '20', '--json']);
  endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
});
afterAll(() => shop.close());

const VIEWS = `import { parameters, slider, view } from '@trainyard/core';
import { sum } from '@trainyard/core/reducers';
const p = parameters({ gain: slider(1, 0, 10) });
export const one = view.scalar({ id: 'internal#train_id' }, () => p.gain);
export const trains = view.reduce(one, sum());
`;
const GARBAGE = ['', 'null', '[]', '{"views/one":5,"views/x":{"outcome":"value"},"views.gain":{"value":"x","default":1,"type":"number"}}', '\u0000\u0001\u00ff'.repeat(100)];

test('files that hold something else', async () => {
  for (const [i, text] of GARBAGE.entries()) {
    const folder = `odd${process.hrtime.bigint()}`;
    const state = shop.path(folder, '.trainyard/state/views.ts');
    const file = shop.write(`${folder}/views.ts`, VIEWS);
    mkdirSync(state, { recursive: true });
    for (const name of ['parameters.json', 'held.json', 'reducers.state', 'lock.json', 'journal.jsonl', 'yard.log']) writeFileSync(`${state}/${name}`, text);
    mkdirSync(`${state}/../constants`, { recursive: true });
    writeFileSync(`${state}/../constants/views.dark.bin`, text);
    const yard = shop.start(['live', file, '--stream', endpoint, '--workers', '1']);
    const control = new Control((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
    const now = await control.until('trains come', ({ trains }) => trains.done > 1);
    expect(now.views.find(({ id }) => id === 'views/one')!.newest).toMatchObject({ outcome: 'value' });
    expect(now.parameters[0]!.value).toBe(1);
    expect(yard.output, `garbage ${i}`).toMatch(/remembered cannot be read, they start anew: .* The file was put aside as .*reducers\.state\.unreadable/);
    yard.signal('SIGTERM');
    expect((await yard.finished).code).toBe(130);
    expect(readdirSync(state)).toContain('reducers.state.unreadable');
  }
}, 120_000);

test('folders where files belong, and a file where the folder belongs', async () => {
  const file = shop.write('folders/views.ts', VIEWS);
  for (const name of ['lock.json', 'reducers.state', 'parameters.json', 'held.json', 'journal.jsonl', 'yard.log']) mkdirSync(shop.path('folders/.trainyard/state/views.ts', name), { recursive: true });
  const inside = shop.start(['live', file, '--stream', endpoint, '--workers', '1']);
  await new Control((await inside.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]).until('trains come', ({ trains }) => trains.done > 1);
  inside.signal('SIGTERM');
  expect((await inside.finished).code).toBe(130);
  const other = shop.write('file/views.ts', VIEWS);
  shop.write('file/.trainyard', 'no folder');
  const beside = shop.start(['live', other, '--stream', endpoint, '--workers', '1']);
  await beside.line(/State cannot be kept in .*\.trainyard\/state: /);
  await new Control((await beside.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]).until('trains come', ({ trains }) => trains.done > 1);
  beside.signal('SIGTERM');
  expect((await beside.finished).code).toBe(130);
}, 60_000);
