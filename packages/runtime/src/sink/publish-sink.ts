import { Labelled, NdArray, flatData, outcomeNames } from '@trainyard/core';
import { BridgeFloat, BridgeServer, metadataFor, type Sendable, type SendableSource } from '@trainyard/karabo-bridge';
import type { FinishedTrain } from '../engine/finished-train.ts';
import type { Sink } from '../engine/sink.ts';
import { readWire } from '../worker/wire.ts';

/** Recorded trains that may wait for a slow client; then the data wait, too. Live, only the newest waits. */
const QUEUE = 4;
/** At the end of recorded data clients have so long to ask for what waits. */
const LAST_CALL_MS = 10_000;

/**
 * Results on the Karabo bridge, for `karabo_bridge.Client` and the like: source `yard/<group>/<view>`, keys `data` and
 * `outcome`. A REP socket: each client asks for the next train.
 */
export class PublishSink implements Sink {
  readonly #server: BridgeServer;
  readonly #lossless: boolean;
  #sending = 0;
  onRoom: () => void = () => undefined;

  static async bind(endpoint: string, lossless: boolean): Promise<PublishSink> {
    return new PublishSink(await BridgeServer.bind({ endpoint, socket: 'REP', version: '2.2', ...(lossless ? { capacity: 0 } : { policy: 'drop-oldest', capacity: 1 }) }), lossless);
  }

  private constructor(server: BridgeServer, lossless: boolean) {
    this.#server = server;
    this.#lossless = lossless;
  }

  /** Recorded data wait for clients: nothing of them is dropped. */
  get full(): boolean {
    return this.#lossless && this.#sending >= QUEUE;
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  generation(): void {
    // The bridge names its sources with every train.
  }

  train(train: FinishedTrain): void {
    const sources = new Map<string, SendableSource>();
    const now = Date.now();
    for (const [id, { outcome, memory }] of train.outcomes) {
      const source = `yard/${id}`;
      const values = new Map<string, Sendable>([['outcome', outcomeNames[outcome.code]!]]);
      if (outcome.code === 0 && outcome.value !== undefined) for (const [key, value] of asSendable(readWire(outcome.value, memory))) values.set(key, value);
      sources.set(source, { metadata: metadataFor(source, train.trainId, now), values });
    }
    this.#sending += 1;
    void this.#server.send(sources).catch(() => undefined).finally(() => {
      this.#sending -= 1;
      this.onRoom();
    });
  }

  async close(): Promise<void> {
    let [left, until] = [this.#sending, Date.now() + (this.#lossless ? LAST_CALL_MS : 0)];
    while (this.#sending > 0 && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (this.#sending < left) [left, until] = [this.#sending, Date.now() + LAST_CALL_MS];
    }
    this.#server.close();
  }
}

/** `data`, or `data.<series>` of several; arrays are copied, since the buffer is used again. */
function* asSendable(value: unknown): Generator<[string, Sendable]> {
  if (value instanceof Labelled) yield* asSendable(value.array);
  else if (value instanceof NdArray) yield ['data', asArray(value)];
  else if (typeof value === 'number') yield ['data', new BridgeFloat(value)];
  else if (typeof value === 'object' && value !== null) {
    for (const [name, series] of Object.entries(value)) yield [`data.${name}`, series instanceof NdArray ? asArray(series) : (series as Sendable)];
  } else yield ['data', value as Sendable];
}

function asArray(array: NdArray): Sendable {
  const data = flatData(array);
  return { dtype: array.dtype, shape: array.shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() };
}
