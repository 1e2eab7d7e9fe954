import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRun } from '@trainyard/exdf';
import { BridgeClient, BridgeServer, decode, encode, metadataFor, type ClientSocket } from '@trainyard/karabo-bridge';
import { startSim, writeSimRun } from '@trainyard/sim';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Recording, RecordingWriter, RunTrains, recordStream, relay, replay, sendRun } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'stream-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = join(folder, 'run');
beforeAll(() => writeSimRun(run, { seed: 3, firstTrainId: 10_000, trains: 6, small: true, pulses: 2 }));

/** So many messages of an endpoint, copied. */
async function take(endpoint: string, count: number, socket: ClientSocket = 'REQ'): Promise<Uint8Array[][]> {
  const client = new BridgeClient({ endpoint, socket, timeoutMs: 10_000 });
  const messages: Uint8Array[][] = [];
  while (messages.length < count) messages.push((await client.next()).map((frame) => Uint8Array.from(frame)));
  client.close();
  return messages;
}

/** Starts something that serves, and gives its endpoint. */
async function listening<T>(start: (onOpen: (endpoint: string) => void, signal: AbortSignal) => Promise<T>): Promise<{ endpoint: string; stop: () => Promise<T> }> {
  const stop = new AbortController();
  let done!: Promise<T>;
  const endpoint = await new Promise<string>((resolve, reject) => {
    done = start(resolve, stop.signal);
    done.catch(reject);
  });
  return {
    endpoint,
    stop: () => {
      stop.abort();
      return done;
    },
  };
}

describe('recording and replaying', () => {
  test.each(['2.2', '1.0'] as const)('what is replayed is what came, byte for byte (format %s)', async (version) => {
    const sim = await startSim({ version, rate: 200, lossless: true, small: true, trains: 8 });
    const path = join(folder, `rec-${version}.h5`);
    expect(await recordStream({ endpoint: sim.endpoint, socket: 'REQ', path, messages: 8 })).toMatchObject({ messages: 8 });
    await sim.stop();
    expect(existsSync(`${path}.part`)).toBe(false);
    const recording = await Recording.open(path);
    expect([recording.messages, recording.trainIds[0], recording.trainIds[7]]).toEqual([8, 10_000, 10_007]);
    const { endpoint, stop } = await listening((onOpen, signal) => replay(recording, { speed: Infinity, onOpen, signal }));
    const got = await take(endpoint, 8);
    expect(await stop()).toBe(8);
    for (const [i, frames] of got.entries()) {
      expect(frames.length).toBe(version === '1.0' ? 1 : recording.message(i).length);
      for (const [k, frame] of frames.entries()) expect(Buffer.compare(frame, recording.message(i)[k]!)).toBe(0);
    }
    expect([...decode(got[3]!).values()].every(({ trainId }) => trainId === 10_003)).toBe(true);
    recording.close();
  });

  test('at its own pace, or faster', async () => {
    const path = join(folder, 'pace.h5');
    const writer = new RecordingWriter(path, { endpoint: 'tcp://127.0.0.1:1', socket: 'REQ' });
    for (let i = 0; i < 5; i++) writer.add(encode(new Map([['A', { metadata: metadataFor('A', i + 1, 0), values: new Map([['x', i]]) }]]), '2.2'), 1e12 + i * 100, i + 1);
    writer.close();
    const recording = await Recording.open(path);
    const spans: number[] = [];
    for (const speed of [1, 4]) {
      const { endpoint, stop } = await listening((onOpen, signal) => replay(recording, { speed, onOpen, signal }));
      const client = new BridgeClient({ endpoint, socket: 'REQ', timeoutMs: 5000 });
      await client.next();
      const began = performance.now();
      for (let i = 0; i < 4; i++) await client.next();
      spans.push(performance.now() - began);
      client.close();
      await stop();
    }
    expect(spans[0]).toBeGreaterThan(350);
    expect(spans[1]).toBeGreaterThan(80);
    expect(spans[1]).toBeLessThan(spans[0]!);
    recording.close();
  });

  test('bytes that are no message are kept, too; a writer that is killed leaves what it had', async () => {
    const path = join(folder, 'odd.h5');
    const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:*', socket: 'REP', version: '2.2' });
    const odd = [[Uint8Array.of(1, 2, 3)], [new Uint8Array(0), new Uint8Array(0)], [Uint8Array.from({ length: 5_000_000 }, (_, i) => i % 251)]];
    const taken = recordStream({ endpoint: server.endpoint, socket: 'REQ', path, messages: 3 });
    for (const frames of odd) await server.send(frames);
    expect(await taken).toEqual({ messages: 3, bytes: 5_000_003 });
    server.close(0);
    const recording = await Recording.open(path);
    expect(recording.message(0)).toEqual(odd[0]);
    expect(recording.message(1)).toEqual(odd[1]);
    expect(Buffer.compare(recording.message(2)[0]!, odd[2]![0]!)).toBe(0);
    recording.close();
    const cut = new RecordingWriter(join(folder, 'cut.h5'), { endpoint: '', socket: 'REQ' });
    cut.add([Uint8Array.of(9)], 0, 0);
    const left = await Recording.open(join(folder, 'cut.h5.part'));
    expect(left.messages).toBe(0);
    left.close();
  });

  test('refused by name: a file that is there, one that is no recording, one that was cut', async () => {
    const path = join(folder, 'rec-2.2.h5');
    expect(() => new RecordingWriter(path, { endpoint: '', socket: '' })).toThrow(expect.objectContaining({ code: 'RECORDING_EXISTS' }));
    const file = (await import('node:fs')).readdirSync(run).find((name) => name.endsWith('.h5'))!;
    await expect(Recording.open(join(run, file))).rejects.toThrow(expect.objectContaining({ code: 'RECORDING_FORMAT' }));
    writeFileSync(join(folder, 'text.h5'), 'no');
    await expect(Recording.open(join(folder, 'text.h5'))).rejects.toThrow(expect.objectContaining({ code: 'HDF5_NOT_HDF5' }));
    const damaged = join(folder, 'damaged.h5');
    (await import('node:fs')).copyFileSync(path, damaged);
    truncateSync(damaged, 3000);
    await expect(Recording.open(damaged).then((recording) => recording.message(5))).rejects.toThrow(expect.objectContaining({ code: expect.stringMatching(/^(HDF5|RECORDING)_/) as string }));
  });
});

describe('sending a run', () => {
  const isModule = (name: string): boolean => /_DET_.*\/\d+CH0:/.test(name);

  test('every key of every train, with live names, its time, booleans and texts', async () => {
    const opened = await openRun(run);
    const { endpoint, stop } = await listening((onOpen, signal) => sendRun(opened, { rate: Infinity, onOpen, signal, appendDetectorModules: true }));
    const messages = (await take(endpoint, opened.trainIds.length)).map((frames) => decode(frames));
    expect(await stop()).toBe(opened.trainIds.length);
    for (const [i, trainId] of opened.trainIds.entries()) {
      const message = messages[i]!;
      for (const source of opened.sources.values()) {
        if (isModule(source.name)) continue;
        for (const key of source.keys.values()) {
          if (key.name.endsWith('.timestamp') && source.kind === 'control') continue;
          const data = key.readTrain(trainId);
          const got = message.get(source.name.replace(':daqOutput', ':output'))?.values.get(key.name.replace(/\.value$/, ''));
          if (!data || data.dtype.startsWith('[') || source.legacy !== undefined) continue;
          expect([source.name, key.name, data.dtype, got === undefined]).toEqual([source.name, key.name, data.dtype, false]);
          if (data.shape.length === 0) expect([key.name, Number(got)]).toEqual([key.name, Number(data.data[0])]);
          else expect([key.name, Buffer.compare((got as { bytes: Uint8Array }).bytes, new Uint8Array((data.data as Float32Array).buffer, (data.data as Float32Array).byteOffset, (data.data as Float32Array).byteLength))]).toEqual([key.name, 0]);
        }
      }
      const whole = [...message].find(([name]) => name.endsWith('/DET/APPEND'))!;
      const image = whole[1].values.get('image.data') as { shape: number[]; bytes: Uint8Array };
      expect(image.shape.slice(0, 2)).toEqual([2, 16]);
      expect([...message.keys()].filter(isModule)).toEqual([]);
      const module = opened.sources.get(whole[0].replace('DET/APPEND', 'CORR/3CH0:output'))!.keys.get('image.data')!.readTrain(trainId)!;
      const bytes = new Uint8Array((module.data as Uint16Array).buffer, (module.data as Uint16Array).byteOffset, (module.data as Uint16Array).byteLength);
      const frame = bytes.length / 2;
      for (const pulse of [0, 1]) expect(Buffer.compare(image.bytes.subarray((pulse * 16 + 3) * frame, (pulse * 16 + 4) * frame), bytes.subarray(pulse * frame, (pulse + 1) * frame))).toBe(0);
      expect([...whole[1].values.keys()]).toEqual(expect.arrayContaining([...opened.sources.get(whole[0].replace('DET/APPEND', 'CORR/0CH0:output'))!.keys.keys()]));
      const [first] = message.values();
      expect(first!.metadata['timestamp']).toBeCloseTo(Number(opened.timestamps()[i]! / 1000n) / 1e6, 3);
    }
    opened.close();
  });

  test('some trains, some keys, again and again with train IDs that go on', async () => {
    const opened = await openRun(run);
    const { endpoint, stop } = await listening((onOpen, signal) => sendRun(opened, { rate: Infinity, loop: true, trains: { from: 2, to: 4 }, wants: (_, key) => key.includes('pixels'), onOpen, signal }));
    const messages = (await take(endpoint, 5)).map((frames) => decode(frames));
    await stop();
    expect(messages.map((message) => [...message.values()][0]!.trainId)).toEqual([10_002, 10_003, 10_004, 10_005, 10_006]);
    expect(messages[0]!.size).toBe(1);
    expect([...messages[4]!.values()][0]!.values.get('data.image.pixels')).toEqual([...messages[0]!.values()][0]!.values.get('data.image.pixels'));
    expect(new RunTrains(opened, { liveNames: false }).read(10_000).keys().some((name) => name.endsWith(':daqOutput'))).toBe(true);
    opened.close();
  });
});

test('a relay hands every train to all who listen, and takes each once', async () => {
  const sim = await startSim({ rate: 40, small: true, detector: false });
  const { endpoint, stop } = await listening((onOpen, signal) => relay({ from: sim.endpoint, onOpen, signal }));
  const [a, b] = await Promise.all([take(endpoint, 10, 'SUB'), take(endpoint, 10, 'SUB')]);
  const ids = (messages: Uint8Array[][]): number[] => messages.map((frames) => [...decode(frames).values()][0]!.trainId!);
  for (const got of [ids(a), ids(b)]) expect(got).toEqual(Array.from({ length: 10 }, (_, i) => got[0]! + i));
  expect(ids(a).some((id) => ids(b).includes(id))).toBe(true);
  expect(await stop()).toMatchObject({ sent: expect.toSatisfy((n) => n >= 10) as number, dropped: 0 });
  await sim.stop();
});

test('a relay to clients that ask: nothing is lost, or they get what is new', async () => {
  for (const policy of ['block', 'drop-oldest'] as const) {
    const sim = await startSim({ rate: 100, small: true, detector: false, lossless: policy === 'block' });
    const { endpoint, stop } = await listening((onOpen, signal) => relay({ from: sim.endpoint, socket: 'REP', policy, onOpen, signal }));
    const client = new BridgeClient({ endpoint, socket: 'REQ', timeoutMs: 10_000 });
    const ids: number[] = [];
    for (let i = 0; i < 4; i++) {
      ids.push([...decode(await client.next()).values()][0]!.trainId!);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    client.close();
    const { dropped } = await stop();
    await sim.stop();
    if (policy === 'block') expect([ids, dropped]).toEqual([[10_000, 10_001, 10_002, 10_003], 0]);
    else expect([ids[3]! - ids[0]!, dropped]).toEqual([expect.toSatisfy((n) => n > 15), expect.toSatisfy((n) => n > 10)]);
  }
});

test('a relay with a rate', async () => {
  const sim = await startSim({ rate: 200, small: true, detector: false });
  const { endpoint, stop } = await listening((onOpen, signal) => relay({ from: sim.endpoint, rate: 20, onOpen, signal }));
  const began = performance.now();
  await take(endpoint, 11, 'SUB');
  expect(performance.now() - began).toBeGreaterThan(400);
  expect((await stop()).dropped).toBeGreaterThan(20);
  await sim.stop();
});

test('a recording of a server that goes away ends when it is told to, whole', async () => {
  const sim = await startSim({ rate: 100, small: true, detector: false, trains: 5, lossless: true });
  const path = join(folder, 'gone.h5');
  const taken = await recordStream({ endpoint: sim.endpoint, socket: 'REQ', path, messages: 100, waitMs: 1500 });
  expect(taken).toMatchObject({ messages: 5, gone: expect.stringContaining('No train came within 1500 ms') as string });
  const recording = await Recording.open(path);
  expect(recording.messages).toBe(5);
  recording.close();
});
