import type { LogLine } from '@trainyard/control';
import type { OutcomeCounts } from '@trainyard/core';
import type { ResultBuffer } from '../worker/buffer-ring.ts';
import { RAW, type BlockValue, type FromWorker, type WireOutcome } from '../worker/messages.ts';
import type { ViewDescriptor } from '../worker/generation.ts';
import { Accounts } from './accounts.ts';
import type { Crew } from '../crew/crew.ts';
import { FinishedTrain, type Placed } from './finished-train.ts';
import { RateMeter } from './rate-meter.ts';
import type { Reduced } from '../reduce/reduce-stage.ts';
import type { Sink } from './sink.ts';
import type { PoolResults, Train } from '../pool/train.ts';
import type { Strand } from '../crew/view-graph.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

/** What came of it, printed as the last line of `--json`. */
export interface Summary {
  readonly trains: number;
  readonly trainsPerSecond: number;
  readonly views: Readonly<Record<string, OutcomeCounts>>;
}

type Finals = Extract<FromWorker, { type: 'finished' }>;

/** What came together of one train, and who lent its buffer. */
interface Part {
  readonly outcomes: { readonly [id: string]: WireOutcome };
  readonly times: { readonly [id: string]: number };
  readonly logs: readonly LogLine[];
  readonly buffer?: ResultBuffer;
}

/** The outcome of one view, as it will be booked. */
interface Entry {
  readonly id: string;
  readonly outcome: WireOutcome;
  readonly timeMs: number | undefined;
  /** How old the train was when the outcome came. */
  readonly ageMs: number | undefined;
}

/** A train of which something is still to come, or that waits for one before it. */
interface Ledger {
  /** Views of the pool, `RAW`, and strands that are to come. */
  left: number;
  readonly parts: FinishedTrain[];
  readonly entries: Entry[];
  readonly blocks: { readonly blocks: readonly BlockValue[]; readonly memory: SharedArrayBuffer | undefined; readonly part: FinishedTrain }[];
}

/**
 * Gives outcomes to the sinks that want them as soon as they are there, for each view in train order. Whole trains are booked and go to the other
 * sinks, one after the other: at any time every view has as many outcomes as trains are through.
 */
export class Delivery {
  readonly accounts = new Accounts();
  onLogs: (lines: readonly LogLine[]) => void = () => undefined;
  /** The next train is through, and all before it are. */
  onWhole: (train: Train) => void = () => undefined;
  /** Raw keys that viewers look at. */
  watchedKeys: readonly string[] = [];
  /** Trains before it are not counted, see `TrainSource`. */
  countFrom = -Infinity;
  readonly #sinks: readonly Sink[];
  readonly #rate = new RateMeter();
  /** The earliest train first. */
  readonly #ledgers = new Map<Train, Ledger>();
  /** Numbers of the first trains of parts that the sinks have not begun yet; and the final values of the parts before them. */
  readonly #parts: number[] = [];
  readonly #finals = new Map<number, { readonly message: Finals; readonly maker: WorkerHandle | undefined }>();
  /** The crew whose trains the sinks see. */
  #shown: Crew | undefined;
  #isHanding = false;
  #seen = 0;
  #trains = 0;
  /** Those that were not dropped. */
  #computed = 0;
  #firstAt = 0;
  #lastAt = 0;

  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
  }

  get shown(): Crew | undefined {
    return this.#shown;
  }

  /** Trains that were taken. */
  get seen(): number {
    return this.#seen;
  }

  /** Trains that are through: every view has its outcome. */
  get trains(): number {
    return this.#trains;
  }

  get rate(): number {
    return this.#rate.rate();
  }

  /** From the next train on it is of this crew; gives back whether that is news. */
  show(crew: Crew): boolean {
    if (crew === this.#shown) return false;
    this.#shown = crew;
    for (const sink of this.#sinks) sink.generation(crew.descriptor);
    return true;
  }

  /** A train was taken: each of its views will have an outcome. Call in train order. */
  begin(train: Train): void {
    const { graph } = train.crew;
    this.#ledgers.set(train, { left: graph.ofPool.size + graph.strands.length, parts: [], entries: [], blocks: [] });
    if (train.trainId >= this.countFrom) this.#seen += 1;
  }

  /** What the pool gave; views of the reduce stage come with `reduced`. */
  pool(train: Train, results: PoolResults): void {
    const { views, outcomes, buffer, maker } = results;
    const placed = this.#enter(train, train.crew.graph.inPool.filter((view) => view.stage === 'pool' && views.has(view.id)), results);
    if (views.has(RAW)) for (const key of this.watchedKeys) if (outcomes[key]) placed.set(key, { outcome: outcomes[key], memory: buffer?.memory });
    this.#add(train, views.size, placed, results, maker);
  }

  /** What the reduce worker gave for these strands. */
  reduced(train: Train, strands: readonly Strand[], reduced: Reduced, maker: WorkerHandle | undefined): void {
    const placed = this.#enter(train, train.crew.graph.inReduce.filter((view) => view.id in reduced.outcomes), reduced);
    this.#add(train, strands.length, placed, reduced, maker, reduced.blocks);
  }

  #enter(train: Train, views: readonly ViewDescriptor[], { outcomes, times, buffer }: Part): Map<string, Placed> {
    const placed = new Map<string, Placed>();
    // A train that only warms up what remembers is not seen.
    if (train.trainId < this.countFrom) return placed;
    const { entries } = this.#ledgers.get(train)!;
    const ageMs = train.at === undefined ? undefined : Date.now() - train.at;
    for (const { id, hidden } of views) {
      const outcome = outcomes[id]!;
      entries.push({ id, outcome, timeMs: times[id], ageMs });
      if (!hidden) placed.set(id, { outcome, memory: buffer?.memory });
    }
    return placed;
  }

  #add(train: Train, count: number, placed: Map<string, Placed>, { buffer, logs }: Part, maker: WorkerHandle | undefined, blocks: readonly BlockValue[] = []): void {
    const ledger = this.#ledgers.get(train)!;
    const part = new FinishedTrain(train.seq, train.trainId, placed, () => {
      if (buffer) maker?.send({ type: 'release', buffer: buffer.id });
    }, train.at);
    ledger.left -= count;
    ledger.parts.push(part);
    if (blocks.length) ledger.blocks.push({ blocks, memory: buffer?.memory, part });
    if (placed.size) for (const sink of this.#sinks) if (sink.isEarly) sink.train(part);
    if (logs.length) this.onLogs(logs);
    this.#handOn();
  }

  /** Whole trains go to the sinks that wait for them, in train order: called again from inside, it leaves them to the call that runs. */
  #handOn(): void {
    if (this.#isHanding) return;
    this.#isHanding = true;
    try {
      for (let [next] = this.#ledgers; next && next[1].left === 0; [next] = this.#ledgers) {
        const [train, ledger] = next;
        this.#ledgers.delete(train);
        if (train.trainId < this.countFrom) for (const part of ledger.parts) part.letGo();
        else this.#whole(train, ledger);
        this.onWhole(train);
      }
    } finally {
      this.#isHanding = false;
    }
  }

  #whole({ seq, trainId, at, crew, dropped }: Train, { parts, entries, blocks }: Ledger): void {
    this.#beginParts(seq, trainId);
    this.show(crew);
    this.#trains += 1;
    this.accounts.seen(crew.descriptor.views);
    for (const { id, outcome, timeMs, ageMs } of entries) this.accounts.book({ trainId, seq, generation: crew.descriptor.number, ageMs }, id, outcome, timeMs);
    if (dropped === undefined) {
      this.#computed += 1;
      this.#lastAt = performance.now();
      if (this.#computed === 1) this.#firstAt = this.#lastAt;
      this.#rate.tick();
    }
    const placed = new Map(parts.flatMap((part) => [...part.outcomes]));
    const order = crew.descriptor.views.flatMap(({ id }) => (placed.has(id) ? [id] : []));
    const finished = new FinishedTrain(seq, trainId, new Map([...order, ...placed.keys()].map((id) => [id, placed.get(id)!])), () => {
      for (const part of parts) part.letGo();
    }, at);
    for (const sink of this.#sinks) if (!sink.isEarly) sink.train(finished);
    for (const { blocks: closed, memory, part } of blocks) {
      for (const sink of this.#sinks) {
        if (!sink.blocks) continue;
        part.hold();
        sink.blocks(closed, memory, () => part.letGo());
      }
    }
    finished.letGo();
  }

  /** The last blocks and the finals of cumulative reducers. */
  finals(message: Finals, maker: WorkerHandle | undefined): void {
    // Of a part that has not ended for the sinks yet: some of its trains wait for a view of the pool.
    if (message.before !== undefined && this.#parts.includes(message.before)) this.#finals.set(message.before, { message, maker });
    else this.#giveFinals(message, maker);
  }

  /** The train with this number, which is about to be taken, is the first of another part. */
  part(seq: number): void {
    this.#parts.push(seq);
  }

  #beginParts(seq: number, trainId: number): void {
    for (let [first] = this.#parts; first !== undefined && first <= seq; [first] = this.#parts) {
      this.#parts.shift();
      const finals = this.#finals.get(first);
      this.#finals.delete(first);
      if (finals) this.#giveFinals(finals.message, finals.maker);
      for (const sink of this.#sinks) sink.beginPart?.(trainId);
    }
  }

  #giveFinals({ blocks, finals, buffer }: Finals, maker: WorkerHandle | undefined): void {
    let holders = 1;
    const letGo = (): void => {
      holders -= 1;
      if (holders === 0 && buffer) maker?.send({ type: 'release', buffer: buffer.id });
    };
    for (const sink of this.#sinks) {
      if (blocks.length && sink.blocks) {
        holders += 1;
        sink.blocks(blocks, buffer?.memory, letGo);
      }
      if (sink.finals) {
        holders += 1;
        sink.finals(finals, buffer?.memory, letGo);
      }
    }
    letGo();
  }

  summary(): Summary {
    const seconds = (this.#lastAt - this.#firstAt) / 1000;
    return { trains: this.#trains, trainsPerSecond: this.#computed > 1 && seconds > 0 ? (this.#computed - 1) / seconds : 0, views: this.accounts.counts(this.#trains) };
  }
}
