import { YardError, type DataPath } from '@trainyard/core';
import type { Player, SourceStatus, SourceTree } from '@trainyard/control';
import type { RecordedTrains } from './recorded-trains.ts';
import type { PlayChange, ReadyTrain, TrainSource } from './train-source.ts';

/** Trains a second at the start: as they came. */
const RATE = 10;
const MOST_RATE = 1000;
/** Where the next train is so near, what has changed is seen on it. */
const SOON_MS = 300;

/**
 * Recorded trains for people who look: given as a stream would, a train every so often, from wherever the train slider is put. Nothing is
 * dropped; views that are slower than the rate slow it down. At the end it stands on the last train.
 */
export class PlayedTrains implements TrainSource {
  onChange = (): void => undefined;
  readonly recorded: RecordedTrains['recorded'];
  readonly dropped = {};
  readonly ended = false;
  readonly #data: RecordedTrains;
  /** The train that was given last. */
  #index = -1;
  /** The train that a person asked for, which comes next whatever the time. A newer wish takes its place. */
  #asked: number | undefined;
  /** A train that was asked for is with the workers: until they are through the next one can be another yet. */
  #isAskedOut = false;
  #paused = false;
  #rate = RATE;
  #loop = false;
  /** When the next train is due. */
  #dueAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(data: RecordedTrains) {
    this.#data = data;
    this.recorded = data.recorded;
  }

  get tree(): SourceTree {
    return this.#data.tree;
  }

  get files(): readonly string[] {
    return this.#data.files;
  }

  /** What the list takes and these data do not have at all, in words. */
  get lacking(): readonly string[] {
    return this.#data.lacking;
  }

  get status(): SourceStatus {
    const player = this.#player;
    const { what } = this.#data.status;
    const where = `Train ${player.index + 1} of ${player.trains} of ${what}, ID ${player.trainId}`;
    const how = player.rate === 0 ? 'as fast as the views are' : `${player.rate} trains a second`;
    const message = !player.paused ? `${where}; ${how}.` : player.index === player.trains - 1 ? `${where}: it is the last one, and stays.` : `${where}: paused.`;
    return { what, kind: this.recorded.kind, status: 'streaming', message, player };
  }

  get #player(): Player {
    const { trainIds } = this.#data;
    const index = Math.max(0, this.#asked ?? this.#index);
    return { paused: this.#paused, index, trains: trainIds.length, trainId: trainIds[index]!, rate: this.#rate, loop: this.#loop };
  }

  async open(): Promise<void> {
    this.onChange();
  }

  want(paths: ReadonlyMap<string, DataPath>): void {
    this.#data.want(paths);
  }

  play(change: PlayChange): void {
    const { paused, trainId, index = this.#indexOf(trainId), rate, loop } = checked(change);
    const last = this.#data.trainIds.length - 1;
    // Who starts what stands at the end means from the beginning.
    const restarts = paused === false && this.#paused && (this.#asked ?? this.#index) >= last && index === undefined;
    if (index !== undefined || restarts) this.#asked = Math.min(index ?? 0, last);
    this.#paused = paused ?? this.#paused;
    this.#loop = loop ?? this.#loop;
    if (rate !== undefined && rate !== this.#rate) {
      this.#rate = rate;
      this.#dueAt = performance.now() + this.#everyMs;
    }
    // Views in several stages are at different trains, and not every one was shown.
    if (paused === true) this.again();
    this.onChange();
  }

  /** Of the train, or the first one recorded after it; after all of them the last one. */
  #indexOf(trainId: number | undefined): number | undefined {
    if (trainId === undefined) return undefined;
    const { trainIds } = this.#data;
    const found = trainIds.findIndex((id) => id >= trainId);
    return found < 0 ? trainIds.length - 1 : found;
  }

  again(): void {
    if (this.#index < 0 || (!this.#paused && this.#everyMs < SOON_MS)) return;
    this.#asked ??= this.#index;
    this.onChange();
  }

  take(): ReadyTrain | undefined {
    const now = performance.now();
    const isAsked = this.#asked !== undefined;
    const next = isAsked ? this.#isAskedOut ? undefined : this.#asked : this.#inTurn(now);
    if (next === undefined) return undefined;
    const before = this.#index;
    this.#index = next;
    this.#asked = undefined;
    this.#isAskedOut ||= isAsked;
    this.#dueAt = Math.max(this.#dueAt, now - this.#everyMs) + this.#everyMs;
    if (isAsked) this.#dueAt = now + this.#everyMs;
    if (next === this.#data.trainIds.length - 1 && !this.#loop) this.#paused = true;
    return {
      trainId: this.#data.trainIds[next]!,
      absent: this.#data.absent,
      ...(next < before && { anew: true }),
      ...(next === before && { again: true }),
      ...(this.#paused && { stays: true }),
      release: () => {
        if (isAsked) this.#isAskedOut = false;
        this.onChange();
      },
    };
  }

  /** The train whose time has come. */
  #inTurn(now: number): number | undefined {
    if (this.#paused) return undefined;
    const { length } = this.#data.trainIds;
    if (this.#index >= length - 1 && !this.#loop) return undefined;
    // Timers come up to a millisecond early.
    if (now < this.#dueAt - 1) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.onChange(), this.#dueAt - now);
      return undefined;
    }
    return (this.#index + 1) % length;
  }

  get #everyMs(): number {
    return this.#rate === 0 ? 0 : 1000 / this.#rate;
  }

  async close(): Promise<void> {
    this.#paused = true;
    clearTimeout(this.#timer);
    await this.#data.close();
  }
}

function checked(change: PlayChange): PlayChange {
  const { paused, index, trainId, rate, loop } = change;
  const wrong = (what: string): never => {
    throw new YardError('PLAY', `"play" takes ${what}.`);
  };
  for (const [name, value] of Object.entries({ paused, loop })) if (value !== undefined && typeof value !== 'boolean') wrong(`"${name}" as true or false`);
  for (const [name, value] of Object.entries({ index, trainId })) if (value !== undefined && !(Number.isInteger(value) && value >= 0)) wrong(`"${name}" as a whole number from 0`);
  if (rate !== undefined && !(typeof rate === 'number' && rate >= 0 && rate <= MOST_RATE)) wrong(`"rate" as trains a second from 0 (as fast as the views are) to ${MOST_RATE}`);
  return { ...(paused !== undefined && { paused }), ...(index !== undefined && { index }), ...(trainId !== undefined && { trainId }), ...(rate !== undefined && { rate }), ...(loop !== undefined && { loop }) };
}
