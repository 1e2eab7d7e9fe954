import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { decodeValue, type Hello, type PanelValue, type ServerMessage, type SourceTree, type Want } from '@trainyard/control';
import { writeSimRun } from '@trainyard/sim';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

/** Recorded data in the viewer: a run, a results file, and what a stream's sources say besides. */
const shop = new Workshop();
const TRAINS = 60;
const ENERGY = 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]';

beforeAll(async () => {
  shop.write('views.ts', `import { parameters, skip, slider, view } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
export const p = parameters({ gain: slider(1, 0, 10) });
export const id = view.scalar({ id: 'internal#train_id' }, ({ id }) => (id % 10 === 3 ? skip('a three') : id * p.gain));
export const energy = view.vector({ xgm: '${ENERGY}' }, ({ xgm }) => xgm, { unit: 'uJ' });
export const all = view.reduce(id, mean());
`);
  await writeSimRun(shop.path('run'), { seed: 3, firstTrainId: 10_000, trains: TRAINS, small: true, detector: false });
});
afterAll(() => shop.close());

async function live(...args: string[]): Promise<{ yard: RunningYard; control: Control; page: Page }> {
  const yard = shop.start(['live', ...args]);
  const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  return { yard, control: new Control(address), page: await Page.open(address) };
}

/** A browser's side of the socket: the newest of everything. */
class Page {
  readonly newest = new Map<string, PanelValue>();
  readonly said: ServerMessage[] = [];
  readonly #socket: WebSocket;

  static async open(address: string): Promise<Page> {
    const url = new URL(address);
    const socket = new WebSocket(`ws://${url.host}/api/socket${url.search}`);
    const page = new Page(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return page;
  }

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) return void this.said.push(JSON.parse(data.toString()) as ServerMessage);
      const value = decodeValue(new Uint8Array(data));
      this.newest.set(value.id, value);
      socket.send(JSON.stringify({ type: 'ack', key: value.key }));
    });
  }

  watch(...ids: string[]): void {
    this.#socket.send(JSON.stringify({ type: 'watch', wants: ids.map((id): Want => ({ key: id, id, as: { as: 'whole' } })) }));
  }

  /** Waits until these show a value of this train. */
  async shows(trainId: number, ...ids: string[]): Promise<unknown[]> {
    await expect.poll(() => ids.map((id) => this.newest.get(id)?.trainId), { timeout: 15_000, interval: 10 }).toEqual(ids.map(() => trainId));
    return ids.map((id) => this.newest.get(id)!.value);
  }

  of<T extends ServerMessage['type']>(type: T): (ServerMessage & { type: T }) | undefined {
    return this.said.findLast((message): message is ServerMessage & { type: T } => message.type === type);
  }

  close(): void {
    this.#socket.close();
  }
}

test('a run is played, stepped and sought; what is shown follows a parameter; its files can be looked into', async () => {
  const { yard, control, page } = await live('views.ts', '--run', 'run');
  page.watch('views/id', 'views/energy');
  expect(await control.request({ verb: 'play', paused: true, index: 20 })).toMatchObject({ ok: true });
  expect((await page.shows(10_020, 'views/id', 'views/energy'))[0]).toBe(10_020);
  expect(await control.request({ verb: 'play', index: 21 })).toMatchObject({ ok: true });
  await page.shows(10_021, 'views/id', 'views/energy');
  expect(await control.request({ verb: 'set', group: 'views', name: 'gain', value: 2 })).toMatchObject({ ok: true });
  await expect.poll(() => page.newest.get('views/id')?.value).toBe(20_042);
  // A raw key by a click, on the train that stands there.
  page.watch('views/id', 'views/energy', ENERGY);
  const [raw] = (await page.shows(10_021, ENERGY)) as [{ shape: number[] }];
  expect(raw.shape).toEqual((page.newest.get('views/energy')!.value as { shape: number[] }).shape);
  expect(await control.request({ verb: 'play', index: -1 })).toMatchObject({ ok: false, code: 'PLAY' });

  const state = await control.state();
  expect(state.source).toMatchObject({ kind: 'run', status: 'streaming', player: { paused: true, index: 21, trains: TRAINS, trainId: 10_021, rate: 10, loop: false }, message: expect.stringMatching(/^Train 22 of 60 of .*run, ID 10021: paused\.$/) });
  expect(state.trains.dropped).toEqual({});
  const { sources } = await control.get<SourceTree>('/api/tree');
  expect(Object.fromEntries(sources.map(({ name, kind, rate }) => [name, [kind, rate]]))).toMatchObject({ 'SA3_XGM/XGM/DOOCS:output': ['instrument', undefined], 'SQS_SHUTTER/DEV/1': ['control', undefined] });

  const { files } = page.of('hello')!.hello satisfies Hello;
  expect(files).toContain('RAW-R0001-DA01-S00000.h5');
  expect((await rootOf(yard, files[0]!)).children.map(({ name }) => name)).toContain('INDEX');
  page.close();
  yard.signal('SIGTERM');
  expect((await yard.finished).code).toBe(130);
});

async function rootOf(yard: RunningYard, file: string): Promise<{ children: { name: string }[] }> {
  const url = new URL(/http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(yard.output)![0]);
  const response = await fetch(`${url.origin}/api/h5/meta?${new URLSearchParams({ file, path: '/' }).toString()}`, { headers: { authorization: `Bearer ${url.searchParams.get('token')}` } });
  return (await response.json()) as { children: { name: string }[] };
}

test('a results file is recorded data: its views are sources, with the reason where there was no value', async () => {
  expect(await shop.run('run', 'views.ts', '--run', 'run', '--out', 'out.h5')).toMatchObject({ code: 0 });
  shop.write('more.ts', `import { view } from '@trainyard/core';
export const half = view.scalar({ id: 'karabo#yard/views/id[data]' }, ({ id }) => id / 2);
export const most = view.scalar({ energy: 'karabo#yard/views/energy[data]' }, ({ energy }) => energy.max());
`);
  const { yard, control, page } = await live('more.ts', '--results', 'out.h5');
  const [id, final] = ['karabo#yard/views/id.data', 'karabo#yard/views/all.final'];
  page.watch('more/half', 'more/most', id, final);
  await control.request({ verb: 'play', paused: true, index: 8 });
  expect(await page.shows(10_008, id, 'more/half', final)).toMatchObject([10_008, 5004, expect.any(Number)]);
  await control.request({ verb: 'play', index: 13 });
  const state = await control.until('the next train', ({ views }) => views.every(({ newest }) => newest?.trainId === 10_013));
  expect(state.views[0]!.newest).toMatchObject({ outcome: 'missing', message: expect.stringContaining('the outcome was none when this was written: a three') });
  expect(page.of('hello')!.hello.files).toEqual(['out.h5']);
  expect(page.of('rates')!.rates).toEqual({});
  page.close();
  yard.signal('SIGTERM');
  await yard.finished;
});

test('the sources of a stream say what they are, and how often they come', async () => {
  const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '20', '--json']);
  const { yard, control, page } = await live('--stream', (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!);
  await expect.poll(() => page.of('rates')?.rates['SA3_XGM/XGM/DOOCS:output'] ?? 0, { timeout: 10_000 }).toBeGreaterThan(5);
  await expect.poll(() => page.of('tree')!.tree.sources.find(({ name }) => name === 'SA3_XGM/XGM/DOOCS:output')?.kind).toBe('instrument');
  const [xgm] = (await control.get<SourceTree>('/api/tree')).sources;
  expect(xgm!.rate).toBeGreaterThan(5);
  // Told once a second at most, however often the state is.
  expect(page.said.filter(({ type }) => type === 'rates').length).toBeLessThan(page.said.filter(({ type }) => type === 'state').length / 2 + 2);
  expect(await control.request({ verb: 'play', paused: true })).toMatchObject({ ok: false, code: 'PLAY', message: expect.stringContaining('no train slider') });
  expect(page.of('hello')!.hello.files).toEqual([]);
  page.close();
  yard.signal('SIGTERM');
  await yard.finished;
});

test.each([
  [['--run', 'run', '--results', 'out.h5'], 'one of --stream ENDPOINT, --run DIR, --stack FILE or --results FILE; several were given'],
  [['views.ts', '--run', 'run', '--out', 'x.h5'], 'yard run LIST --run DIR --out FILE writes the results'],
])('yard live %j is refused', async (args, says) => {
  const { code, stderr } = await shop.run('live', ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});
