import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSim, type RunningSim } from '@trainyard/sim';
import { firstLine, startYard, temporary, yard } from '../run-yard.test.support.ts';

const place = temporary();
const { folder: cwd, at } = place;
const env = { XDG_RUNTIME_DIR: at('runtime') };
let facility: RunningSim;

beforeAll(async () => {
  mkdirSync(at('runtime'), { mode: 0o700 });
  facility = await startSim({ endpoint: 'tcp://127.0.0.1:*', socket: 'PUB', detector: false, small: true, rate: 20 });
  writeFileSync(at('views.ts'), `import { parameters, slider, view } from '@trainyard/core';
const p = parameters({ factor: slider(2, 0, 10) });
export const total = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm.sum() * p.factor);
export const absent = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensity]' }, ({ xgm }) => xgm.sum());
export const broken = view.scalar({ total }, () => { throw new Error('the moon is full'); });
export const after = view.scalar({ broken }, ({ broken }) => broken);
`);
});
afterAll(async () => {
  await facility.stop();
  place.remove();
});

test('without a running yard each says so and ends with 2', async () => {
  for (const args of [['why'], ['top', '--once'], ['ctl', 'reload']]) {
    expect(await yard(args, { cwd, env })).toMatchObject({ code: 2, out: '', err: expect.stringContaining('No yard runs') as string });
  }
  expect(await yard(['ps'], { cwd, env })).toMatchObject({ code: 2, out: '' });
});

test('ps, why, top and ctl on a live yard', async () => {
  const live = startYard(['live', 'views.ts', '--stream', facility.endpoint, '--socket', 'SUB'], { cwd, env });
  const ended = new Promise<number | null>((resolve) => live.once('exit', resolve));
  const address = await firstLine(live);
  await trainsDone(new URL(address), 5);

  const ps = await yard(['ps'], { cwd, env });
  expect(ps.out).toContain(address);
  expect(ps.out).toMatch(/^PID +VERB +LIST +TRAINS +RATE +MEMORY +UP +FOLDER +ADDRESS\n\d+ +live +views\.ts +\d+ +\d+\.\d\/s +\d+ MB +\d+ s /);
  const { look } = JSON.parse((await yard(['ps', '--json'], { cwd, env })).out) as { look: string };
  expect(await (await fetch(look.replace('/?', '/api/hello?'))).json()).toMatchObject({ role: 'look', name: 'views.ts', edit: false });
  // By the process that a shell knows, too.
  expect((await yard(['ctl', 'reload', '--pid', String(live.pid)], { cwd, env })).code).toBe(0);

  const why = await yard(['why'], { cwd, env });
  expect(why.out).toMatch(/^views\/absent: missing: .*Did you mean "data\.intensityTD"\? \(train \d+, .*\)\.\n  of \d+ trains: \d+ missing.*\n  what to do: correct the path/m);
  expect(why.out).toMatch(/^views\/broken: failed: the moon is full \(train \d+, [^)]+\)\.\n  at .*views\.ts:5:\d+\n  of \d+ trains: \d+ failed.*\n/m);
  // What takes it is said with it, not for itself.
  expect(why.out.match(/the moon is full/g)).toHaveLength(1);
  expect(why.out).toContain('  for the same reason no value: views/after');
  expect(why.out).not.toContain('views/total:');
  expect((await yard(['why', 'after'], { cwd, env })).out).toMatch(/^views\/after: missing: it takes views\/broken, which is failed: the moon is full \(train/m);
  expect((await yard(['why', 'total'], { cwd, env })).out).toMatch(/^views\/total: value \(train \d+, .*values\/s, \d+ ms old when it is there/m);
  expect(await yard(['why', 'totl'], { cwd, env })).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "total"?') as string });
  const lines = (await yard(['why', '--json'], { cwd, env })).out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines[0]).toMatchObject({ type: 'yard', causes: expect.any(Array) as unknown[], views: 4 });
  expect(lines.slice(1).map(({ view, outcome, roots }) => [view, outcome, (roots as { view: string }[])[0]!.view])).toEqual([['views/absent', 'missing', 'views/absent'], ['views/broken', 'failed', 'views/broken'], ['views/after', 'missing', 'views/broken']]);

  const top = await yard(['top', '--once', '--sort', 'age'], { cwd, env });
  expect(top.out).toMatch(/^views\/total +\d+\.\d +\d+ +- +- +- +- +\S+ +\d\S*\/\S+ +\d\S*\/\S+ +value$/m);
  expect(top.out).not.toContain('\u001b');
  for (const row of top.out.split('\n')) expect(row.length).toBeLessThanOrEqual(100);

  const url = new URL('/metrics', address);
  const token = new URL(address).searchParams.get('token')!;
  expect((await fetch(url)).status).toBe(403);
  const metrics = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await metrics.text();
  expect(text).toMatch(/^trainyard_outcomes_total\{view="views\/total",outcome="value"\} \d+$/m);
  expect(text).toMatch(/^trainyard_view_age_seconds\{view="views\/total",quantile="0.95"\} 0\.\d+$/m);
  expect(text).toMatch(/^trainyard_source_up\{source="[^"]+"\} 1$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d{8,}$/m);

  expect(await yard(['ctl', 'set', 'factor=3.5'], { cwd, env })).toMatchObject({ code: 0, err: 'factor = 3.5\n' });
  expect(await yard(['ctl', 'set', 'factr=3'], { cwd, env })).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "factor"?') as string });
  const state = JSON.parse((await yard(['top', '--json'], { cwd, env })).out) as { parameters: { value: number }[] };
  expect(state.parameters[0]!.value).toBe(3.5);

  expect(await yard(['ctl', 'clear', 'total'], { cwd, env })).toMatchObject({ code: 0, err: 'views/total: no trains are remembered there, nothing is to be cleared\n' });
  expect(await yard(['ctl', 'clear', 'totl'], { cwd, env })).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "total"?') as string });
  expect((await yard(['ctl', 'clear', '--json'], { cwd, env })).out).toBe('{"type":"done","verb":"clear","message":"all averages, histograms and other running results start anew"}\n');

  expect(await yard(['ctl', 'stop'], { cwd, env })).toMatchObject({ code: 0 });
  expect(await ended).toBe(0);
  expect((await yard(['ps'], { cwd, env })).code).toBe(2);
}, 90_000);

async function trainsDone(address: URL, n: number): Promise<void> {
  for (;;) {
    const state = (await (await fetch(new URL(`/api/state${address.search}`, address))).json()) as { trains: { done: number } };
    if (state.trains.done >= n) return;
    await wait(50);
  }
}
