import { renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeValue, type ServerMessage, type YardState } from '@trainyard/control';
import { readResults } from '@trainyard/nexus';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';
import { VIEWS } from './views.support.ts';

const shop = new Workshop();
let sim: RunningYard;
let endpoint: string;

beforeAll(async () => {
  sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--rate', '20', '--json']);
  endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
});
afterAll(() => shop.close());

async function live(views: string | undefined, ...more: string[]): Promise<{ yard: RunningYard; control: Control; file: string }> {
  const file = shop.path(`live${Math.random().toString(36).slice(2, 8)}`, 'views.ts');
  if (views !== undefined) shop.write(file.slice(shop.folder.length + 1), views);
  const yard = shop.start(['live', ...(views === undefined ? [] : [file]), '--stream', endpoint, ...more]);
  const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  const control = new Control(address);
  await control.until('trains come', (state) => state.trains.done > 2);
  return { yard, control, file };
}

async function end(yard: RunningYard): Promise<void> {
  yard.signal('SIGTERM');
  expect((await yard.finished).code).toBe(130);
}

function view(state: YardState, id: string): YardState['views'][number] {
  const found = state.views.find((one) => one.id === id);
  if (!found) throw new Error(`no view ${id} in ${state.views.map((one) => one.id).join(', ')}`);
  return found;
}

/** Every train that was seen has one outcome in every view: nothing is lost. */
function expectBooked(state: YardState, ids: readonly string[]): void {
  for (const id of ids) expect(Object.values(view(state, id).counts).reduce((sum, n) => sum + n, 0)).toBe(state.trains.done);
}

const SIMPLE = (body: string): string => `import { view } from '@trainyard/core';
export const id = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);
${body}
`;

describe('yard live', () => {
  it('a save is seen between two trains; no train is lost; a broken save changes nothing and says its line', async () => {
    const { yard, control, file } = await live(VIEWS);
    const before = await control.state();
    expect(before.generation.number).toBe(1);
    expect(before.views.filter((one) => !one.hidden)[0]!.id).toBe('views/smoothed');

    writeFileSync(file, VIEWS.replace('slider(2,', 'slider(3,'));
    const after = await control.until('generation 2', (state) => state.generation.number === 2);
    expect(after.parameters.find((one) => one.group === 'views' && one.name === 'sigma')!.value).toBe(3);

    writeFileSync(file, VIEWS.replace('export const missing = view.scalar(', 'export const missing = view.scalar(('));
    const broken = await control.until('the error shows', (state) => state.generation.error !== undefined);
    expect(broken.generation.number).toBe(2);
    expect(broken.generation.error!.file).toBe(file);
    expect(broken.generation.error!.line).toBeGreaterThan(1);
    const still = broken.trains.done;
    await control.until('the old views run on', (state) => state.trains.done > still + 3);

    writeFileSync(file, VIEWS.replace('view#profile', 'view#profil'));
    const unresolved = await control.until('the wrong name is said', (state) => state.generation.error?.code === 'VIEW_UNKNOWN');
    expect(unresolved.generation.error!.message).toMatch(/Did you mean "profile"/);

    // Editors write beside and rename.
    writeFileSync(`${file}.tmp`, VIEWS.replace('slider(2,', 'slider(4,'));
    renameSync(`${file}.tmp`, file);
    await control.until('generation 3', (state) => state.generation.number === 3 && state.generation.error === undefined);
    const state = await control.until('a few trains, and a three', (now) => now.trains.done > still + 10 && view(now, 'views/fails').lastFailure !== undefined);
    expectBooked(state, ['views/smoothed', 'views/total', 'views/missing', 'TimingTool/edge']);
    expect(state.trains.dropped).toEqual({});
    expect(view(state, 'views/missing').newest!.message).toMatch(/NO\/SUCH\/THING has not been seen/);
    expect(view(state, 'views/fails').lastFailure).toMatchObject({ message: 'a three', where: { file, line: expect.any(Number) } });
    await end(yard);
  });

  it('state of reducers and averages survives a comment, starts anew with its code', async () => {
    const { yard, control, file } = await live(VIEWS, '--out', 'survive.h5');
    await control.until('some trains', (state) => state.trains.done > 10);
    writeFileSync(file, `// a comment\n${VIEWS}`);
    await control.until('generation 2', (state) => state.generation.number === 2);
    await control.until('trains of it', (state) => state.trains.done > 15);
    expect(yard.output).not.toMatch(/spread starts anew/);
    writeFileSync(file, VIEWS.replace('bins: 50', 'bins: 60'));
    await yard.line(/views\/spread starts anew/);
    expect(yard.output).not.toMatch(/views\/total starts anew/);
    await end(yard);
    const out = await readResults(shop.path('survive.h5'));
    expect((out.final('views/spread')!.value as { shape: number[] }).shape).toEqual([60]);
    expect(out.journal().filter((entry) => entry.kind === 'generation').length).toBeGreaterThanOrEqual(2);
    out.close();
  });

  it('a view that hangs is late, others go on; after three times it is set aside until the next save', async () => {
    const { yard, control, file } = await live(SIMPLE('export const spin = view.scalar({ id: "internal#train_id" }, ({ id }) => { if (id % 4 === 1) for (;;); return id; }, { timeoutMs: 100 });'));
    const state = await control.until('it is set aside', (now) => view(now, 'views/spin').newest?.message.includes('set aside') === true, 40_000);
    // Three trains on which it hung, and those for which it had no time meanwhile.
    expect(view(state, 'views/spin').counts.late).toBeGreaterThanOrEqual(3);
    expectBooked(state, ['views/id', 'views/spin']);
    expect(view(state, 'views/id').counts.value).toBe(state.trains.done);
    writeFileSync(file, SIMPLE('export const spin = view.scalar({ id: "internal#train_id" }, ({ id }) => id);'));
    await control.until('it runs again', (now) => view(now, 'views/spin').newest?.outcome === 'value');
    await end(yard);
  }, 60_000);

  it('a view in train order that hangs is late, too; running results go on from the newest checkpoint and that is said', async () => {
    const { yard, control } = await live(SIMPLE(`import { existsSync, writeFileSync } from 'node:fs';
const spun = '${shop.path('spun')}';
export const sum = view.scalar({ id }, ({ id }) => id, { average: 5 });
export const spin = view.scalar({ sum }, ({ sum }) => { if (sum > 0 && !existsSync(spun)) { writeFileSync(spun, ''); for (;;); } return sum; }, { timeoutMs: 200 });`));
    const state = await control.until('it was late', (now) => view(now, 'views/spin').counts.late > 0, 30_000);
    expect(view(state, 'views/spin').lastFailure!.message).toMatch(/longer than 200 ms/);
    await yard.line(/running results (remember goes on|start anew)/);
    const later = await control.until('trains go on', (now) => now.trains.done > state.trains.done + 5);
    expectBooked(later, ['views/id', 'views/sum', 'views/spin']);
    await end(yard);
  }, 60_000);

  it('a worker that takes the place of a dead one knows what was set meanwhile', async () => {
    const { yard, control } = await live(`import { parameters, slider, view } from '@trainyard/core';
const p = parameters({ gain: slider(1, 0, 10) });
export const gain = view.scalar({ id: 'internal#train_id' }, ({ id }) => { if (p.gain === 7 && id % 5 === 0) for (;;); return p.gain; }, { timeoutMs: 150 });
`);
    expect(await control.request({ verb: 'set', group: '', name: 'gain', value: 7 })).toMatchObject({ ok: true });
    const state = await control.until('the worker was ended', (now) => view(now, 'views/gain').counts.late > 0);
    expect(state.parameters[0]!.value).toBe(7);
    await control.until('the new worker uses 7: it hangs again', (now) => view(now, 'views/gain').counts.late > 1);
    await end(yard);
  }, 60_000);

  it.each([
    ['a throw', 'throw new Error("boom")', /boom/],
    ['a rejected promise', 'return Promise.reject(new Error("boom"))', /boom/],
    ['a wrong kind', 'return [1, 2, 3]', /a scalar is one number/],
    ['process.exit', 'process.exit(3)', /process\.exit\(\) is not for views/],
    ['a TypeError', 'return (undefined as any).x', /TypeError/],
  ])('contains %s: that view fails with the reason, the others go on', async (_, body, message) => {
    const { yard, control, file } = await live(SIMPLE(`export const bad = view.scalar({ id: "internal#train_id" }, ({ id }) => { ${body}; });`));
    const state = await control.until('it failed', (now) => view(now, 'views/bad').lastFailure !== undefined && now.trains.done > 5, 20_000);
    expect(view(state, 'views/bad').lastFailure!.message).toMatch(message);
    if (_ !== 'a wrong kind') expect(view(state, 'views/bad').lastFailure!.where).toMatchObject({ file, line: 3 });
    expect(view(state, 'views/id').counts.value).toBe(state.trains.done);
    await end(yard);
  }, 60_000);

  it('parameters and actions by the control endpoint; constants survive a restart', async () => {
    const views = `import { action, keep, parameters, slider, view, type NdArray } from '@trainyard/core';
import { mean } from '@trainyard/statistics';
const p = parameters({ gain: slider(1, 0, 10) });
export const raw = view.vector({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm);
export const dark = keep<NdArray>();
export const recordDark = action('Record dark', { of: raw, reduce: mean(), trains: 5, into: dark });
export const scaled = view.scalar({ raw }, ({ raw }) => raw.mean() * p.gain);
export const has = view.scalar({ raw }, ({ raw }) => (dark.value ? dark.value.size : 0));
`;
    const { yard, control, file } = await live(views);
    expect(await control.request({ verb: 'set', group: 'views', name: 'gain', value: 0 })).toMatchObject({ ok: true });
    await control.until('the parameter is seen', (state) => state.parameters[0]!.value === 0);
    expect(await control.request({ verb: 'set', group: 'views', name: 'gain', value: 11 })).toMatchObject({ ok: false, code: 'PARAM_RANGE' });
    expect(await control.request({ verb: 'action', group: 'views', name: 'recordDrak' })).toMatchObject({ ok: false, message: expect.stringMatching(/Did you mean "recordDark"/) });
    expect(await control.request({ verb: 'action', group: 'views', name: 'recordDark' })).toMatchObject({ ok: true });
    const recorded = await control.until('the dark is recorded', (state) => state.constants[0]!.recordedAt !== undefined);
    expect(recorded.constants[0]).toMatchObject({ name: 'dark', shape: [100] });
    const journal = await control.get<{ what: string; name: string }[]>('/api/journal');
    expect(journal.map((entry) => entry.what)).toEqual(expect.arrayContaining(['generation', 'parameter', 'action', 'constant']));
    await end(yard);
    // The same file again: the constant and the parameter are there.
    const again = shop.start(['live', file, '--stream', endpoint]);
    const second = new Control((await again.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
    const state = await second.until('trains come', (now) => now.trains.done > 2);
    expect(state.constants[0]!.recordedAt).toBeDefined();
    expect(state.parameters[0]!.value).toBe(0);
    await end(again);
  });

  it('without a list: the source tree, and any key as a panel', async () => {
    const { yard, control } = await live(undefined);
    const tree = await control.get<{ sources: { name: string; keys: { key: string; path: string }[] }[] }>('/api/tree');
    const camera = tree.sources.find((one) => one.name.includes('BS_CAM_TT_OU1'))!;
    const { path } = camera.keys.find((one) => one.key === 'data.image.pixels')!;
    const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
    const value = await watchOne(address, [], [path]);
    expect(value.id).toBe(path);
    expect((value.value as { shape: number[] }).shape).toEqual([128, 192]);
    await end(yard);
  });

  it('viewers get what they watch, one at a time, and nothing without the token', async () => {
    const { yard } = await live(VIEWS);
    const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
    const value = await watchOne(address, ['views/smoothed'], []);
    expect((value.value as { shape: number[] }).shape).toEqual([60, 80]);
    expect((await fetch(address)).status).toBe(200);
    expect((await fetch(address.replace(/token=.*/, 'token=wrong'))).status).toBe(403);
    // A page that is loaded again has its token no longer in its address.
    expect((await fetch(new URL('/', address))).status).toBe(200);
    expect((await fetch(new URL('/api/state', address))).status).toBe(403);
    await end(yard);
  });

  it('an endpoint that goes away and comes back is waited for, and trains go on', async () => {
    const own = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--rate', '20', '--json']);
    const [, at] = await own.line(/"endpoint":"(tcp:[^"]+)"/);
    const file = shop.write('back/views.ts', SIMPLE(''));
    const yard = shop.start(['live', file, '--stream', at!]);
    const control = new Control((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
    await control.until('trains come', (state) => state.trains.done > 3);
    own.signal('SIGKILL');
    await own.finished;
    const gone = await control.until('it is said to be gone', (state) => state.source.status === 'gone');
    expect(gone.source.message).toContain(at!.replace('tcp://', ''));
    const back = shop.start(['sim', '--endpoint', at!, '--small', '--rate', '20', '--first-train', '20000']);
    await control.until('it streams again', (state) => state.trains.lastTrainId! >= 20_000, 20_000);
    back.signal('SIGTERM');
    await end(yard);
  }, 60_000);
});

describe('yard run on a stream', () => {
  it('SIGTERM closes OUT with every train so far', async () => {
    const yard = shop.start(['run', shop.write('term/views.ts', VIEWS), '--stream', endpoint, '--out', 'term.h5', '--json']);
    await yard.line(/"done":([6-9]|\d\d)/, 30_000);
    yard.signal('SIGTERM');
    const { code, json } = await yard.finished;
    expect(code).toBe(130);
    const { trains } = json.at(-1) as { trains: number };
    const out = await readResults(shop.path('term.h5'));
    expect(out.trainIds).toHaveLength(trains);
    expect(trains).toBeGreaterThan(5);
    out.close();
  });

  it('trains that a slow view keeps SUB from taking are seen, and dropped: every one has an outcome', async () => {
    const fast = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--socket', 'PUB', '--small', '--no-detector', '--rate', '40', '--json']);
    const [, at] = await fast.line(/"endpoint":"(tcp:[^"]+)"/);
    const views = shop.write('slow/views.ts', `import { view } from '@trainyard/core';
import { histogram } from '@trainyard/statistics';
export const slow = view.scalar({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => { const until = performance.now() + 120; while (performance.now() < until); return camera.max(); });
export const spread = view.reduce(slow, histogram({ bins: 10, range: [0, 1e5] }));
export const mean = view.scalar({ slow }, ({ slow }) => slow, { average: 3 });
`);
    const { code, json } = await shop.run('run', views, '--stream', at!, '--socket', 'SUB', '--workers', '1', '--trains', ':60', '--out', 'slow.h5', '--json');
    fast.signal('SIGTERM');
    expect(code).toBe(0);
    const summary = json.at(-1) as { trains: number; views: Record<string, Record<string, number>> };
    expect(summary.trains).toBe(60);
    for (const counts of Object.values(summary.views)) {
      expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(60);
      expect(counts['dropped']).toBeGreaterThan(10);
      expect(counts).toEqual(summary.views['views/slow']);
    }
    const out = await readResults(shop.path('slow.h5'));
    expect(out.trainIds).toHaveLength(60);
    expect(out.trainIds.every((id, i) => i === 0 || id > out.trainIds[i - 1]!)).toBe(true);
    expect(out.outcomes('views/slow').filter((outcome) => outcome === 5)).toHaveLength(summary.views['views/slow']!['dropped']!);
    const final = out.final('views/spread')!.value as { data: Float64Array };
    expect(final.data.reduce((sum, n) => sum + n, 0)).toBe(summary.views['views/slow']!['value']);
    out.close();
  }, 60_000);

  it('where nothing listens it says so, and ends with 3 when its patience is over', async () => {
    const { code, stderr } = await shop.run('run', shop.write('none/views.ts', SIMPLE('')), '--stream', 'tcp://127.0.0.1:9', '--wait', '2');
    expect(code).toBe(3);
    expect(stderr).toMatch(/127\.0\.0\.1:9/);
  });
});

/** Watches and gives back the first value that comes. */
function watchOne(address: string, views: string[], keys: string[]): Promise<ReturnType<typeof decodeValue>> {
  const url = new URL(address);
  const socket = new WebSocket(`ws://${url.host}/api/socket${url.search}`);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no value came')), 10_000);
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', wants: [...views, ...keys].map((id) => ({ key: id, id, as: { as: 'whole' } })) })));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) {
        expect((JSON.parse(data.toString()) as ServerMessage).type).toMatch(/hello|state|tree|rates|log|journal/);
        return;
      }
      clearTimeout(late);
      socket.close();
      resolve(decodeValue(new Uint8Array(data)));
    });
  });
}

