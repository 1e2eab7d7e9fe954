import { execFile, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BridgeClient, decode, isBridgeArray, typedArrayOf } from '@trainyard/karabo-bridge';
import type { BridgeTrain } from '@trainyard/karabo-bridge';
import { afterEach, describe, expect, it } from 'vitest';
import { pixelsOf, ringsOf } from './array-under.test.support.ts';
import { makeTrain } from './make-train.ts';
import { isSimArray } from './sim-train.ts';
import { CAMERA_ONLINE, DETECTOR_ONLINE, MOTOR, SHUTTER, XGM } from './sources.ts';
import { startSim } from './start-sim.ts';
import type { RunningSim, StartSimOptions } from './start-sim.ts';

const PYTHON = '/usr/bin/python3';
const hasBridge = spawnSync(PYTHON, ['-c', 'import karabo_bridge']).status === 0;

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function sim(options: StartSimOptions): Promise<RunningSim> {
  const running = await startSim({ small: true, ...options });
  open.push(running);
  return running;
}

function client(endpoint: string, socket: 'REQ' | 'SUB' | 'PULL' = 'REQ'): { next: () => Promise<BridgeTrain> } {
  const bridge = new BridgeClient({ endpoint, socket, timeoutMs: 5000 });
  open.push({ stop: () => bridge.close() });
  return { next: async () => decode(await bridge.next()) };
}

const trainId = (train: BridgeTrain): number => train.get(SHUTTER)!.trainId!;

/** Compares a received train with the content for its train ID, value by value. */
function expectContent(train: BridgeTrain, seed: number, options: { small: boolean; pulses?: number }): void {
  const made = makeTrain(seed, trainId(train), options);
  expect([...train.keys()].sort()).toEqual([...made.sources.keys()].sort());
  for (const [source, keys] of made.sources) {
    const received = train.get(source)!;
    expect([...received.values.keys()].sort()).toEqual([...keys.keys()].sort());
    expect(received.metadata).toMatchObject({ source, 'timestamp.tid': made.trainId, 'timestamp.sec': String(made.timestamp / 1_000_000_000n), timestamp: Number(made.timestamp) / 1e9 });
    expect(received.metadata['timestamp.frac']).toMatch(/^\d{18}$/);
    for (const [key, value] of keys) {
      const got = received.values.get(key)!;
      if (isSimArray(value)) {
        if (!isBridgeArray(got)) throw new Error(`${source}[${key}] is no array`);
        const { shape, dtype, data } = typedArrayOf(got);
        expect([shape, dtype]).toEqual([value.shape, value.dtype]);
        expect(Buffer.compare(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength)), `${source}[${key}]`).toBe(0);
      } else expect(got, `${source}[${key}]`).toEqual(value);
    }
  }
}

describe('startSim', () => {
  it.each(['2.2', '1.0'] as const)('sends every train, in order and as makeTrain gives it, when it may wait (format %s)', async (version) => {
    const running = await sim({ version, seed: 4, pulses: 2, firstTrainId: 10_170, trains: 40, rate: Infinity, lossless: true });
    const { next } = client(running.endpoint);
    for (let i = 0; i < 40; i++) {
      const train = await next();
      expect(trainId(train)).toBe(10_170 + i);
      if (i % 8 === 0) expectContent(train, 4, { small: true, pulses: 2 });
    }
    await running.done;
    expect([running.sent(), running.dropped()]).toEqual([40, 0]);
  });

  it.each(['PUB', 'PUSH'] as const)('sends over %s', async (socket) => {
    const running = await sim({ socket, rate: 100, seed: 2, detector: false });
    const { next } = client(running.endpoint, socket === 'PUB' ? 'SUB' : 'PULL');
    const first = await next();
    expect(first.has(DETECTOR_ONLINE)).toBe(false);
    expect(first.has(CAMERA_ONLINE)).toBe(true);
    const ids = [trainId(first)];
    while (ids.length < 10) ids.push(trainId(await next()));
    expect(ids).toEqual(Array.from({ length: 10 }, (_, i) => ids[0] + i));
  });

  it('keeps its rate by the clock, without drift', async () => {
    const running = await sim({ rate: 100, queue: 50, detector: false });
    const { next } = client(running.endpoint);
    await next();
    const lateness: number[] = [];
    const start = performance.now();
    for (let i = 0; i < 150; i++) {
      expect(trainId(await next())).toBe(10_001 + i);
      lateness.push(performance.now() - start - i * 10);
    }
    // The least late train of each third: a busy machine delays some trains, a drift all of them.
    const [early, , last] = [0, 50, 100].map((from) => Math.min(...lateness.slice(from, from + 50)));
    expect(Math.abs(last - early)).toBeLessThan(15);
  });

  it('goes on without a slow client: its trains are dropped and counted, what it gets then is recent', async () => {
    const running = await sim({ rate: 50, queue: 10, detector: false });
    const { next } = client(running.endpoint);
    const first = trainId(await next());
    await sleep(1000); // fifty trains
    const ids: number[] = [];
    for (let i = 0; i < 10; i++) ids.push(trainId(await next()));
    expect(ids[0]).toBeLessThan(first + 10); // it was in the server's hands
    expect(ids[1] - ids[0]).toBeGreaterThan(30);
    expect(ids.slice(1)).toEqual(Array.from({ length: 9 }, (_, i) => ids[1] + i));
    expect(running.dropped()).toBe(ids[9] - 10_000 + 1 - 11);
  });

  it('ends by itself, by stop() and by its signal, with nobody listening, and leaves the port free', async () => {
    const short = await sim({ rate: 200, trains: 20, queue: 4, detector: false });
    await short.done;
    expect(short.sent() + short.dropped()).toBe(20);

    const controller = new AbortController();
    const aborted = await sim({ endpoint: short.endpoint, signal: controller.signal, lossless: true });
    controller.abort();
    await aborted.done;
    const stopped = await sim({ endpoint: short.endpoint });
    await stopped.stop();
    await expect(startSim({ signal: controller.signal })).rejects.toThrow('aborted');
  });

  it('refuses what cannot be', async () => {
    await expect(startSim({ rate: 0 })).rejects.toMatchObject({ code: 'SIM_BAD_OPTION' });
    await expect(startSim({ rate: Infinity })).rejects.toMatchObject({ code: 'SIM_BAD_OPTION' });
    await expect(startSim({ socket: 'PUB', lossless: true })).rejects.toMatchObject({ code: 'SIM_BAD_OPTION' });
    await expect(startSim({ queue: 0 })).rejects.toMatchObject({ code: 'SIM_BAD_OPTION' });
    const running = await sim({});
    await expect(startSim({ small: true, endpoint: running.endpoint })).rejects.toMatchObject({ code: 'BRIDGE_ENDPOINT' });
  });

  it.skipIf(!hasBridge)('is read by the facility’s own client (skipped without python3-karabo-bridge)', async () => {
    const running = await sim({ seed: 6, firstTrainId: 10_178, lossless: true, rate: Infinity });
    const script = `
import json, sys
from karabo_bridge import Client
client = Client(sys.argv[1], timeout=10)
for _ in range(4):
    data, meta = client.next()
    pixels = data['${CAMERA_ONLINE}']['data.image.pixels']
    rings = data['${DETECTOR_ONLINE}']['image.data']
    print(json.dumps({'tid': meta['${MOTOR}']['timestamp.tid'], 'pixels': int(pixels.sum()), 'shape': [list(pixels.shape), list(rings.shape)], 'ring': float(rings[3, 2, 1, 0]),
      'open': data['${SHUTTER}']['isOpen'], 'flux': data['${XGM}']['pulseEnergy.photonFlux'], 'type': type(data['${MOTOR}']['actualPosition']).__name__}))`;
    const { stdout } = await promisify(execFile)(PYTHON, ['-W', 'error', '-c', script, running.endpoint]);
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as unknown);
    const expected = [10_178, 10_179, 10_180, 10_181].map((id) => {
      const train = makeTrain(6, id, { small: true });
      const [pixels, rings] = [pixelsOf(train), ringsOf(train)];
      return {
        tid: id,
        pixels: pixels.data.reduce((a, b) => a + b, 0),
        shape: [pixels.shape, rings.shape],
        ring: rings.data[(3 * 16 + 2) * 64 + 1],
        open: id < 10_180,
        flux: train.sources.get(XGM)!.get('pulseEnergy.photonFlux'),
        type: 'float',
      };
    });
    expect(lines).toEqual(expected);
  });
});
