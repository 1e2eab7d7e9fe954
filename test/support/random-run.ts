import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { openRun, type RunData } from '@trainyard/exdf';
import { BridgeFloat, BridgeServer, metadataFor, type Sendable, type SendableSource } from '@trainyard/karabo-bridge';
import { writeSimRun } from '@trainyard/sim';

/** Trains in a row, after a gap in the train IDs; the sources of one aggregator may be absent. */
export interface Segment {
  readonly gap: number;
  readonly trains: number;
  /** DA01 has the XGM, shutter and motor, DA02 the camera. */
  readonly lacks: 'DA01' | 'DA02' | undefined;
}

export interface RandomRun {
  readonly seed: number;
  readonly first: number;
  readonly segments: readonly Segment[];
}

/** Runs of some ten to 150 trains: gaps inside a block and over several, sources that are away for a while. Never without any. */
export const randomRun: fc.Arbitrary<RandomRun> = fc.record({
  seed: fc.integer({ min: 1, max: 1000 }),
  first: fc.integer({ min: 10_000, max: 10_200 }),
  // The first trains are whole, so that there is something to begin with.
  segments: fc.array(
    fc.record({
      gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 200 })),
      trains: fc.integer({ min: 1, max: 50 }),
      lacks: fc.option(fc.constantFrom('DA01' as const, 'DA02' as const), { nil: undefined, freq: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  ).map((segments) => [{ gap: 0, trains: 20, lacks: undefined }, ...segments]),
});

/** Writes the run as European XFEL's files, one sequence for each segment. */
export async function writeRandomRun(folder: string, { seed, first, segments }: RandomRun): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let next = first;
  for (const [i, { gap, trains, lacks }] of segments.entries()) {
    const part = `${folder}-${i}`;
    await writeSimRun(part, { seed, firstTrainId: next + gap, trains, small: true, detector: false });
    next += gap + trains;
    for (const name of readdirSync(part)) {
      if (lacks === undefined || !name.includes(lacks)) renameSync(join(part, name), join(folder, name.replace('-S00000', `-S0000${i}`)));
    }
    rmSync(part, { recursive: true });
  }
}

/** Serves the very trains of a run to whoever asks, none dropped. */
export async function serveRun(folder: string): Promise<{ readonly endpoint: string; stop(): void }> {
  const run = await openRun(folder);
  const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:*', socket: 'REP', version: '2.2' });
  const send = async (): Promise<void> => {
    for (const trainId of run.trainIds) {
      const train = new Map<string, SendableSource>();
      for (const source of run.sources.values()) {
        const values = new Map<string, Sendable>();
        for (const key of source.keys.values()) {
          const data = key.readTrain(trainId);
          if (data !== undefined) values.set(key.name, sendable(data));
        }
        const name = source.name.replace(':daqOutput', ':output');
        if (values.size) train.set(name, { metadata: metadataFor(name, trainId, trainId / 10), values });
      }
      await server.send(train);
    }
  };
  // Ended in the middle when the reader has enough.
  void send().catch(() => undefined);
  return {
    endpoint: server.endpoint,
    stop: () => {
      server.close(0);
      run.close();
    },
  };
}

function sendable({ dtype, shape, data }: RunData): Sendable {
  if (Array.isArray(data)) return data;
  if (shape.length > 0) return { dtype, shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  const value = data[0]!;
  if (dtype === 'bool') return Number(value) !== 0;
  return typeof value === 'bigint' ? value : dtype.startsWith('float') ? new BridgeFloat(value) : value;
}
