import { BridgeClient, decode } from '@trainyard/karabo-bridge';
import { startSim } from '@trainyard/sim';
import { Recording } from '@trainyard/stream';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { Workshop, type RunningYard } from '../support/yard.ts';

/** `yard stream send|record|replay|relay` as a person and as a script use it. */
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });
const shop = new Workshop();
beforeAll(async () => {
  expect((await shop.run('sim', '--write', 'r0001', '--small', '--trains', '6')).code).toBe(0);
});
afterAll(() => shop.close());

const listening = async (yard: RunningYard): Promise<string> => (await yard.line(/"type":"listening","endpoint":"([^"]+)"/))[1]!;
/** So many trains of an endpoint, their IDs and sources. */
async function take(endpoint: string, count: number): Promise<{ trainId: number; sources: string[] }[]> {
  const client = new BridgeClient({ endpoint, socket: 'REQ', timeoutMs: 20_000 });
  const trains = [];
  for (let i = 0; i < count; i++) {
    const message = decode(await client.next());
    trains.push({ trainId: [...message.values()][0]!.trainId!, sources: [...message.keys()] });
  }
  client.close();
  return trains;
}
const ids = async (endpoint: string, count: number): Promise<number[]> => (await take(endpoint, count)).map(({ trainId }) => trainId);

test('send: the trains of a run to its end, one object a line', async () => {
  const yard = shop.start(['stream', 'send', 'r0001', '--rate', '0', '--trains', '1:5', '--json']);
  expect(await ids(await listening(yard), 4)).toEqual([10_001, 10_002, 10_003, 10_004]);
  const { code, stdout, stderr, json } = await yard.finished;
  expect([code, json.at(-1), stderr]).toEqual([0, { type: 'summary', sent: 4 }, '']);
  expect(json.map((line) => JSON.stringify(line)).join('\n')).toBe(stdout.trim());
});

test('send: only what is asked for, as fast as the run was, again and again until it is interrupted', async () => {
  const yard = shop.start(['stream', 'send', 'r0001', '--rate', '40', '--loop', '--include', '*XGM*[data.intensityTD]', '--include', '*SHUTTER*', '--json']);
  const endpoint = await listening(yard);
  const began = performance.now();
  const trains = await take(endpoint, 13);
  expect(performance.now() - began).toBeGreaterThan((11 / 40) * 1000);
  expect(trains.map(({ trainId }) => trainId)).toEqual(Array.from({ length: 13 }, (_, i) => 10_000 + i));
  expect(trains[7]!.sources.sort()).toEqual(['SA3_XGM/XGM/DOOCS:output', 'SQS_SHUTTER/DEV/1']);
  yard.signal('SIGINT');
  const { code, json } = await yard.finished;
  expect([code, json.at(-1)]).toEqual([130, { type: 'summary', sent: expect.toSatisfy((n) => n >= 13) as number }]);
});

test.each([['SIGINT'], ['SIGTERM']] as const)('send and replay with nobody there: %s ends them', async (signal) => {
  const sim = await startSim({ rate: 100, small: true, detector: false, trains: 3, lossless: true });
  const path = `nobody-${signal}.h5`;
  expect((await shop.run('stream', 'record', sim.endpoint, '--trains', '3', '--out', path)).code).toBe(0);
  for (const args of [['send', 'r0001'], ['replay', path], ['relay', 'tcp://127.0.0.1:9']]) {
    const yard = shop.start(['stream', ...args, '--json']);
    await listening(yard);
    yard.signal(signal);
    expect([args[0], (await yard.finished).code]).toEqual([args[0], 130]);
  }
});

test('record, until it is interrupted: the file is whole and has its name', async () => {
  const sim = await startSim({ rate: 100, small: true, detector: false });
  onTestFinished(() => sim.stop());
  const yard = shop.start(['stream', 'record', sim.endpoint, '--out', 'night.h5', '--json']);
  await yard.line(/"messages":([5-9]|\d\d)/);
  yard.signal('SIGINT');
  const { code, json } = await yard.finished;
  expect(code).toBe(130);
  const recording = await Recording.open(shop.path('night.h5'));
  expect(json.at(-1)).toEqual({ type: 'summary', messages: recording.messages, bytes: expect.any(Number) as number });
  expect(recording.messages).toBeGreaterThan(0);
  recording.close();
  // The same again, in its own time and at once.
  for (const speed of ['0', '4']) {
    const replaying = shop.start(['stream', 'replay', 'night.h5', '--speed', speed, '--json']);
    expect(await ids(await listening(replaying), 2)).toEqual(Array.from(recording.trainIds.slice(0, 2)));
    replaying.signal('SIGINT');
    await replaying.finished;
  }
});

test('record: a server that has gone, or never was, ends it where that is asked for', async () => {
  const sim = await startSim({ rate: 100, small: true, detector: false, trains: 4, lossless: true });
  const ended = await shop.run('stream', 'record', sim.endpoint, '--out', 'gone.h5', '--wait', '2', '--json');
  expect([ended.code, ended.json.at(-1)]).toEqual([3, { type: 'summary', messages: 4, bytes: expect.any(Number) as number }]);
  expect(ended.stderr).toMatch(/No train came within 2000 ms/);
  const never = await shop.run('stream', 'record', 'tcp://127.0.0.1:9', '--out', 'never.h5', '--wait', '1');
  expect([never.code, never.stderr]).toEqual([3, expect.stringMatching(/Nothing answers at tcp:\/\/127\.0\.0\.1:9/)]);
});

test('record: killed in the middle, what it had replays', async () => {
  const sim = await startSim({ rate: 50, small: true, detector: false });
  onTestFinished(() => sim.stop());
  const yard = shop.start(['stream', 'record', sim.endpoint, '--out', 'cut.h5', '--json']);
  await yard.line(/"type":"progress"/);
  // What is two seconds old is safe.
  await new Promise((resolve) => setTimeout(resolve, 4500));
  yard.signal('SIGKILL');
  await yard.finished;
  const again = await shop.run('stream', 'record', sim.endpoint, '--out', 'cut.h5', '--trains', '1');
  expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/cut\.h5\.part is there.*can be replayed as it is/)]);
  const recording = await Recording.open(shop.path('cut.h5.part'));
  const { messages, trainIds } = recording;
  expect(messages).toBeGreaterThan(40);
  recording.close();
  const replaying = shop.start(['stream', 'replay', 'cut.h5.part', '--speed', '0', '--json']);
  expect(await ids(await listening(replaying), messages)).toEqual([...trainIds]);
  expect((await replaying.finished).code).toBe(0);
});

test('relay: clients that ask get what is new, and what they did not get is counted', async () => {
  const sim = await startSim({ rate: 100, small: true, detector: false });
  onTestFinished(() => sim.stop());
  const yard = shop.start(['stream', 'relay', sim.endpoint, '--socket', 'REP', '--policy', 'drop-oldest', '--json']);
  const endpoint = await listening(yard);
  const [first] = await ids(endpoint, 1);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const [second] = await ids(endpoint, 1);
  expect(second! - first!).toBeGreaterThan(50);
  yard.signal('SIGINT');
  const { code, json } = await yard.finished;
  expect([code, json.at(-1)]).toEqual([130, { type: 'summary', sent: expect.any(Number) as number, dropped: expect.toSatisfy((n) => n > 50) as number }]);
});

test('a last train that takes its client a while arrives whole, and the sender waits for that', async () => {
  await shop.run('sim', '--write', 'large', '--pulses', '1', '--trains', '1'); // a second try finds it written
  // This process is busy while the message is on its way, from another moment on each time.
  for (const from of [6, 9, 12]) {
    const yard = shop.start(['stream', 'send', 'large', '--rate', '0', '--json']);
    const client = new BridgeClient({ endpoint: await listening(yard), socket: 'REQ', timeoutMs: 20_000 });
    onTestFinished(() => client.close());
    const next = client.next();
    await new Promise((resolve) => setTimeout(resolve, from));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    expect(decode(await next).size).toBeGreaterThan(10);
    expect((await yard.finished).code).toBe(0);
  }
});
