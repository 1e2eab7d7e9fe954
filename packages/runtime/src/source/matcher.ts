import type { Piece } from './receive-messages.ts';

/** A train that is being put together, or is waiting to be computed. */
export interface MatchedTrain {
  readonly trainId: number;
  readonly pieces: Piece[];
  readonly sources: Set<string>;
  readonly since: number;
}

/** A train that was seen and will not be computed. */
export interface LostTrain {
  readonly trainId: number;
  readonly sources: ReadonlySet<string>;
  readonly rule: string;
}

/** Trains back by more than this is a stream that began anew, not a late train. */
const RESTART = 1000;
/** So many pieces in a row that are too old are no late ones either: the stream began anew a little earlier. */
const LATE_IN_A_ROW = 20;
/** A source that was not in so many trains is not waited for. */
const FORGET = 10;

/**
 * Puts trains together by train ID. A train is complete when every source that came lately has come for it; else it
 * closes when a later train of all of them has arrived or its window has passed. A source that stays away holds up
 * nothing after that: only the views that need it have no data.
 */
export class Matcher {
  readonly #windowMs: number;
  readonly #capacity: number;
  readonly #open = new Map<number, MatchedTrain>();
  /** Complete trains that wait for a worker, oldest first. */
  readonly #ready: MatchedTrain[] = [];
  readonly #lost: LostTrain[] = [];
  /** Source -> the last train ID it came with. */
  readonly #lastSeen = new Map<string, number>();
  #newest = -1;
  #closed = -1;
  #lateInRow = 0;
  readonly dropped: Record<string, number> = {};
  /** Set when the train IDs went back: the stream began anew. */
  restarted = false;

  constructor(windowMs: number, capacity: number) {
    this.#windowMs = windowMs;
    this.#capacity = capacity;
  }

  /** Takes a piece in; gives back pieces whose slots are free again. */
  add(piece: Piece, now: number): Piece[] {
    const { trainId } = piece;
    this.#lateInRow = trainId <= this.#closed ? this.#lateInRow + 1 : 0;
    const freed = trainId < this.#newest - RESTART || this.#lateInRow >= LATE_IN_A_ROW ? this.#restart() : [];
    return [...freed, ...this.#put(piece, now)];
  }

  /** The simulator, or the device, was started again: what is open will not be completed any more. */
  #restart(): Piece[] {
    const freed = [...this.#open.values()].sort((a, b) => a.trainId - b.trainId).flatMap((train) => this.#finish(train));
    this.#closed = -1;
    this.#newest = -1;
    this.#lateInRow = 0;
    this.#lastSeen.clear();
    this.restarted = true;
    return freed;
  }

  #put(piece: Piece, now: number): Piece[] {
    const { trainId } = piece;
    if (trainId <= this.#closed) {
      const rule = trainId === this.#closed || this.#lastSeen.size > 1 ? 'came after its train was closed' : 'came out of order';
      // A source that is always late has come, too: the next trains wait for it.
      for (const source of Object.keys(piece.sources)) this.#lastSeen.set(source, Math.max(trainId, this.#lastSeen.get(source) ?? 0));
      return this.#drop(rule, [piece]);
    }
    let train = this.#open.get(trainId);
    if (!train) this.#open.set(trainId, (train = { trainId, pieces: [], sources: new Set(), since: now }));
    const repeated = Object.keys(piece.sources).filter((source) => train.sources.has(source));
    if (repeated.length && repeated.length === Object.keys(piece.sources).length) return this.#drop('came twice', [piece]);
    train.pieces.push(piece);
    for (const source of Object.keys(piece.sources)) {
      train.sources.add(source);
      this.#lastSeen.set(source, Math.max(trainId, this.#lastSeen.get(source) ?? 0));
    }
    this.#newest = Math.max(this.#newest, trainId);
    return this.close(now);
  }

  /** Closes trains whose time has come, in order; gives back the pieces of trains dropped for want of room. */
  close(now: number): Piece[] {
    const freed: Piece[] = [];
    for (const train of [...this.#open.values()].sort((a, b) => a.trainId - b.trainId)) {
      if (!this.#isComplete(train, now)) break;
      freed.push(...this.#finish(train));
    }
    return freed;
  }

  #finish(train: MatchedTrain): Piece[] {
    this.#open.delete(train.trainId);
    this.#closed = train.trainId;
    this.#ready.push(train);
    return this.#ready.length > this.#capacity ? this.dropOldest('no worker was free') : [];
  }

  /** The newest that waits makes room: the oldest waiting train is dropped and counted. */
  dropOldest(rule: string): Piece[] {
    const train = this.#ready.shift();
    if (!train) return [];
    this.#lost.push({ trainId: train.trainId, sources: train.sources, rule });
    return this.#drop(rule, train.pieces);
  }

  /** A whole train that was dropped and nobody was told of yet: it is older than all that wait, and has an outcome, too. */
  takeLost(): LostTrain | undefined {
    return this.#lost.shift();
  }

  take(): MatchedTrain | undefined {
    return this.#ready.shift();
  }

  get waiting(): number {
    return this.#ready.length;
  }

  #isComplete(train: MatchedTrain, now: number): boolean {
    if (now - train.since >= this.#windowMs) return true;
    for (const [source, last] of this.#lastSeen) {
      if (train.sources.has(source)) continue;
      // It has come with a later train, or has stayed away: not waited for.
      if (last > train.trainId || last < train.trainId - FORGET) continue;
      return false;
    }
    return true;
  }

  #drop(rule: string, pieces: readonly Piece[]): Piece[] {
    this.dropped[rule] = (this.dropped[rule] ?? 0) + 1;
    return [...pieces];
  }
}
