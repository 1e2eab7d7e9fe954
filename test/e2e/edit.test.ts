import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { routes, type EditFile, type EditorTypes, type FrozenTrainInfo, type JournalEntry, type ServerMessage, type TriedView } from '@trainyard/control';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

/** What the page's editor asks of a yard: files, types, frozen trains; and values that are written into the file. */
const VIEWS = `import { parameters, rectangle, slider, view } from '@trainyard/core';
import { gain } from './tools.ts';
const p = parameters({
  scale: slider(5, 0, 20), // times
  roi: rectangle([0, 0, 8, 8], { on: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }),
});
export const a = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm.mean() * p.scale * gain);
export const b = view.scalar({ a }, ({ a }) => a + p.roi[2]);
`;

describe('the editor in the page', { timeout: 60_000 }, () => {
  const shop = new Workshop();
  let yard: RunningYard;
  let control: Control;
  let address: URL;
  let look: string;
  const heard: ServerMessage[] = [];
  const file = shop.path('night/views.ts');

  beforeAll(async () => {
    const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--json']);
    const endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
    shop.write('night/tools.ts', 'export const gain = 1;\n');
    shop.write('night/views.ts', VIEWS);
    yard = shop.start(['live', file, '--stream', endpoint, '--workers', '1', '--edit']);
    address = new URL((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
    look = (await yard.line(/To look only: \S+token=(\w+)/))[1]!;
    control = new Control(address.href);
    const socket = new WebSocket(`${address.origin.replace('http', 'ws')}${routes.socket}${address.search}`);
    socket.on('message', (data, isBinary) => isBinary || heard.push(JSON.parse((data as Buffer).toString()) as ServerMessage));
    await control.until('values', ({ views }) => views.every((view) => view.counts.value > 0));
  }, 60_000);
  afterAll(() => shop.close());

  const ask = (method: string, route: string, { body, hash, token = address.searchParams.get('token')!, who }: { body?: string; hash?: string; token?: string; who?: string } = {}): Promise<Response> =>
    fetch(`${address.origin}${route}`, { method, headers: { authorization: `Bearer ${token}`, ...(hash !== undefined && { 'x-hash': hash }), ...(who !== undefined && { 'x-who': who }) }, ...(body !== undefined && { body }) });
  const told = (count: number): Promise<void> => shop.eventually('files changed', () => Promise.resolve(heard.filter((message) => message.type === 'changed' && message.what === 'files').length > count));
  const changes = (): number => heard.filter(({ type }) => type === 'changed').length;

  test('lists the files, reads and saves them; a save is loaded and told to all pages, and who made it is in the journal', async () => {
    expect(await control.get<EditFile[]>(routes.files)).toEqual([{ path: 'tools.ts', bytes: 23, used: true }, { path: 'views.ts', bytes: Buffer.byteLength(VIEWS), used: true }]);
    const read = await ask('GET', `${routes.files}/tools.ts`);
    const hash = read.headers.get('x-hash')!;
    expect(await read.text()).toBe('export const gain = 1;\n');
    const before = changes();
    const saved = await ask('PUT', `${routes.files}/tools.ts`, { body: 'export const gain = 2;\n', hash, who: 'anna' });
    expect([saved.status, readFileSync(shop.path('night/tools.ts'), 'utf8')]).toEqual([200, 'export const gain = 2;\n']);
    await told(before);
    await control.until('loaded', ({ generation }) => generation.number === 2);
    expect((await ask('PUT', `${routes.files}/tools.ts`, { body: 'lost', hash })).status).toBe(409);
    expect((await control.get<JournalEntry[]>(routes.journal)).findLast(({ what }) => what === 'write')).toMatchObject({ who: 'anna', name: 'tools.ts' });
    // Somebody else's editor.
    const then = changes();
    writeFileSync(shop.path('night/tools.ts'), 'export const gain = 3;\n');
    await told(then);
    await control.until('loaded', ({ generation }) => generation.number === 3);
  });

  test('is for those who control: others see no file, and reach nothing else by a path', async () => {
    for (const [method, route] of [['GET', routes.files], ['GET', `${routes.files}/views.ts`], ['PUT', `${routes.files}/x.ts`], ['GET', routes.types], ['POST', `${routes.frozen}/try`]] as const) {
      expect((await ask(method, route, { token: look, ...(method !== 'GET' && { body: '{}' }) })).status, route).toBe(403);
    }
    for (const path of ['..%2f..%2fetc%2fpasswd', '%2fetc%2fpasswd.ts', 'sub%5cviews.ts', 'views.ts%00', '.trainyard%2fx.ts', '../views.ts/']) expect((await ask('PUT', `${routes.files}/${path}`, { body: 'x' })).status, path).toBeGreaterThanOrEqual(400);
    expect((await ask('PUT', `${routes.files}/big.ts`, { body: 'x'.repeat(1_000_001) })).status).toBe(413);
  });

  test('has the types of what views import and of the sources in the stream now, once', async () => {
    const answer = await ask('GET', routes.types);
    const types = (await answer.json()) as EditorTypes;
    expect(Object.keys(types.files)).toContain('file:///node_modules/@trainyard/core/dist/index.d.ts');
    expect(types.sources).toContain('"karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]": Vector;');
    expect(types.snippets.length).toBeGreaterThan(5);
    const again = await fetch(`${address.origin}${routes.types}${address.search}`, { headers: { 'if-none-match': answer.headers.get('etag')! } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test("writes a parameter's value into the file: nothing else of it changes, and it is the file's own value then", async () => {
    await control.request({ verb: 'set', group: 'views', name: 'scale', value: 7.5 });
    await control.request({ verb: 'set', group: 'views', name: 'roi', value: '1,2,30,40' });
    const { generation: { number } } = await control.state();
    expect(await control.request({ verb: 'write', group: 'views', name: 'scale', who: 'anna' })).toMatchObject({ ok: true, message: `scale = 7.5 is written at ${file}:4:17` });
    const said = await shop.run('ctl', 'write', 'roi');
    expect([said.code, said.stderr]).toEqual([0, expect.stringContaining(`roi = [1,2,30,40] is written at ${file}:5:18`) as string]);
    expect(readFileSync(file, 'utf8')).toBe(VIEWS.replace('slider(5,', 'slider(7.5,').replace('[0, 0, 8, 8]', '[1, 2, 30, 40]'));
    const state = await control.until('loaded', ({ generation, parameters }) => generation.number > number && parameters.every((one) => JSON.stringify(one.value) === JSON.stringify(one.default)));
    expect(state.parameters).toMatchObject([{ name: 'scale', value: 7.5 }, { name: 'roi', type: 'rectangle', value: [1, 2, 30, 40], on: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }]);
    expect((await control.get<JournalEntry[]>(routes.journal)).find(({ what, name }) => what === 'write' && name === 'views.scale')).toMatchObject({ who: 'anna', value: 7.5, before: 5 });
    expect(yard.output).not.toContain('takes the place of');
    expect(await control.request({ verb: 'write', group: 'views', name: 'scael' })).toMatchObject({ ok: false, code: 'SET_UNKNOWN' });
    writeFileSync(file, readFileSync(file, 'utf8').replace('slider(7.5,', 'slider(15 / 2,'));
    expect(await control.request({ verb: 'write', group: 'views', name: 'scale' })).toMatchObject({ ok: false, code: 'WRITE_PLACE', message: expect.stringContaining('`15 / 2`') as string });
  });

  test('tries code that is not saved on a frozen train', async () => {
    const attempt = async (request: object): Promise<{ code?: string } & TriedView[]> => (await (await ask('POST', `${routes.frozen}/try`, { body: JSON.stringify(request) })).json()) as { code?: string } & TriedView[];
    expect((await attempt({})).code).toBe('FROZEN_NONE');
    await control.request({ verb: 'freeze', next: true });
    const [train] = await control.get<FrozenTrainInfo[]>(routes.frozen);
    expect(train).toMatchObject({ name: `train-${train!.trainId}`, outcome: 'value' });
    const saved = readFileSync(file, 'utf8');
    const [a, b] = await attempt({});
    expect([a!.outcome, Number(b!.said) - Number(a!.said)]).toEqual(['value', 30]);
    const [mended] = await attempt({ view: 'views/b', text: saved.replace('a + p.roi[2]', 'a - a + 1') });
    expect(mended).toMatchObject({ view: 'views/b', outcome: 'value', said: '1' });
    const [tripled] = await attempt({ name: train!.name, view: 'views/a', file: 'tools.ts', text: 'export const gain = 6;\n' });
    expect(Number(tripled!.said)).toBeCloseTo(2 * Number(a!.said), 6);
    expect(await attempt({ text: saved.replace('xgm.mean()', 'xgm.nope()') })).toMatchObject([{ view: 'views/a', outcome: 'failed', message: expect.stringContaining('nope') as string, where: { file: 'views.ts', line: 7 } }, { view: 'views/b', outcome: 'missing' }]);
    expect(await attempt({ text: 'const = 5' })).toMatchObject([{ outcome: 'failed', where: { file: 'views.ts', line: 1, column: 7 } }]);
    expect((await attempt({ name: 'nothing' })).code).toBe('FROZEN_NONE');
    const both = await Promise.all([attempt({}), attempt({})]);
    expect(both.map(({ code }) => code).sort()).toEqual(['WAIT', undefined]);
    expect(readFileSync(file, 'utf8')).toBe(saved);
    await control.request({ verb: 'freeze', name: 'views/b', next: true });
    const tried = async (request: object): Promise<string[]> => (await attempt(request)).map(({ view, outcome }) => `${view} ${outcome}`);
    expect(await tried({})).toEqual(['views/b value']);
    expect(await tried({ view: 'all' })).toEqual(['views/a value', 'views/b value']);
  });
});
