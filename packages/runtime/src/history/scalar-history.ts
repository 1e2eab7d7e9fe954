import type { History } from '@trainyard/control';
import { PointLevel } from './point-level.ts';

/** Single values: an hour at 10 trains a second. */
const VALUES = 36_000;
/** Of recorded data that are played, which are known by value: 12 hours. */
const PLAYED = 432_000;
/** Points of each wider level, and their widths: the widest reach back 19 days. */
const POINTS = 4096;
const WIDTHS = Array.from({ length: 9 }, (_, i) => 2 ** (i + 4));

/** What survives a restart. */
export interface StoredHistory {
  readonly last: number;
  readonly first: number;
  readonly levels: readonly { readonly width: number; readonly hasLost: boolean; readonly trainId: Float64Array; readonly min: Float64Array; readonly max: Float64Array; readonly mean: Float64Array; readonly count: Uint32Array }[];
}

/**
 * The past of one number: its newest values, and points of 16 to 4096 train IDs. At most 2 MB, whatever comes. Where trains come in any order, as somebody
 * moves a train slider, single values only: at most 9 MB.
 */
export class ScalarHistory {
  readonly #levels: readonly PointLevel[];
  /** The first value's train ID. */
  #first = Number.NaN;
  #last = Number.NaN;

  constructor(isPlayed = false) {
    this.#levels = isPlayed ? [new PointLevel(1, PLAYED)] : [new PointLevel(1, VALUES), ...WIDTHS.map((width) => new PointLevel(width, POINTS))];
  }

  /** The train ID of the newest value; NaN while there is none. */
  get last(): number {
    return this.#last;
  }

  /** A finite value of a later train than all before. */
  add(trainId: number, value: number): void {
    if (Number.isNaN(this.#first)) this.#first = trainId;
    this.#last = trainId;
    for (const level of this.#levels) level.add(trainId, value);
  }

  /** Of one that is played: a value of any train, in place of what was known of it. */
  put(trainId: number, value: number): void {
    if (!(this.#first <= trainId)) this.#first = trainId;
    if (!(this.#last >= trainId)) this.#last = trainId;
    this.#levels[0]!.put(trainId, value);
  }

  /** Points of the least width that gives at most `points` of them, or a wider one if those of that width are not known any more. */
  query(id: string, from: number, to: number, points: number): History {
    const [first, last] = [this.#known(), this.#last];
    const [begin, end] = [Math.max(from, first), Math.min(to, last)];
    const empty = { id, width: 1, trainId: new Float64Array(0), min: new Float64Array(0), max: new Float64Array(0), mean: new Float64Array(0), count: new Uint32Array(0), first, last };
    if (!(begin <= end)) return empty;
    let width = 1;
    while (Math.floor(end / width) - Math.floor(begin / width) + 1 > points) width *= 2;
    const reaches = (level: PointLevel): boolean => !level.hasLost || (level.length > 0 && level.start(0) <= Math.floor(begin / width) * width);
    const level = this.#levels.findLast((one) => one.width <= width && reaches(one)) ?? this.#levels.find(reaches) ?? this.#levels.at(-1)!;
    width = Math.max(width, level.width);
    const wide = new PointLevel(width, Number.MAX_SAFE_INTEGER);
    let merging: { start: number; min: number; max: number; mean: number; count: number } | undefined;
    const finish = (): void => {
      if (merging) wide.push(merging.start, merging.min, merging.max, merging.mean, merging.count);
    };
    const beyond = (Math.floor(end / width) + 1) * width;
    for (let point = level.find(Math.floor(begin / width) * width); point < level.length && level.start(point) < beyond; point += 1) {
      const start = Math.floor(level.start(point) / width) * width;
      const one = { start, min: level.min(point), max: level.max(point), mean: level.mean(point), count: level.count(point) };
      if (merging?.start !== start) {
        finish();
        merging = one;
      } else {
        const count = merging.count + one.count;
        merging = { start, min: Math.min(merging.min, one.min), max: Math.max(merging.max, one.max), mean: merging.mean * (merging.count / count) + one.mean * (one.count / count), count };
      }
    }
    finish();
    return { ...empty, width, ...columnsOf(wide) };
  }

  store(): StoredHistory {
    return { first: this.#first, last: this.#last, levels: this.#levels.map((level) => ({ width: level.width, hasLost: level.hasLost, ...columnsOf(level) })) };
  }

  /** Of `store`, of this version or another: points of widths that are not kept any more are left out. */
  static restore({ first, last, levels }: StoredHistory): ScalarHistory {
    const history = new ScalarHistory();
    for (const { width, hasLost, trainId, min, max, mean, count } of levels) {
      const level = history.#levels.find((one) => one.width === width);
      if (!level) continue;
      for (let i = 0; i < trainId.length; i += 1) level.push(trainId[i]!, min[i]!, max[i]!, mean[i]!, count[i]!);
      level.hasLost ||= hasLost;
    }
    [history.#first, history.#last] = [first, last];
    return history;
  }

  /** The first train ID that is known. */
  #known(): number {
    const widest = this.#levels.at(-1)!;
    return widest.hasLost ? widest.start(0) : this.#first;
  }
}

function columnsOf(level: PointLevel): Pick<History, 'trainId' | 'min' | 'max' | 'mean' | 'count'> {
  const column = (of: (point: number) => number): Float64Array => Float64Array.from({ length: level.length }, (_, point) => of(point));
  return { trainId: column((i) => level.start(i)), min: column((i) => level.min(i)), max: column((i) => level.max(i)), mean: column((i) => level.mean(i)), count: Uint32Array.from({ length: level.length }, (_, i) => level.count(i)) };
}
