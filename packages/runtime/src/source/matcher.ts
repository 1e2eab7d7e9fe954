import type { Piece } from './receive-messages.ts';
import type { WhenFull } from './stream-address.ts';
import { IN_A_ROW, RESTART, TrainClock } from './train-clock.ts';

/** A train that is being put together, or is waiting to be computed. */
export interface MatchedTrain {
  readonly trainId: number;
  readonly pieces: Piece[];
  readonly sources: Set<string>;
  readonly since: number;
  /** The train IDs began anew with it. */
  anew: boolean;
}

/** A train that was seen and will not be computed. */
export interface LostTrain {
  readonly trainId: number;
  readonly sources: ReadonlySet<string>;
  readonly rule: string;
  readonly anew: boolean;
}

/** What is known of one stream. */
export interface Lane {
  readonly whenFull: WhenFull;
  readonly clock: TrainClock;
  /** Pieces of it that were not computed, by rule. */
  readonly dropped: Record<string, number>;
  /** Its sources do not come for a train together, in one message: they are waited for one by one. */
  splits: boolean;
  /** Pieces in a row that were out of step with the other sources. */
  apart: number;
  /** Trains with a piece of it that are being put together. */
  open: number;
  /** Complete trains with a piece of it that wait for a worker. */
  waiting: number;
  /** When it was last waited for although it had not come yet. */
  expectedAt: number;
}

/** A source that was not heard of for so long does not keep others from moving on, or from sending in its place. */
const ALIVE_MS = 10_000;

/**
 * Puts trains together by train ID, over all streams. A train is complete when all that was due has come; else it closes when what is
 * due has gone on to a later train, or when its window has passed. What stays away holds up nothing after that: only the views that
 * need it have no data. Trains are given in ascending order.
 */
export class Matcher {
  readonly lanes: readonly Lane[];
  /** What was not computed, by rule: single pieces, and whole trains that were told of by `takeLost`. */
  readonly dropped: Record<string, number> = {};
  /** A source came on two streams: that of `taken` is used. */
  onDoubled: (source: string, taken: number, left: number) => void = () => undefined;
  readonly #windowMs: number;
  readonly #capacity: number;
  readonly #sources = new Map<string, TrainClock>();
  /** Ascending. */
  #open: MatchedTrain[] = [];
  /** Trains that wait for a worker, and lost ones among them: ascending. */
  readonly #ready: (MatchedTrain | LostTrain)[] = [];
  #newest = -1;
  /** The last train that was closed, and how many were. */
  #closed: MatchedTrain | undefined;
  #count = 0;
  #anew = false;

  /** `capacity`: trains of a stream that drops that may wait for a worker. */
  constructor(policies: readonly WhenFull[], windowMs: number, capacity: number) {
    this.lanes = policies.map((whenFull, stream) => ({ whenFull, clock: new TrainClock(stream), dropped: {}, splits: false, apart: 0, open: 0, waiting: 0, expectedAt: -Infinity }));
    this.#windowMs = windowMs;
    this.#capacity = capacity;
  }

  /** Takes a piece in; gives back pieces whose slots are free again. */
  add(piece: Piece, now: number): Piece[] {
    const lane = this.lanes[piece.stream]!;
    const own = this.lanes.length > 1 ? this.#ownSources(piece, now) : piece;
    if (!own) return this.#drop('on two streams', piece);
    const isFar = this.#newest >= 0 && Math.abs(own.trainId - this.#newest) > RESTART;
    let freed: Piece[] = [];
    if ((isFar || this.#isLateAgain(own, lane)) && this.#mayMove(own, lane, now)) {
      if (own.trainId < this.#newest) freed = this.#restart();
    } else if (isFar) {
      lane.apart += 1;
      for (const clock of this.#clocks(own)) clock.stray(own.trainId, now);
      return this.#drop('out of step', own);
    }
    lane.apart = 0;
    return [...freed, ...this.#put(own, lane, now)];
  }

  /** A stream is connected: its first trains are waited for like those of one that has been there. Where trains begin, all are waited for. */
  expect(stream: number, now: number): void {
    const lane = this.lanes[stream]!;
    // One that has come already is not expected; one that connects again and again and sends nothing holds up the others once.
    if (this.#newest < 0 || lane.clock.at > -Infinity || now - lane.expectedAt < ALIVE_MS) return;
    lane.expectedAt = now;
    lane.clock.expect(this.#open[0]?.trainId ?? this.#newest + 1, this.#count);
  }

  /** A stream went away: it is not waited for, and the others may move on without it. */
  gone(stream: number): void {
    this.lanes[stream]!.clock.gone();
    for (const clock of this.#sources.values()) if (clock.stream === stream) clock.gone();
  }

  /** Whether the train IDs of a source are far from those of the others. */
  isApart(source: string): boolean {
    const last = this.#sources.get(source)?.last;
    return last !== undefined && Math.abs(last - this.#newest) > RESTART;
  }

  /** The stream that a source comes from. */
  streamOf(source: string): number | undefined {
    return this.#sources.get(source)?.stream;
  }

  /** The newest train ID that came. */
  get newest(): number {
    return this.#newest;
  }

  /** Closes trains whose time has come, in order; gives back pieces whose slots are free again. */
  close(now: number): Piece[] {
    const freed: Piece[] = [];
    while (this.#open.length && this.#isComplete(this.#open[0]!, now)) this.#finishFirst(freed);
    return freed;
  }

  /** The newest that waits makes room: the oldest waiting train with a piece of this stream is dropped, whole. */
  dropOldest(stream: number, rule: string): Piece[] {
    const lane = this.lanes[stream]!;
    const at = this.#ready.findIndex((train) => 'pieces' in train && has(train, lane));
    if (at < 0) return [];
    const train = this.#ready[at] as MatchedTrain;
    this.#ready[at] = this.#lost(train, rule);
    this.#waits(train, -1);
    return train.pieces;
  }

  /** A whole train that was dropped, when its turn has come; `take` gives nothing before it was taken. */
  takeLost(): LostTrain | undefined {
    const first = this.#ready[0];
    if (!first || 'pieces' in first) return undefined;
    this.#ready.shift();
    this.dropped[first.rule] = (this.dropped[first.rule] ?? 0) + 1;
    return first;
  }

  take(): MatchedTrain | undefined {
    const first = this.#ready[0];
    if (!first || 'rule' in first) return undefined;
    this.#ready.shift();
    this.#waits(first, -1);
    return first;
  }

  /** Trains that wait, lost ones included. */
  get waiting(): number {
    return this.#ready.length;
  }

  /** Of a source that comes on two streams the stream named first is taken, as long as it sends it. */
  #ownSources(piece: Piece, now: number): Piece | undefined {
    let others = 0;
    for (const name of Object.keys(piece.sources)) {
      const clock = this.#sources.get(name);
      if (!clock || clock.stream === piece.stream) continue;
      if (piece.stream < clock.stream || now - clock.at > ALIVE_MS) {
        this.onDoubled(name, piece.stream, clock.stream);
        clock.stream = piece.stream;
      } else {
        this.onDoubled(name, clock.stream, piece.stream);
        others += 1;
      }
    }
    if (others === 0) return piece;
    return this.#without(piece, (name) => (this.#sources.get(name)?.stream ?? piece.stream) !== piece.stream, 'on two streams');
  }

  /** The piece without some of its sources, which are counted; undefined when none is left. */
  #without(piece: Piece, isLeftOut: (source: string) => boolean, rule: string): Piece | undefined {
    const sources = Object.fromEntries(Object.entries(piece.sources).filter(([name]) => !isLeftOut(name)));
    if (Object.keys(sources).length === 0) return undefined;
    this.#drop(rule, piece);
    return { ...piece, sources };
  }

  #isLateAgain({ trainId }: Piece, lane: Lane): boolean {
    return lane.clock.late + 1 >= IN_A_ROW && this.#closed !== undefined && trainId < this.#closed.trainId;
  }

  /**
   * Whether train IDs far from all before are where the trains are now (a gap, or a stream that began anew), not a wrong clock or one
   * stream among others: never while another stream goes on as before, and within a stream when most of its sources say so, or none goes on.
   */
  #mayMove({ trainId, stream, sources }: Piece, lane: Lane, now: number): boolean {
    const isNear = (clock: TrainClock): boolean => Math.abs(clock.last! - trainId) < Math.abs(clock.last! - this.#newest);
    for (const { clock, apart } of this.lanes) {
      if (clock.stream !== stream && apart === 0 && clock.last !== undefined && now - clock.at <= ALIVE_MS && !isNear(clock)) return false;
    }
    if (Math.max(lane.clock.late, lane.apart) + 1 >= IN_A_ROW) return true;
    let along = Object.keys(sources).length;
    let against = 0;
    for (const [name, clock] of this.#sources) {
      if (clock.stream !== stream || name in sources || now - clock.at > ALIVE_MS) continue;
      if (isNear(clock)) along += 1;
      else against += 1;
    }
    return trainId > this.#newest ? along >= against : along > against;
  }

  /** What is open will not be completed any more. */
  #restart(): Piece[] {
    const freed: Piece[] = [];
    while (this.#open.length) this.#finishFirst(freed);
    this.#closed = undefined;
    this.#newest = -1;
    this.#sources.clear();
    for (const lane of this.lanes) lane.clock.forget();
    this.#anew = true;
    return freed;
  }

  #put(piece: Piece, lane: Lane, now: number): Piece[] {
    const { trainId } = piece;
    const names = Object.keys(piece.sources);
    if (this.#closed && trainId <= this.#closed.trainId) return this.#tooLate(piece, names, lane, now);
    if (this.#newest < 0) for (const { clock } of this.lanes) if (!clock.isAway) clock.expect(trainId, this.#count);
    const train = this.#trainOf(trainId, now);
    const repeated = names.filter((name) => train.sources.has(name)).length;
    const rule = has(train, lane) ? 'came twice' : 'on two streams';
    if (names.length > 0 && repeated === names.length) return this.#drop(rule, piece);
    if (has(train, lane)) lane.splits = true;
    else lane.open += 1;
    lane.splits ||= piece.mixed === true;
    train.pieces.push(repeated ? this.#without(piece, (name) => train.sources.has(name), rule)! : piece);
    for (const name of names) train.sources.add(name);
    this.#tick(piece, lane, now, false);
    this.#newest = Math.max(this.#newest, trainId);
    return this.close(now);
  }

  #tooLate(piece: Piece, names: readonly string[], lane: Lane, now: number): Piece[] {
    const closed = this.#closed!;
    if (piece.trainId === closed.trainId && names.every((name) => closed.sources.has(name))) return this.#drop('came twice', piece);
    lane.splits = true;
    // A source that is always late has come, too: the next trains wait for it.
    this.#tick(piece, lane, now, true);
    const isAlone = this.lanes.length === 1 && names.length === this.#sources.size;
    return this.#drop(isAlone ? 'came out of order' : 'came after its train was closed', piece);
  }

  /** The open train of this ID, in its place. */
  #trainOf(trainId: number, now: number): MatchedTrain {
    let at = this.#open.length;
    while (at > 0 && this.#open[at - 1]!.trainId > trainId) at -= 1;
    const found = this.#open[at - 1];
    if (found?.trainId === trainId) return found;
    const train: MatchedTrain = { trainId, pieces: [], sources: new Set(), since: now, anew: false };
    this.#open.splice(at, 0, train);
    return train;
  }

  #clocks({ stream, sources }: Piece): TrainClock[] {
    return Object.keys(sources).map((name) => {
      let clock = this.#sources.get(name);
      if (!clock) this.#sources.set(name, (clock = new TrainClock(stream)));
      return clock;
    });
  }

  /** The stream, and the sources that it sends, have come. */
  #tick(piece: Piece, lane: Lane, now: number, isLate: boolean): void {
    lane.clock.tick(piece.trainId, now, this.#count, isLate);
    for (const clock of this.#clocks(piece)) clock.tick(piece.trainId, now, this.#count, isLate);
  }

  #isComplete(train: MatchedTrain, now: number): boolean {
    const { trainId, sources, since } = train;
    if (now - since >= this.#windowMs) return true;
    let splits = false;
    for (const lane of this.lanes) {
      if (lane.clock.isDue(trainId, this.#count) && !has(train, lane)) return false;
      splits ||= lane.splits;
    }
    if (!splits) return true;
    for (const [name, clock] of this.#sources) {
      if (this.lanes[clock.stream]!.splits && clock.isDue(trainId, this.#count) && !sources.has(name)) return false;
    }
    return true;
  }

  #finishFirst(freed: Piece[]): void {
    const train = this.#open.shift()!;
    train.anew = this.#anew;
    this.#anew = false;
    this.#closed = train;
    this.#count += 1;
    for (const lane of this.lanes) if (has(train, lane)) lane.open -= 1;
    const rule = this.#noRoom(train);
    if (rule !== undefined) {
      this.#ready.push(this.#lost(train, rule));
      freed.push(...train.pieces);
      return;
    }
    this.#ready.push(train);
    this.#waits(train, 1);
    for (const lane of this.lanes) {
      if (lane.whenFull === 'drop-oldest' && lane.waiting > this.#capacity) freed.push(...this.dropOldest(lane.clock.stream, 'no worker was free'));
    }
  }

  /** Why a train that has just been closed is dropped. */
  #noRoom(train: MatchedTrain): string | undefined {
    const lost = train.pieces.find((piece) => piece.lost !== undefined);
    if (lost) return lost.lost;
    const full = this.lanes.some((lane) => lane.whenFull === 'drop-newest' && lane.waiting >= this.#capacity && has(train, lane));
    return full ? 'no worker was free' : undefined;
  }

  #lost({ trainId, sources, pieces, anew }: MatchedTrain, rule: string): LostTrain {
    this.#book(rule, pieces);
    return { trainId, sources, rule, anew };
  }

  #waits(train: MatchedTrain, one: 1 | -1): void {
    for (const lane of this.lanes) if (has(train, lane)) lane.waiting += one;
  }

  /** A piece by itself. */
  #drop(rule: string, piece: Piece): Piece[] {
    this.dropped[rule] = (this.dropped[rule] ?? 0) + 1;
    this.#book(rule, [piece]);
    return [piece];
  }

  #book(rule: string, pieces: readonly Piece[]): void {
    for (const { stream } of pieces) {
      const { dropped } = this.lanes[stream]!;
      dropped[rule] = (dropped[rule] ?? 0) + 1;
    }
  }
}

function has(train: MatchedTrain, { clock }: Lane): boolean {
  return train.pieces.some((piece) => piece.stream === clock.stream);
}
