import type { Layout } from './pack.ts';
import type { RegionRuns } from './region-runs.ts';
import type { Moments } from './region-statistics.ts';
import { code } from './region.wasm.ts';
import { loops, Room } from './wasm.ts';

/** Pixels that are copied in together, in whole runs (a longer one is alone), and how many runs at most. */
const PIXELS = 8192;
const RUNS = 512;

interface Code {
  sums(lines: number, lengths: number, runs: number, state: number): void;
  moments(lines: number, lengths: number, runs: number, state: number): void;
  widen16(from: number, length: number, to: number): void;
}

/** The sums of a region by vectors, of float32 and uint16 whose rows lie dense. */
export class RegionFast {
  readonly #region: RegionRuns;
  readonly #run: Code;
  readonly #at: Readonly<Record<'lines' | 'raw' | 'lengths' | 'state', number>>;
  readonly #lines: Float32Array;
  readonly #raw: Uint16Array;
  readonly #lengths: Int32Array;
  readonly #state: Float64Array;

  constructor(region: RegionRuns) {
    const size = Math.max(PIXELS, region.longest) + 8;
    const room = new Room();
    const at = (this.#at = { lines: room.take(4 * size), raw: room.take(2 * size), lengths: room.take(4 * RUNS), state: room.take(6 * 8) });
    const { run, buffer } = loops<Code>(code, room);
    [this.#region, this.#run] = [region, run];
    this.#lines = new Float32Array(buffer, at.lines, size);
    this.#raw = new Uint16Array(buffer, at.raw, size);
    this.#lengths = new Int32Array(buffer, at.lengths, RUNS);
    this.#state = new Float64Array(buffer, at.state, 6);
  }

  static takes({ data, stride }: Layout): boolean {
    return stride[1] === 1 && (data instanceof Float32Array || data instanceof Uint16Array);
  }

  /** As far as it is in the table of `Moments`, before anything is made of it; `whole`: also mean, min, max and squares. */
  add(box: Layout, whole: boolean, out: Moments): void {
    const [{ runs }, state, size] = [this.#region, this.#state, this.#lines.length - 8];
    const data = box.data as unknown as Float32Array | Uint16Array;
    const to: Float32Array | Uint16Array = data instanceof Uint16Array ? this.#raw : this.#lines;
    state.set([0, 0, 0, Infinity, -Infinity, 0]);
    let [held, end] = [0, 0];
    for (let k = 0; k < runs.length; k += 3) {
      const n = runs[k + 2];
      if (held === RUNS || (held > 0 && end + n > size)) {
        this.#take(held, end, data, whole);
        [held, end] = [0, 0];
      }
      const at = box.offset + runs[k] * box.stride[0] + runs[k + 1];
      to.set(data.subarray(at, at + n), end);
      this.#lengths[held++] = n;
      end += Math.ceil(n / 8) * 8;
    }
    this.#take(held, end, data, whole);
    [out.count, out.sum, out.mean, out.min, out.max, out.squares] = state as unknown as [number, number, number, number, number, number];
  }

  #take(runs: number, end: number, data: Float32Array | Uint16Array, whole: boolean): void {
    const [at, run] = [this.#at, this.#run];
    if (data instanceof Uint16Array) run.widen16(at.raw, end, at.lines);
    if (whole) run.moments(at.lines, at.lengths, runs, at.state);
    else run.sums(at.lines, at.lengths, runs, at.state);
  }
}
