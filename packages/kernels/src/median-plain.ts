import type { Border, Place, WindowSize } from './border.ts';
import { KernelError, type Floats, type Numbers } from './numbers.ts';

/** Height or width of a tile of results, beside which its window's reach is small enough. */
export function tileFor(window: number): number {
  return Math.max(32, window);
}

/** The most pixels that the windows of a tile hold. Throws KERNEL_MEMORY where its tables would be too large. */
export function tileRoom({ rows, cols }: Border, [ky, kx]: WindowSize): number {
  const room = (Math.min(rows, tileFor(ky)) + ky - 1) * (Math.min(cols, tileFor(kx)) + kx - 1);
  if (room > MOST) throw new KernelError('KERNEL_MEMORY', `the median of ${ky} x ${kx} pixels takes too large tables: take a smaller window`);
  return room;
}

const MOST = 2 ** 26;
const ABSENT = 0xffff_ffff;
const DIGITS = 8;

/** For float64 results: walks over tiles whose pixels have been numbered in the order of their values, with a bit for each pixel in the window. */
export class MedianPlain {
  readonly #border: Border;
  readonly #size: WindowSize;
  readonly #skip: boolean;
  readonly #tile: readonly [number, number];
  readonly #image: Float64Array;
  /** Of the tile's pixels in the order of the image: rank; in the order of their values: place, value. */
  readonly #ranks: Int32Array;
  readonly #values: Float64Array;
  readonly #bits: Uint32Array;
  readonly #sorter: Sorter;

  constructor(border: Border, size: WindowSize, skip: boolean) {
    [this.#border, this.#size, this.#skip] = [border, size, skip];
    this.#tile = [tileFor(size[0]), tileFor(size[1])];
    const room = tileRoom(border, size);
    this.#image = new Float64Array(border.tall * border.pitch);
    this.#ranks = new Int32Array(room);
    this.#values = new Float64Array(room);
    this.#bits = new Uint32Array((room >> 5) + 2);
    this.#sorter = new Sorter(room);
  }

  run(image: Numbers, out: Floats, place: Place): void {
    const { rows, cols } = this.#border;
    const [tileY, tileX] = this.#tile;
    this.#border.fill(image, place, this.#image);
    const to = place.to ?? 0;
    for (let y = 0; y < rows; y += tileY) {
      for (let x = 0; x < cols; x += tileX) this.#walk(y, x, Math.min(tileY, rows - y), Math.min(tileX, cols - x), out, to + y * cols + x);
    }
  }

  /** Numbers the pixels that the windows of a tile hold; gives back how many of them are not NaN. */
  #number(y: number, x: number, tall: number, wide: number): number {
    const [image, values, ranks, { pitch }] = [this.#image, this.#values, this.#ranks, this.#border];
    const size = tall * wide;
    for (let v = 0, place = 0; v < tall; v++) {
      for (let u = 0, at = (y + v) * pitch + x; u < wide; u++, place++, at++) values[place] = image[at] + 0;
    }
    const order = this.#sorter.sort(values, size);
    let valid = 0;
    for (let rank = 0; rank < size; rank++) {
      ranks[order[rank]] = rank;
      if (values[order[rank]] === values[order[rank]]) valid = rank + 1;
    }
    // In the order of the values: those of the image are still in it.
    for (let rank = 0; rank < valid; rank++) {
      const v = Math.floor(order[rank] / wide);
      values[rank] = image[(y + v) * pitch + x + order[rank] - v * wide] + 0;
    }
    return valid;
  }

  #walk(top: number, left: number, rows: number, cols: number, out: Floats, to: number): void {
    const [ky, kx] = this.#size;
    const [ranks, bits] = [this.#ranks, this.#bits];
    const wide = cols + kx - 1;
    const valid = this.#number(top, left, rows + ky - 1, wide);
    bits.fill(0);
    const window: Window = { valid, here: 0, word: 0, below: 0 };
    for (let v = 0; v < ky; v++) for (let u = 0; u < kx; u++) toggle(bits, window, ranks[v * wide + u], 1);
    let x = 0;
    for (let y = 0; y < rows; y++) {
      const step = y % 2 === 0 ? 1 : -1;
      const last = y % 2 === 0 ? cols - 1 : 0;
      for (;;) {
        out[to + y * this.#border.cols + x] = this.#middle(window);
        if (x === last) break;
        let goes = y * wide + (step > 0 ? x : x + kx - 1);
        let comes = y * wide + (step > 0 ? x + kx : x - 1);
        for (let v = 0; v < ky; v++, goes += wide, comes += wide) {
          toggle(bits, window, ranks[goes], -1);
          toggle(bits, window, ranks[comes], 1);
        }
        x += step;
      }
      if (y + 1 === rows) return;
      for (let u = 0; u < kx; u++) {
        toggle(bits, window, ranks[y * wide + x + u], -1);
        toggle(bits, window, ranks[(y + ky) * wide + x + u], 1);
      }
    }
  }

  #middle(window: Window): number {
    const [ky, kx] = this.#size;
    const { here } = window;
    if (!this.#skip) return here < ky * kx ? Number.NaN : this.#values[rankOf(this.#bits, window, (ky * kx) >> 1)];
    if (here === 0) return Number.NaN;
    const low = this.#values[rankOf(this.#bits, window, (here - 1) >> 1)];
    return here % 2 === 1 ? low : (low + this.#values[rankOf(this.#bits, window, here >> 1)]) * 0.5;
  }
}

/** Which of a tile's pixels are in the window: of the words of 32 of them, `below` are in those before `word`. */
interface Window {
  /** Ranks from here on are NaN. */
  readonly valid: number;
  /** Pixels in the window that are not NaN. */
  here: number;
  word: number;
  below: number;
}

function toggle(bits: Uint32Array, window: Window, rank: number, by: 1 | -1): void {
  bits[rank >> 5] ^= 1 << (rank & 31);
  if (rank >> 5 < window.word) window.below += by;
  if (rank < window.valid) window.here += by;
}

/** The rank of the window's pixel that has `n` others below it. */
function rankOf(bits: Uint32Array, window: Window, n: number): number {
  let { word, below } = window;
  while (below > n) below -= ones(bits[--word]);
  for (let count = ones(bits[word]); below + count <= n; count = ones(bits[word])) {
    below += count;
    word += 1;
  }
  [window.word, window.below] = [word, below];
  let left = bits[word];
  for (let i = below; i < n; i++) left &= left - 1;
  return (word << 5) + 31 - Math.clz32(left & -left);
}

function ones(word: number): number {
  word -= (word >>> 1) & 0x5555_5555;
  word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Puts numbers in order by the bytes of whole numbers that are ordered as they are; NaN come last. */
class Sorter {
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #order: [Uint32Array, Uint32Array];
  readonly #starts = new Uint32Array(256);
  readonly #one = new Float64Array(1);
  readonly #words = new Uint32Array(this.#one.buffer);

  constructor(room: number) {
    this.#high = new Uint32Array(room);
    this.#low = new Uint32Array(room);
    this.#order = [new Uint32Array(room), new Uint32Array(room)];
  }

  /** The places of the `size` first values, in order. */
  sort(values: Float64Array, size: number): Uint32Array {
    const [high, low, one, words] = [this.#high, this.#low, this.#one, this.#words];
    let [from, to] = this.#order;
    for (let i = 0; i < size; i++) {
      from[i] = i;
      one[0] = values[i];
      const sign = words[1] >> 31;
      const absent = values[i] !== values[i];
      high[i] = absent ? ABSENT : words[1] ^ (sign | 0x8000_0000);
      low[i] = absent ? ABSENT : words[0] ^ sign;
    }
    for (let digit = 0; digit < DIGITS; digit++) {
      if (this.#pass(digit < 4 ? low : high, 8 * (digit % 4), size, from, to)) [from, to] = [to, from];
    }
    return from;
  }

  /** One byte; false where all values share it and nothing was done. */
  #pass(keys: Uint32Array, shift: number, size: number, from: Uint32Array, to: Uint32Array): boolean {
    const starts = this.#starts.fill(0);
    for (let i = 0; i < size; i++) starts[(keys[i] >>> shift) & 255] += 1;
    if (starts[(keys[0] >>> shift) & 255] === size) return false;
    for (let i = 0, sum = 0; i < 256; i++) {
      const n = starts[i];
      starts[i] = sum;
      sum += n;
    }
    for (let i = 0; i < size; i++) {
      const place = from[i];
      to[starts[(keys[place] >>> shift) & 255]++] = place;
    }
    return true;
  }
}
