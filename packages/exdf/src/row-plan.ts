import type { RunFile } from './file/run-file.ts';
import { indexGroup, type KeyHome } from './key-home.ts';

/** Rows of one file that lie one after the other. */
export interface RowRange {
  readonly file: RunFile;
  readonly first: number;
  readonly count: number;
  /** Trains of these rows, as positions in the file: from, to (not included). */
  readonly from: number;
  readonly to: number;
}

/** Where one train's rows are. */
export interface TrainRows {
  readonly file: RunFile;
  readonly first: number;
  readonly count: number;
}

/**
 * The rows of a key, in the order in which EXtra-data joins them: file after file, a file's trains in stretches between those that are not used, by the
 * first train of each. Within a stretch each train's own `first` counts, so that gaps in the index and trains without data give the right rows.
 */
export class RowPlan {
  readonly ranges: readonly RowRange[];
  readonly rows: number;
  readonly #home: KeyHome;
  readonly #group: string;
  #trains: Map<number, TrainRows> | undefined;

  constructor(home: KeyHome, key: string, has: (file: RunFile) => boolean) {
    this.#home = home;
    this.#group = indexGroup(home, key);
    const stretches: { train: number; ranges: RowRange[] }[] = [];
    for (const file of home.files) {
      if (file.trainIds.length === 0 || !has(file)) continue;
      const places = home.trains.placesOf(file, home.leftOut);
      for (let from = 0; from < places.length; from++) {
        if (places[from]! < 0) continue;
        let to = from;
        while (to < places.length && places[to]! >= 0) to += 1;
        stretches.push({ train: file.trainIds[from]!, ranges: joined(file, this.#group, from, to) });
        from = to;
      }
    }
    this.ranges = stretches.sort((a, b) => a.train - b.train).flatMap(({ ranges }) => ranges);
    this.rows = this.ranges.reduce((sum, { count }) => sum + count, 0);
  }

  /** The train of each row. */
  trainIds(): number[] {
    const ids: number[] = [];
    for (const range of this.ranges) for (const { trainId, count } of this.trainsOf(range)) for (let i = 0; i < count; i++) ids.push(trainId);
    return ids;
  }

  /** Trains of a range with their rows, in order. */
  *trainsOf({ file, from, to }: RowRange): Generator<{ readonly trainId: number; readonly first: number; readonly count: number }> {
    const { first, count } = file.index(this.#group);
    for (let i = from; i < to; i++) if (count[i]! > 0) yield { trainId: file.trainIds[i]!, first: first[i]!, count: count[i]! };
  }

  /** Where a train's rows are; undefined when it has none. */
  of(trainId: number): TrainRows | undefined {
    if (!this.#trains) {
      this.#trains = new Map();
      for (const range of this.ranges) for (const { trainId: id, first, count } of this.trainsOf(range)) this.#trains.set(id, { file: range.file, first, count });
    }
    return this.#trains.get(trainId);
  }

  /** Whether a file of the source has the train at all, with or without rows. */
  hasTrain(trainId: number): boolean {
    return this.#home.files.some((file) => file.trainIds.includes(trainId));
  }
}

/** Rows of a stretch of trains; neighbours without a gap between their rows become one range. */
function joined(file: RunFile, group: string, from: number, to: number): RowRange[] {
  const { first, count } = file.index(group);
  const ranges: { file: RunFile; first: number; count: number; from: number; to: number }[] = [];
  for (let i = from; i < to; i++) {
    if (count[i] === 0) continue;
    const last = ranges.at(-1);
    if (last && last.first + last.count === first[i]) {
      last.count += count[i]!;
      last.to = i + 1;
    } else ranges.push({ file, first: first[i]!, count: count[i]!, from: i, to: i + 1 });
  }
  return ranges;
}
