import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { parseDataPath } from '@trainyard/core';
import { streamInputs } from '../worker/train-inputs.ts';
import { Bridge, floats, message, type Sources } from './bridge.test.support.ts';
import type { LostTrain } from './matcher.ts';
import { parseStreams } from './stream-address.ts';
import { StreamTrains } from './stream-trains.ts';
import { ALL_TRAINS, type ReadyTrain } from './train-source.ts';

const PATHS = ['A/CAM/1:output[x]', 'B/XGM/1:output[x]', 'C/MOTOR/1.y'];
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Ends it after the test, the last first. */
export function afterTest(close: () => Promise<void> | void): void {
  open.push(close);
}

export async function bridge(type: 'REP' | 'PUB' = 'REP', endpoint?: string): Promise<Bridge> {
  const one = await Bridge.open(type, endpoint);
  afterTest(() => one.close());
  return one;
}

export const a = (id: number, more: Sources = {}): Uint8Array[] => message(id, { 'A/CAM/1:output': { x: floats(4, id) }, ...more });
export const b = (id: number, more: Sources = {}): Uint8Array[] => message(id, { 'B/XGM/1:output': { x: floats(2, -id) }, ...more });

/** What views see of a train: the first number of each array, or why there is none. */
function valuesOf({ trainId, data, absent }: ReadyTrain): unknown[] {
  const inputs = streamInputs({ type: 'train', seq: 0, trainId, data: data!, ...(absent && { absent }) }, new Map());
  return PATHS.slice(0, 2).map((text): unknown => {
    const found = inputs.get(text, parseDataPath(text));
    return 'missing' in found ? found.missing : (found.value as { get(i: number): number }).get(0);
  });
}

type Taken = { readonly train: ReadyTrain; readonly values: unknown[] } | { readonly lost: LostTrain };

/** A list that takes three paths, and takes trains as they come, in order. */
export class Taker {
  readonly source: StreamTrains;
  readonly notes: string[] = [];
  readonly all: Taken[] = [];
  /** Trains that may be held at once; 0 stops. */
  most = Infinity;
  held: ReadyTrain[] = [];

  constructor(...streams: string[]) {
    this.source = new StreamTrains(parseStreams(streams, 'REQ'), ALL_TRAINS, 1);
    this.source.want(new Map(PATHS.map((text) => [text, parseDataPath(text)])));
    this.source.onNote = (text) => this.notes.push(text);
    this.source.onChange = () => this.pull();
    afterTest(() => this.source.close());
  }

  async start(): Promise<this> {
    await this.source.open();
    return this;
  }

  pull(): void {
    for (;;) {
      const lost = this.source.takeLost();
      if (lost) {
        this.all.push({ lost });
        continue;
      }
      const train = this.held.length < this.most ? this.source.take() : undefined;
      if (!train) return;
      this.all.push({ train, values: valuesOf(train) });
      if (this.most === Infinity) train.release();
      else this.held.push(train);
    }
  }

  release(): void {
    this.most = Infinity;
    for (const train of this.held.splice(0)) train.release();
    this.pull();
  }

  get trains(): ReadyTrain[] {
    return this.all.flatMap((one) => ('train' in one ? [one.train] : []));
  }

  /** What views saw of each train, read while it was held. */
  get values(): unknown[][] {
    return this.all.flatMap((one) => ('train' in one ? [one.values] : []));
  }

  /** Every train in the order in which it was told of, lost ones included. */
  get told(): number[] {
    return this.all.map((part) => ('train' in part ? part.train.trainId : part.lost.trainId));
  }

  get ids(): number[] {
    return this.trains.map(({ trainId }) => trainId);
  }

  async until(what: string, wanted: () => boolean, withinMs = 20_000): Promise<void> {
    const end = Date.now() + withinMs;
    while (!wanted()) {
      if (Date.now() > end) throw new Error(`It did not come to this: ${what}. ${JSON.stringify({ ids: this.ids, status: this.source.status, dropped: this.source.dropped, notes: this.notes })}`);
      await sleep(5);
    }
  }
}
