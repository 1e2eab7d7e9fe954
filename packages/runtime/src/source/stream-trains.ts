import type { DataPath } from '@trainyard/core';
import type { SourceStatus, SourceTree } from '@trainyard/control';
import { availableWorkers } from '../crew/available-workers.ts';
import { Matcher, type LostTrain, type MatchedTrain } from './matcher.ts';
import type { FromReceiver, Piece, Wanted } from './receive-messages.ts';
import { Stream, type Standing } from './stream.ts';
import type { StreamSettings } from './stream-address.ts';
import { StreamPaths, type SeenSource } from './stream-paths.ts';
import { StreamTree } from './stream-tree.ts';
import type { ReadyTrain, TrainRange, TrainSource } from './train-source.ts';
import { wantedOf } from './wanted.ts';

/** Trains of a stream that may wait for a worker. */
const CAPACITY = 8;
/** Trains that wait for other streams are no burden for the workers: a stream may have so many more, told in steps. */
const MOST_OPEN = 64;
const OPEN_STEP = 4;
const WINDOW_MS = 500;
const CLOSE_MS = 50;
const HINTS_MS = 1000;
/** So many parts of trains in a row that came too late are a stream that is behind. */
const BEHIND = 10;
/** Rules by which nothing is lost that was wanted: told of each stream, not among the drops of the yard. */
const NOT_LOST: ReadonlySet<string> = new Set(['sampled', 'no train ID', 'on two streams']);

/** One or several Karabo bridges, each with its receive thread; their trains are matched by ID. */
export class StreamTrains implements TrainSource {
  onChange = (): void => undefined;
  onNote = (_text: string): void => undefined;
  readonly recorded = undefined;
  readonly #range: TrainRange;
  readonly #depth: number;
  readonly #streams: readonly Stream[];
  readonly #matcher: Matcher;
  readonly #tree = new Map<string, SeenSource>();
  readonly #paths = new StreamPaths(this.#tree);
  readonly #seen = new StreamTree();
  /** Per stream, the sources that another one gives. */
  readonly #notFrom: readonly Set<string>[];
  /** Sources that were found on two streams, to be said. */
  readonly #doubles = new Map<string, string[]>();
  /** What was said already. */
  readonly #said = new Set<string>();
  #wanted: Wanted = {};
  #counted = 0;
  /** The train IDs began anew with a train that nobody was given. */
  #anew = false;
  #timers: NodeJS.Timeout[] = [];

  /** `streams` as `parseStreams` gives them; `workers` that compute trains at once. */
  constructor(streams: readonly StreamSettings[], range: TrainRange, workers = Math.max(1, availableWorkers() - 1)) {
    this.#range = range;
    this.#depth = CAPACITY + workers;
    this.#streams = streams.map((settings, index) => new Stream(settings, index, (message, stream) => this.#receive(message, stream)));
    this.#notFrom = streams.map(() => new Set());
    this.#matcher = new Matcher(streams.map(({ whenFull }) => whenFull), WINDOW_MS, CAPACITY);
    for (const stream of this.#streams) stream.onTurn = () => this.#turned(stream);
    this.#matcher.onDoubled = (source, taken, left) => this.#doubled(source, taken, left);
  }

  async open(): Promise<void> {
    await Promise.all(this.#streams.map((stream) => stream.open(this.#depth + (stream.settings.whenFull === 'block' ? 0 : MOST_OPEN))));
    for (const stream of this.#streams) stream.send({ type: 'go' });
    const close = setInterval(() => {
      this.#free(this.#matcher.close(Date.now()));
      this.#tellOpen();
      if (this.#matcher.waiting) this.onChange();
    }, CLOSE_MS);
    this.#timers = [close, setInterval(() => this.#sayHints(), HINTS_MS)];
  }

  get ended(): boolean {
    return this.#counted >= this.#range.to;
  }

  /** When the last stream was there that is not there any more; milliseconds since 1970. */
  get lastAlive(): number {
    return Math.max(...this.#streams.map((stream) => stream.lastAlive));
  }

  get dropped(): Readonly<Record<string, number>> {
    const all: Record<string, number> = {};
    for (const dropped of [this.#matcher.dropped, ...this.#streams.map((stream) => stream.dropped)]) {
      for (const [rule, n] of Object.entries(dropped)) if (!NOT_LOST.has(rule)) all[rule] = (all[rule] ?? 0) + n;
    }
    return all;
  }

  get status(): SourceStatus {
    const { ended } = this;
    const streams = this.#streams.map((stream) => stream.status(this.#standing(stream), ended));
    const states = streams.map(({ status }) => status);
    const away = streams.filter(({ status }) => status !== 'streaming').map(({ message }) => message);
    const hints = streams.flatMap(({ what, hint }) => (hint === undefined ? [] : [streams.length > 1 ? `${what}: ${hint}` : hint]));
    const message = streams.length === 1 ? streams[0]!.message : away.length ? away.join(' ') : `Receiving from ${streams.length} streams.`;
    return {
      what: streams.map(({ what }) => what).join(', '),
      kind: 'stream',
      status: ended ? 'ended' : states.includes('streaming') ? 'streaming' : states.every((state) => state === 'gone') ? 'gone' : 'waiting',
      message: [message, ...hints].join(' '),
      ...(Number.isFinite(this.#range.to) && { total: this.#range.to - this.#range.from }),
      streams,
    };
  }

  get tree(): SourceTree {
    return this.#seen.tree;
  }

  get rates(): Readonly<Record<string, number>> {
    return this.#seen.rates();
  }

  want(paths: ReadonlyMap<string, DataPath>): void {
    this.#paths.take(paths);
    this.#pathsChanged();
    this.#wanted = wantedOf(paths.values());
    for (const stream of this.#streams) this.#wantFrom(stream);
  }

  takeLost(): LostTrain | undefined {
    for (let lost = this.#next(() => this.#matcher.takeLost()); lost; lost = this.#next(() => this.#matcher.takeLost())) {
      if (this.#isCounted(lost)) return { ...lost, anew: this.#takeAnew() };
    }
    return undefined;
  }

  take(): ReadyTrain | undefined {
    for (let train = this.#next(() => this.#matcher.take()); train; train = this.#next(() => this.#matcher.take())) {
      if (this.#isCounted(train)) return this.#ready(train, this.#takeAnew());
      this.#free(train.pieces);
    }
    return undefined;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#streams.map((stream) => stream.close()));
    // Nothing completes them any more.
    this.#free(this.#matcher.close(Infinity));
  }

  #next<T>(take: () => T | undefined): T | undefined {
    return this.ended ? undefined : take();
  }

  /** Whether a train is one of the range, and seen. */
  #isCounted({ sources, anew }: MatchedTrain | LostTrain): boolean {
    this.#counted += 1;
    this.#anew ||= anew;
    return this.#counted > this.#range.from && this.#paths.isSeen(sources);
  }

  #takeAnew(): boolean {
    const anew = this.#anew;
    this.#anew = false;
    return anew;
  }

  #ready({ trainId, pieces, sources }: MatchedTrain, anew: boolean): ReadyTrain {
    let at = -Infinity;
    let receivedAt = -Infinity;
    for (const piece of pieces) {
      at = Math.max(at, piece.at ?? -Infinity);
      receivedAt = Math.max(receivedAt, piece.receivedAt);
    }
    let held = true;
    return {
      trainId,
      data: pieces.map(({ memory, sources: values }) => ({ memory, sources: values })),
      absent: this.#paths.absent(sources, (source) => this.#whyAbsent(source, trainId)),
      at: Number.isFinite(at) ? at : receivedAt,
      receivedAt,
      ...(anew && { anew }),
      release: () => {
        if (held) this.#free(pieces);
        held = false;
      },
      retire: () => {
        if (held) for (const piece of pieces) this.#streams[piece.stream]!.retire(piece);
      },
    };
  }

  /** Why a source that has been seen is not in this train, where that is known. The sentence is the same for many trains. */
  #whyAbsent(source: string, trainId: number): string | undefined {
    const seen = this.#tree.get(source);
    const stream = this.#streams[this.#matcher.streamOf(source) ?? seen?.stream ?? -1];
    if (!stream) return undefined;
    const { endpoint, sample } = stream.settings;
    const sends = stream.untimed.get(source);
    if (sends !== undefined) return `${source} sends ${sends}: its data belong to no train`;
    if (!stream.streaming) return `${source} comes from ${endpoint}, which is not there: ${stream.message}`;
    if (this.#matcher.isApart(source)) return `${source} is far from the train IDs of the other sources: its train IDs began anew, or a clock is wrong`;
    if (this.#matcher.lanes[stream.index]!.clock.late >= BEHIND) return `${source} comes from ${endpoint}, whose trains come too late to be matched`;
    if (trainId % sample !== 0) return `${source} comes from ${endpoint}, of which only every ${sample}th train ID is taken (policy=sample(${sample}))`;
    return undefined;
  }

  #standing({ index }: Stream): Standing {
    const lane = this.#matcher.lanes[index]!;
    const { newest } = this.#matcher;
    return {
      dropped: lane.dropped,
      apart: lane.apart > 0 ? newest : undefined,
      behind: lane.clock.late >= BEHIND && lane.clock.last !== undefined ? newest - lane.clock.last : undefined,
    };
  }

  #receive(message: FromReceiver, stream: Stream): void {
    const { index } = stream;
    switch (message.type) {
      case 'piece':
        this.#seen.came(Object.keys(message.sources), message.receivedAt);
        // What comes after the last train is of no run: neither computed nor dropped.
        this.#free(this.ended ? [message] : this.#matcher.add(message, message.receivedAt));
        break;
      case 'full': {
        const freed = this.#matcher.dropOldest(index, message.rule);
        if (freed.length) this.#free(freed);
        else stream.send({ type: 'no-room' });
        break;
      }
      case 'status':
        if (message.state === 'connected') this.#matcher.expect(index, Date.now());
        else if (message.state === 'gone') this.#matcher.gone(index);
        // One of several would not be heard of otherwise; a single one is the state of all.
        if (this.#streams.length > 1 && message.state === 'gone') this.#sayOnce(`gone ${index}`, message.text);
        break;
      case 'tree': {
        const before = this.#tree.get(message.source);
        if (before && before.stream < index) break;
        this.#tree.set(message.source, { stream: index, keys: message.keys });
        this.#seen.set(message.source, message.keys);
        this.#pathsChanged();
        break;
      }
    }
    this.onChange();
    this.#tellOpen();
  }

  /** Tells a stream whose sender waits (`block`) when its trains wait for others, so that it does not fall behind for their sake. */
  #tellOpen(): void {
    if (this.#streams.length === 1) return;
    for (const stream of this.#streams) {
      const { whenFull, open } = this.#matcher.lanes[stream.index]!;
      if (whenFull === 'block') stream.mayHave(Math.min(MOST_OPEN, open - (open % OPEN_STEP)));
    }
  }

  #turned({ index, streaming, settings }: Stream): void {
    this.#pathsChanged();
    if (streaming && this.#said.delete(`gone ${index}`)) this.onNote(`Trains come from ${settings.endpoint}.`);
  }

  /** Which streams have not sent anything yet is part of why a source was never seen. */
  #pathsChanged(): void {
    const unheard = this.#streams.filter((stream) => !stream.streaming).map((stream) => stream.message);
    this.#paths.changed(this.#streams.length > 1 && unheard.length ? ` ${unheard.join(' ')}` : '');
  }

  #doubled(source: string, taken: number, left: number): void {
    if (this.#notFrom[left]!.has(source) && !this.#notFrom[taken]!.has(source)) return;
    const pair = `${this.#streams[taken]!.settings.endpoint} and on ${this.#streams[left]!.settings.endpoint}`;
    const sources = this.#doubles.get(pair);
    if (sources) sources.push(source);
    else this.#doubles.set(pair, [source]);
    this.#notFrom[taken]!.delete(source);
    this.#notFrom[left]!.add(source);
    for (const index of [taken, left]) this.#wantFrom(this.#streams[index]!);
  }

  #wantFrom(stream: Stream): void {
    const others = this.#notFrom[stream.index]!;
    stream.want(others.size === 0 ? this.#wanted : Object.fromEntries(Object.entries(this.#wanted).filter(([source]) => !others.has(source))));
  }

  /** What looks wrong with a stream although trains come is said once, and again when it had been well meanwhile. */
  #sayHints(): void {
    for (const [pair, [first, ...more]] of this.#doubles) {
      this.onNote(more.length ? `${first} and ${more.length} more sources come on ${pair}: those of the former are taken.` : `${first} comes on ${pair}: that of the former is taken.`);
    }
    this.#doubles.clear();
    for (const stream of this.#streams) {
      const key = `hint ${stream.index}`;
      const { what, hint } = stream.status(this.#standing(stream), false);
      if (hint === undefined) this.#said.delete(key);
      else this.#sayOnce(key, `${what}: ${hint}`);
    }
  }

  #sayOnce(key: string, text: string): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.onNote(text);
  }

  #free(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.#streams[piece.stream]!.release(piece);
  }
}
