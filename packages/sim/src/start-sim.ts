/** The simulated facility on a ZeroMQ socket. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BridgeServer, encode } from '@trainyard/karabo-bridge';
import type { BridgeVersion, ServerSocket } from '@trainyard/karabo-bridge';
import { bridgeMessage } from './bridge-message.ts';
import { Facility } from './make-train.ts';
import { SimError } from './sim-train.ts';
import type { SimOptions } from './sim-train.ts';

export interface StartSimOptions extends SimOptions {
  /** Default `tcp://127.0.0.1:0`: this machine only, a free port. */
  readonly endpoint?: string;
  /** Default REP. */
  readonly socket?: ServerSocket;
  /** Default 2.2. */
  readonly version?: BridgeVersion;
  /** Trains a second, default 10; Infinity for as fast as they are taken (with `lossless`). */
  readonly rate?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Default 10000. */
  readonly firstTrainId?: number;
  /** Ends after so many trains; without it the facility runs until it is stopped. */
  readonly trains?: number;
  /** Trains that wait for a client, default 10. When it is full the oldest is dropped. */
  readonly queue?: number;
  /** Waits for the client instead of dropping a train. Trains then come when they are taken, `rate` is an upper bound. Not for PUB, which never waits. */
  readonly lossless?: boolean;
  readonly signal?: AbortSignal;
}

/** A running simulation. */
export interface RunningSim {
  /** With the real port. */
  readonly endpoint: string;
  /** Trains that went out. */
  sent(): number;
  /** Trains that nobody asked for in time. PUB's own losses for slow clients are not known to it. */
  dropped(): number;
  /** Resolves when the socket is closed: stopped, aborted, or `trains` are made and those that waited were taken or waited one second more. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** How long the last trains wait for a client before a simulation of limited length ends. */
const LAST_CALL_MS = 1000;

/**
 * Starts to send trains: `firstTrainId` now, the next each `1 / rate` s after the first by the clock, whether anybody listens or not.
 *
 * Like a real facility it does not wait for a slow client: at most `queue` trains wait, besides one that is in the server's hands already
 * and so may be older than those; the others are dropped and counted.
 * The loop of frames is made before it returns (about 0.8 s at full size); afterwards no image is computed or copied again.
 *
 * @throws SimError `SIM_BAD_OPTION`; BridgeError `BRIDGE_ENDPOINT` when the address is in use.
 */
export async function startSim(options: StartSimOptions = {}): Promise<RunningSim> {
  const { endpoint = 'tcp://127.0.0.1:0', socket = 'REP', version = '2.2', rate = 10, seed = 1, firstTrainId = 10_000 } = options;
  const { trains = Infinity, queue = 10, lossless = false, signal } = options;
  if (!(rate > 0)) throw new SimError('SIM_BAD_OPTION', `rate is ${rate}: give trains per second, more than 0`);
  if (!lossless && rate === Infinity) throw new SimError('SIM_BAD_OPTION', 'rate is Infinity: that needs lossless, or nearly all trains would be dropped');
  if (lossless && socket === 'PUB') throw new SimError('SIM_BAD_OPTION', 'lossless with PUB: a PUB socket never waits for its clients, take REP or PUSH');
  if (!Number.isInteger(queue) || queue < 1) throw new SimError('SIM_BAD_OPTION', `queue is ${queue}: give a whole number from 1`);
  if (trains !== Infinity && (!Number.isInteger(trains) || trains < 1)) throw new SimError('SIM_BAD_OPTION', `trains is ${trains}: give a whole number from 1`);
  signal?.throwIfAborted();

  const facility = new Facility(seed, options);
  facility.train(firstTrainId); // refuses a bad train ID before there is a socket
  facility.prepare();
  const server = await BridgeServer.bind({ endpoint, socket, version, capacity: socket === 'PUB' ? queue : 0 });

  const stopping = new AbortController();
  const waiting: Uint8Array[][] = [];
  let inHand = false;
  let sent = 0;
  let dropped = 0;
  let wakeSender = (): void => {};
  let wakeProducer = (): void => {};

  /** Waits until the queue can take one more train. */
  async function room(): Promise<void> {
    while (waiting.length >= queue && !stopping.signal.aborted) await new Promise<void>((wake) => (wakeProducer = wake));
  }

  async function produce(): Promise<void> {
    let start = performance.now();
    for (let n = 0; n < trains && !stopping.signal.aborted; n++) {
      const due = start + (n * 1000) / rate;
      const late = performance.now() - due;
      if (late < 0) await sleep(-late, undefined, { signal: stopping.signal }).catch(() => {});
      else if (lossless) start += late; // the client set the pace: no burst to catch up
      if (lossless) await room();
      if (stopping.signal.aborted) return;
      if (waiting.length >= queue) {
        waiting.shift();
        dropped += 1;
      }
      waiting.push(encode(bridgeMessage(facility.train(firstTrainId + n)), version));
      wakeSender();
    }
    const end = performance.now() + (lossless ? Infinity : LAST_CALL_MS);
    const left = (): number => waiting.length + (inHand ? 1 : 0);
    while (left() > 0 && !stopping.signal.aborted && performance.now() < end) await sleep(10);
    dropped += left();
    waiting.length = 0;
  }

  async function send(): Promise<void> {
    while (!stopping.signal.aborted) {
      const frames = waiting.shift();
      if (frames === undefined) {
        await new Promise<void>((wake) => (wakeSender = wake));
        continue;
      }
      wakeProducer();
      inHand = true;
      try {
        await server.send(frames);
        sent += 1;
      } catch (error) {
        if (stopping.signal.aborted) return; // closed while it waited
        throw error;
      } finally {
        inHand = false;
      }
    }
  }

  async function run(): Promise<void> {
    const sending = send();
    try {
      await Promise.race([produce(), sending]);
    } finally {
      stop();
      server.close();
      await sending.catch(() => {}); // its error, if any, is the one that ended the race
    }
  }

  function stop(): void {
    stopping.abort();
    wakeSender();
    wakeProducer();
    signal?.removeEventListener('abort', stop);
  }

  signal?.addEventListener('abort', stop);
  const done = run();
  done.catch(() => {}); // whoever awaits `done` gets it; nobody has to
  return {
    endpoint: server.endpoint,
    sent: () => sent,
    dropped: () => dropped,
    done,
    stop: () => {
      stop();
      return done;
    },
  };
}
