import { Labelled, outcomeCode, type Labels, type Table } from '@trainyard/core';
import type { LinkedInput } from '../worker/link.ts';
import type { Outcome } from '../worker/messages.ts';
import type { LinkedScan } from './link-scans.ts';
import { PointFinder } from './point-finder.ts';
import type { ScanCommand, ScanProgress } from './scan-messages.ts';
import { ScanPoint, type Collected, type PointRow } from './scan-point.ts';
import { alongPoints, pointTable } from './scan-tables.ts';

const VALUE = outcomeCode('value');
const NONE = outcomeCode('none');
const MISSING = outcomeCode('missing');

/** Bytes of results that all points together may have; beyond it the scan ends, and says so. */
const MOST_BYTES = 512 * 2 ** 20;

/** How a scan reads its inputs in one train: as a view takes them, or with their labels and their own outcome. */
export interface TrainReader {
  input(input: LinkedInput): Outcome;
  raw(input: LinkedInput): Outcome;
}

/** What a train did to a scan. */
export interface ScannedTrain {
  readonly outcome: Outcome;
  /** Absent while it does not run. */
  readonly progress?: ScanProgress;
  /** What it shows is to be sent, whether or not somebody looks: a point, or all of it, has ended. */
  readonly isNews: boolean;
}

/** Runs one scan in train order: collects its points, and knows what to show of them. */
export class ScanCollector {
  readonly #linked: LinkedScan;
  #run = 0;
  #rows: PointRow[] = [];
  #point: ScanPoint | undefined;
  #finder: PointFinder | undefined;
  /** A point has ended since its value was sent. */
  #isNews = false;
  /** Why it does not run; undefined while it does. */
  #ended: ScanProgress['ended'];

  constructor(linked: LinkedScan) {
    this.#linked = linked;
    this.#ended = { why: `not started: press "${linked.scan.title}", or yard ctl action ${linked.view.name}`, failed: false };
  }

  /** What the main thread wants from this train on; for an earlier start it comes too late. */
  command(command: ScanCommand): void {
    const { scan, by } = this.#linked;
    if (command.what === 'start') {
      this.#run = command.run;
      this.#rows = [];
      this.#point = undefined;
      this.#finder = by && new PointFinder(scan.by!.within, scan.settle);
      this.#ended = undefined;
      return;
    }
    if (command.run !== this.#run || this.#ended) return;
    if (command.what === 'point') this.#point = new ScanPoint(scan, command.values);
    if (command.what === 'close' || command.what === 'end') this.#close();
    if (command.what === 'end') this.#ended ??= { why: command.why, failed: false };
  }

  /** Forgets the points of a scan that does not run. */
  clear(): void {
    if (this.#ended) this.#rows = [];
  }

  train(trainId: number, read: TrainReader): ScannedTrain {
    if (this.#ended) return { outcome: { code: NONE, message: this.#ended.why }, isNews: false };
    const before = this.#rows.length;
    let outcome: Outcome;
    try {
      outcome = this.#take(trainId, read);
    } catch (error) {
      this.#close();
      this.#ended = { why: (error as Error).message, failed: true };
      outcome = { code: MISSING, message: this.#ended.why };
    }
    const closed = this.#rows.length > before;
    if (closed && this.#bytes() > MOST_BYTES) this.#ended = { why: `its points together are larger than ${MOST_BYTES / 2 ** 20} MiB`, failed: true };
    // A train that does not go in gives no value; but the last one that it takes says how all has come out.
    if (this.#ended && this.#rows.length > 0) outcome = { code: VALUE };
    const isNews = (closed || this.#isNews) && outcome.code === VALUE;
    this.#isNews = (closed || this.#isNews) && !isNews;
    return { outcome, progress: this.#progress(closed), isNews };
  }

  #take(trainId: number, read: TrainReader): Outcome {
    const by = this.#linked.by && read.input(this.#linked.by);
    const away = by && this.#follow(by);
    if (away) return away;
    if (!this.#point) return { code: NONE, message: by ? 'this point has its trains' : 'between two points' };
    const collected: Collected = this.#linked.of.map(([name, input]) => {
      const [raw, value] = [read.raw(input), read.input(input)];
      // Its own outcome tells a failure from a gap; an earlier value has none of its own.
      const code = value.code === VALUE || input.stale !== undefined || input.shift !== undefined ? value.code : raw.code;
      return [name, { ...value, code }, labelsOf(raw)] as const;
    });
    const taken = this.#point.take(trainId, collected, this.#linked.back, by && Number(by.value));
    if (this.#point.isFull) this.#close();
    return taken.isIn ? { code: VALUE } : { code: taken.outcome === 'none' ? NONE : MISSING, message: taken.why };
  }

  /** Goes after the source's value; gives back an outcome when it is at no point. */
  #follow(by: Outcome): Outcome | undefined {
    if (by.code !== VALUE) return { code: MISSING, message: by.message ?? `${this.#linked.by!.key} has no value` };
    if (typeof by.value !== 'number') throw new Error(`${this.#linked.by!.key} is no number, so it makes no points`);
    const standing = this.#finder!.take(by.value);
    if (standing !== 'same') this.#close();
    if (this.#ended) return { code: NONE, message: this.#ended.why };
    if (standing === 'new') this.#point = new ScanPoint(this.#linked.scan, undefined);
    return standing === 'moving' ? { code: NONE, message: `the value is on its way, now ${by.value}` } : undefined;
  }

  /** The point at hand is over, with what it has. */
  #close(): void {
    const point = this.#point;
    if (!point) return;
    this.#point = undefined;
    try {
      this.#rows.push(point.row());
    } catch (error) {
      this.#ended = { why: (error as Error).message, failed: true };
    }
    const wanted = this.#linked.scan.by?.points;
    if (wanted !== undefined && this.#rows.length >= wanted) this.#ended ??= { why: 'done', failed: false };
  }

  #progress(closed: boolean): ScanProgress {
    const { trains = 0, through = 0 } = this.#point ?? {};
    const last = this.#rows.at(-1);
    return {
      id: this.#linked.id, run: this.#run, points: this.#rows.length, closed, through, trains,
      ...(last && { last: { trains: last.trains, missing: last.missing, failed: last.failed } }),
      ...(this.#ended && { ended: this.#ended }),
    };
  }

  #bytes(): number {
    return this.#rows.reduce((sum, { results }) => sum + Object.values(results).reduce((bytes, { data }) => bytes + data.byteLength, 0), 0);
  }

  /** Which start of it runs. */
  get run(): number | undefined {
    return this.#ended ? undefined : this.#run;
  }

  get points(): number {
    return this.#rows.length;
  }

  /** What its views show: the points so far, and the one at hand. Undefined while there is none. */
  value(of?: string): Table | Labelled | undefined {
    const rows = this.#point?.trains ? [...this.#rows, this.#point.row()] : this.#rows;
    if (rows.length === 0) return undefined;
    const { varied, scan } = this.#linked;
    return of === undefined ? pointTable(varied, scan.of, rows) : alongPoints(varied, of, rows);
  }

  /** Plain data, for the next generation. */
  save(): unknown {
    return { run: this.#run, rows: this.#rows, point: this.#point?.save(), finder: this.#finder?.save(), ended: this.#ended } satisfies Saved;
  }

  restore(saved: unknown): void {
    const { run, rows, point, finder, ended } = saved as Saved;
    const { scan, by } = this.#linked;
    this.#run = run;
    this.#rows = rows;
    this.#point = point === undefined ? undefined : new ScanPoint(scan, undefined).restore(point);
    this.#finder = by && new PointFinder(scan.by!.within, scan.settle);
    if (finder !== undefined) this.#finder?.restore(finder);
    this.#ended = ended;
  }
}

interface Saved {
  readonly run: number;
  readonly rows: PointRow[];
  readonly point: unknown;
  readonly finder: unknown;
  readonly ended: ScanProgress['ended'];
}

function labelsOf({ value }: Outcome): Labels | undefined {
  return value instanceof Labelled ? value.labels : undefined;
}
