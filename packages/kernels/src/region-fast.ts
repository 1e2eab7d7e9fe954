import type { Layout } from './pack.ts';
import type { RegionRuns } from './region-runs.ts';
import type { Moments } from './region-statistics.ts';
import { code } from './region.wasm.ts';
import { loops, Room } from './wasm.ts';

/** Pixels that are copied in together, in whole runs (a longer one is alone): few enough for the first cache. */
const PIXELS = 4096;
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

/** Pieces of the image that are copied in together: for images whose rows are so far apart and whose first pixel lies so in eight bytes. */
interface Plan {
  readonly rowStep: number;
  readonly first: number;
  /** Elements in eight bytes. */
  readonly eight: number;
  /** Of one piece after the other: its first pixel, counted from that of the box, its length, and where it goes. */
  readonly pieces: Int32Array;
  /** Of one batch after the other: how many pieces, pixels to widen, and runs; the runs themselves lie beside the code. */
  readonly batches: Int32Array;
}

/** The sums of a region by vectors, of float32 and uint16 whose rows lie dense. */
export class RegionFast {
  readonly #region: RegionRuns;
  readonly #run: Code;
  readonly #at: Readonly<Record<'lines' | 'raw' | 'runs' | 'state' | 'counts' | 'kept', number>>;
  readonly #lines: Float32Array;
  readonly #raw: Uint16Array;
  readonly #runs: Int32Array;
  #plan: Plan | undefined;
  readonly #state: Float64Array;
  readonly #counts: Int32Array;
  readonly #kept: Float32Array;

  constructor(region: RegionRuns) {
    const size = Math.max(PIXELS, region.longest) + GAP + 16;
    // Of a sixth of the pixels there is room; a bracket of the median has a few in a hundred.
    const kept = Math.ceil(region.pixels / 6) + region.longest;
    const room = new Room();
    const at = (this.#at = { lines: room.take(4 * size), raw: room.take(2 * size), runs: room.take((8 / 3) * region.runs.length), state: room.take(6 * 8), counts: room.take(16), kept: room.take(4 * kept) });
    const { run, buffer } = loops<Code>(code, room);
    [this.#region, this.#run] = [region, run];
    this.#lines = new Float32Array(buffer, at.lines, size);
    this.#raw = new Uint16Array(buffer, at.raw, size);
    this.#runs = new Int32Array(buffer, at.runs, (2 / 3) * region.runs.length);
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
    this.#each(box, (runs, many) => (whole ? run.moments(at.lines, runs, many, at.state) : run.sums(at.lines, runs, many, at.state)));
    [out.count, out.sum, out.mean, out.min, out.max, out.squares] = state as unknown as [number, number, number, number, number, number];
  }

  /** Counts what is below, at and between two values, which must be float32, and keeps what is between; undefined where that is too much. */
  between(box: Layout, low: number, high: number): Between | undefined {
    const [at, run] = [this.#at, this.#run];
    this.#counts.fill(0);
    const room = at.kept + this.#kept.byteLength;
    let end = at.kept;
    this.#each(box, (runs, many) => {
      if (end !== 0) end = run.between(at.lines, runs, many, low, high, at.counts, end, room);
    });
    const [count, below, atLow, atHigh] = this.#counts as unknown as [number, number, number, number];
    return end === 0 ? undefined : { count, below, atLow, atHigh, inside: (end - at.kept) / 4, kept: this.#kept };
  }

  /** Copies some runs in and calls for them: where they are listed, and how many. */
  #each({ data, offset, stride }: Layout, take: (runs: number, many: number) => void): void {
    const from = data as unknown as Float32Array | Uint16Array;
    const eight = 8 / from.BYTES_PER_ELEMENT;
    const first = (from.byteOffset / from.BYTES_PER_ELEMENT + offset) % eight;
    if (this.#plan?.rowStep !== stride[0] || this.#plan.first !== first || this.#plan.eight !== eight) this.#plan = this.#makePlan(stride[0], first, eight);
    const { pieces, batches } = this.#plan;
    const to = (from instanceof Uint16Array ? this.#raw : this.#lines) as Float32Array;
    let runs = this.#at.runs;
    for (let b = 0, p = 0; b < batches.length; b += 3) {
      for (const end = p + 3 * batches[b]; p < end; p += 3) to.set(from.subarray(offset + pieces[p], offset + pieces[p] + pieces[p + 1]), pieces[p + 2]);
      if (from instanceof Uint16Array) this.#run.widen16(this.#at.raw, batches[b + 1], this.#at.lines);
      take(runs, batches[b + 2]);
      runs += 8 * batches[b + 2];
    }
  }

  #makePlan(rowStep: number, first: number, eight: number): Plan {
    const { runs } = this.#region;
    const [pieces, batches]: [number[], number[]] = [[], []];
    // Of the batch: its pieces, pixels and runs; of the piece: its first pixel and where it ends.
    let [held, base, many, from, to] = [0, 0, 0, 0, 0];
    // A piece goes where it lies in eight bytes as in the image: else it would be copied byte by byte (see `copyIn`).
    const begin = (start: number): void => {
      from = start;
      base += (first + start - base) & (eight - 1);
    };
    const copy = (): void => {
      pieces.push(from, to - from, base);
      base += to - from;
      held += 1;
    };
    const call = (): void => {
      if (many === 0) return;
      copy();
      batches.push(held, base, many);
      [held, base, many] = [0, 0, 0];
    };
    for (let k = 0; k < runs.length; k += 3) {
      const start = runs[k] * rowStep + runs[k + 1];
      const end = start + runs[k + 2];
      const near = many > 0 && start >= to && start - to < GAP;
      if (many > 0 && base + (near ? end - from : to - from + end - start) + eight > this.#lines.length - GAP) {
        // What lies between is copied, too: memory comes fast only as long as it comes in one stream.
        if (near) to = start;
        call();
      }
      if (many === 0) begin(start);
      else if (!near) {
        copy();
        begin(start);
      }
      to = end;
      this.#runs.set([base + start - from, end - start], (2 / 3) * k);
      many += 1;
    }
    call();
    return { rowStep, first, eight, pieces: Int32Array.from(pieces), batches: Int32Array.from(batches) };
  }
}
