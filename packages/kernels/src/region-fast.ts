import type { Layout } from './pack.ts';
import type { RegionRuns } from './region-runs.ts';
import type { Moments } from './region-statistics.ts';
import { code } from './region.wasm.ts';
import { loops, Room } from './wasm.ts';

/** Pixels that are copied in together, in whole runs (a longer one is alone), and how many runs at most. */
const PIXELS = 8192;
const RUNS = 512;
/** Fewer pixels than this between two runs are copied along. */
const GAP = 256;

interface Code {
  sums(lines: number, runs: number, many: number, state: number): void;
  moments(lines: number, runs: number, many: number, state: number): void;
  between(lines: number, runs: number, many: number, low: number, high: number, counts: number, kept: number, room: number): number;
  widen16(from: number, length: number, to: number): void;
}

/** What lies where, of the pixels that are not NaN. */
export interface Between {
  count: number;
  below: number;
  atLow: number;
  atHigh: number;
  /** How many of `kept` are between. */
  inside: number;
  readonly kept: ArrayLike<number>;
}

/** The sums of a region by vectors, of float32 and uint16 whose rows lie dense. */
export class RegionFast {
  readonly #region: RegionRuns;
  readonly #run: Code;
  readonly #at: Readonly<Record<'lines' | 'raw' | 'runs' | 'state' | 'counts' | 'kept', number>>;
  readonly #lines: Float32Array;
  readonly #raw: Uint16Array;
  readonly #runs: Int32Array;
  readonly #state: Float64Array;
  readonly #counts: Int32Array;
  readonly #kept: Float32Array;

  constructor(region: RegionRuns) {
    const size = Math.max(PIXELS, region.longest);
    // Of a sixth of the pixels there is room; a bracket of the median has a few in a hundred.
    const kept = Math.ceil(region.pixels / 6) + region.longest;
    const room = new Room();
    const at = (this.#at = { lines: room.take(4 * size), raw: room.take(2 * size), runs: room.take(8 * RUNS), state: room.take(6 * 8), counts: room.take(16), kept: room.take(4 * kept) });
    const { run, buffer } = loops<Code>(code, room);
    [this.#region, this.#run] = [region, run];
    this.#lines = new Float32Array(buffer, at.lines, size);
    this.#raw = new Uint16Array(buffer, at.raw, size);
    this.#runs = new Int32Array(buffer, at.runs, 2 * RUNS);
    this.#state = new Float64Array(buffer, at.state, 6);
    this.#counts = new Int32Array(buffer, at.counts, 4);
    this.#kept = new Float32Array(buffer, at.kept, kept);
  }

  static takes({ data, stride }: Layout): boolean {
    return stride[1] === 1 && (data instanceof Float32Array || data instanceof Uint16Array);
  }

  /** Count and sum; with `whole` also mean, min, max and squares, as they come out of the sums. */
  add(box: Layout, whole: boolean, out: Moments): void {
    const [state, at, run] = [this.#state, this.#at, this.#run];
    state.set([0, 0, 0, Infinity, -Infinity, 0]);
    this.#each(box, (runs) => (whole ? run.moments(at.lines, at.runs, runs, at.state) : run.sums(at.lines, at.runs, runs, at.state)));
    [out.count, out.sum, out.mean, out.min, out.max, out.squares] = state as unknown as [number, number, number, number, number, number];
  }

  /** Counts what is below, at and between two values, which must be float32, and keeps what is between; undefined where that is too much. */
  between(box: Layout, low: number, high: number): Between | undefined {
    const [at, run] = [this.#at, this.#run];
    this.#counts.fill(0);
    const room = at.kept + this.#kept.byteLength;
    let end = at.kept;
    this.#each(box, (runs) => {
      if (end !== 0) end = run.between(at.lines, at.runs, runs, low, high, at.counts, end, room);
    });
    const [count, below, atLow, atHigh] = this.#counts as unknown as [number, number, number, number];
    return end === 0 ? undefined : { count, below, atLow, atHigh, inside: (end - at.kept) / 4, kept: this.#kept };
  }

  /** Copies some runs in and calls for them. */
  #each(box: Layout, take: (runs: number) => void): void {
    const { runs } = this.#region;
    const data = box.data as unknown as Float32Array | Uint16Array;
    const size = this.#lines.length;
    let held = 0;
    // What is copied next: from where to where in the image, and to where.
    let [from, to, base] = [0, 0, 0];
    const copy = (): void => {
      if (data instanceof Uint16Array) this.#raw.set(data.subarray(from, to), base);
      else this.#lines.set(data.subarray(from, to), base);
    };
    const call = (): void => {
      if (held === 0) return;
      copy();
      if (data instanceof Uint16Array) this.#run.widen16(this.#at.raw, base + to - from, this.#at.lines);
      take(held);
      held = 0;
    };
    for (let k = 0; k < runs.length; k += 3) {
      const start = box.offset + runs[k] * box.stride[0] + runs[k + 1];
      const end = start + runs[k + 2];
      const near = start >= to && start - to < GAP;
      if (held === RUNS || (held > 0 && base + (near ? end - from : to - from + end - start) > size)) call();
      if (held === 0) [from, to, base] = [start, end, 0];
      else if (near) to = end;
      else {
        copy();
        base += to - from;
        [from, to] = [start, end];
      }
      this.#runs[2 * held] = base + start - from;
      this.#runs[2 * held + 1] = end - start;
      held++;
    }
    call();
  }
}
