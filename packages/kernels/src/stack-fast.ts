import { copyIn } from './copy-in.ts';
import type { Layout } from './pack.ts';
import { TILE, aboutMean, type Frames, type StackSums, type StackTile, type StackWanted } from './stack-sums.ts';
import { code } from './stack.wasm.ts';
import { loops, Room, type Loops } from './wasm.ts';

/** Lines that are copied in and summed together: their sums are read and written once. */
const LINES = 8;
/** Pixels from one line to the next: an odd number of cache lines, else they drive one another out of the cache. */
const PITCH = TILE + 16;
/** Where frames lie dense: so many values are turned at a time, four pixels at least. */
const TURNED = 16_384;
/** Whole numbers of 32 bits hold the sums of so many frames of uint16. */
const MOST_FRAMES = 65_536;

interface Code {
  sums32(lines: number, pitch: number, across: number, frames: number, n: number, sum: number, lost: number): void;
  sums16(lines: number, pitch: number, frames: number, n: number, sum: number): void;
  means32(sum: number, lost: number, frames: number, n: number, to: number): void;
  extremes32(lines: number, pitch: number, across: number, frames: number, n: number, least: number, most: number): void;
  spread32(lines: number, pitch: number, across: number, frames: number, n: number, sum: number, lost: number, pivot: number, away: number, squares: number): void;
  turn32(pixels: number, pitch: number, frames: number, n: number, to: number): void;
  widen16(from: number, length: number, to: number): void;
}

/** Float32 of some frames: where they lie, bytes from one to the next and from four pixels to the next four, how many; the pixels' first and number. */
type Take = (lines: number, pitch: number, across: number, many: number, first: number, pixels: number) => void;

/** The sums of `StackPlain` by vectors, with its bits: of float32 and uint16 whose pixels lie dense, and of float32 whose frames do. */
export class StackFast implements StackSums {
  readonly #at: Readonly<Record<'lines' | 'raw' | 'turned' | 'sum' | 'lost' | 'whole' | 'least' | 'most' | 'pivot' | 'away' | 'squares', number>>;
  readonly #run: Code;
  readonly #lines: Float32Array;
  readonly #raw: Uint16Array;
  readonly #lost: Int32Array;
  readonly #wholes: Uint32Array;
  readonly #least: Float32Array;
  readonly #most: Float32Array;
  readonly #pivot: Float32Array;
  readonly #away: Float64Array;
  readonly #tile: StackTile;
  readonly #means: StackTile;

  constructor() {
    const room = new Room();
    const at = (this.#at = {
      lines: room.take(4 * Math.max(LINES * PITCH, TURNED)), raw: room.take(2 * LINES * PITCH), turned: room.take(4 * TURNED), sum: room.take(8 * TILE), lost: room.take(4 * TILE),
      whole: room.take(4 * TILE), least: room.take(4 * TILE), most: room.take(4 * TILE), pivot: room.take(4 * TILE), away: room.take(8 * TILE), squares: room.take(8 * TILE),
    });
    const { run, buffer }: Loops<Code> = loops<Code>(code, room);
    this.#run = run;
    this.#lines = new Float32Array(buffer, at.lines, Math.max(LINES * PITCH, TURNED));
    this.#raw = new Uint16Array(buffer, at.raw, LINES * PITCH);
    this.#lost = new Int32Array(buffer, at.lost, TILE);
    this.#wholes = new Uint32Array(buffer, at.whole, TILE);
    this.#least = new Float32Array(buffer, at.least, TILE);
    this.#most = new Float32Array(buffer, at.most, TILE);
    this.#pivot = new Float32Array(buffer, at.pivot, TILE);
    this.#away = new Float64Array(buffer, at.away, TILE);
    const wide = (): Float64Array => new Float64Array(TILE);
    this.#tile = { sum: new Float64Array(buffer, at.sum, TILE), count: wide(), min: wide(), max: wide(), squares: new Float64Array(buffer, at.squares, TILE) };
    // The smallest are not wanted then: their place serves.
    this.#means = { ...this.#tile, mean: this.#least };
  }

  /** Whether it can. */
  static takes({ data }: Layout, step: number, frames: Frames): boolean {
    if (step === 1) return data instanceof Float32Array || (data instanceof Uint16Array && frames.length <= MOST_FRAMES);
    return data instanceof Float32Array && step > 1 && step + 4 <= TURNED / 4 && evenStep(frames, step) > 0;
  }

  sum(stack: Layout, at: number, step: number, n: number, frames: Frames, wanted: StackWanted): StackTile {
    const [{ sum, count, min, max, squares }, where, run] = [this.#tile, this.#at, this.#run];
    sum.fill(0, 0, n);
    const whole = step === 1 && stack.data instanceof Uint16Array && !wanted.extremes && !wanted.squares;
    if (whole) {
      this.#wholes.fill(0, 0, n);
      this.#each16(stack, at, n, frames, (lines) => run.sums16(where.raw, 2 * PITCH, lines, n, where.whole));
      for (let i = 0; i < n; i++) sum[i] = this.#wholes[i];
      if (wanted.onlyMean) {
        this.#lost.fill(0, 0, n);
        run.means32(where.sum, where.lost, frames.length, n, where.least);
        return this.#means;
      }
      count.fill(frames.length, 0, n);
      return this.#tile;
    }
    this.#lost.fill(0, 0, n);
    if (wanted.extremes) {
      this.#least.fill(Infinity, 0, n);
      this.#most.fill(-Infinity, 0, n);
    }
    if (wanted.squares) {
      this.#pivot.fill(NaN, 0, n);
      this.#away.fill(0, 0, n);
      squares.fill(0, 0, n);
    }
    this.#each(stack, at, step, n, frames, (lines, pitch, across, many, first, pixels) => {
      if (wanted.squares) run.spread32(lines, pitch, across, many, pixels, where.sum + 8 * first, where.lost + 4 * first, where.pivot + 4 * first, where.away + 8 * first, where.squares + 8 * first);
      else if (wanted.sums) run.sums32(lines, pitch, across, many, pixels, where.sum + 8 * first, where.lost + 4 * first);
      if (wanted.extremes) run.extremes32(lines, pitch, across, many, pixels, where.least + 4 * first, where.most + 4 * first);
    });
    if (wanted.onlyMean) {
      run.means32(where.sum, where.lost, frames.length, n, where.least);
      return this.#means;
    }
    if (wanted.sums) for (let i = 0; i < n; i++) count[i] = frames.length - this.#lost[i];
    if (wanted.extremes) {
      min.set(this.#least);
      max.set(this.#most);
    }
    if (wanted.squares) aboutMean(this.#tile, this.#away, n);
    return this.#tile;
  }

  /** Copies a few lines in at a time. */
  #each16({ data }: Layout, at: number, n: number, frames: Frames, take: (lines: number) => void): void {
    for (let f = 0; f < frames.length; f += LINES) {
      const lines = Math.min(LINES, frames.length - f);
      for (let k = 0; k < lines; k++) copyIn(data as unknown as Uint16Array, at + frames[f + k], n, this.#raw, k * PITCH);
      take(lines);
    }
  }

  /** Calls with float32 of some frames at a time. */
  #each(stack: Layout, at: number, step: number, n: number, frames: Frames, take: Take): void {
    const { lines: to, raw } = this.#at;
    if (step !== 1) {
      this.#turned(stack, at, step, n, frames, take);
      return;
    }
    if (stack.data instanceof Uint16Array) {
      this.#each16(stack, at, n, frames, (lines) => {
        for (let k = 0; k < lines; k++) this.#run.widen16(raw + 2 * k * PITCH, n, to + 4 * k * PITCH);
        take(to, 4 * PITCH, 16, lines, 0, n);
      });
      return;
    }
    const data = stack.data as unknown as Float32Array;
    for (let f = 0; f < frames.length; f += LINES) {
      const lines = Math.min(LINES, frames.length - f);
      for (let k = 0; k < lines; k++) copyIn(data, at + frames[f + k], n, this.#lines, k * PITCH);
      take(to, 4 * PITCH, 16, lines, 0, n);
    }
  }

  /** Pixels one after the other, each with all its frames: they are turned. */
  #turned({ data }: Layout, at: number, step: number, n: number, frames: Frames, take: Take): void {
    const { lines, turned } = this.#at;
    const every = evenStep(frames, step);
    const [from, many] = [frames[0], frames.length];
    const length = (many - 1) * every + 1;
    const size = 16 * Math.ceil(length / 4) * 4;
    const block = 4 * Math.floor(TURNED / (4 * Math.max(step, size / 16)));
    for (let first = 0; first < n; first += block) {
      const pixels = Math.min(block, n - first);
      const start = at + first * step + from;
      copyIn(data as unknown as Float32Array, start, (pixels - 1) * step + length, this.#lines, 0);
      this.#run.turn32(lines, 4 * step, length, pixels, turned);
      take(turned, 16 * every, size, many, first, pixels);
    }
  }
}

/** Elements from each frame to the next where they are evenly apart and lie inside a pixel's `step`; else 0. */
function evenStep(frames: Frames, step: number): number {
  if (frames.length === 0) return 0;
  const every = frames.length === 1 ? 1 : frames[1] - frames[0];
  const even = every > 0 && (frames.length - 1) * every < step && frames.every((frame, i) => frame === frames[0] + i * every);
  return even ? every : 0;
}
