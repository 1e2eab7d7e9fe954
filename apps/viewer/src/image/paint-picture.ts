import { codeValues, valueOfCode } from '@trainyard/control';
import { colorCount } from './color-maps.ts';
import type { Codes } from './patch.ts';
import type { Picture } from './picture.ts';
import type { Range, ScaleName } from './auto-range.ts';

/** The part of a picture that is shown, in pixels of the picture: left and top edge inclusive, may be fractions. */
export interface Window2d {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** Whole pixels of a picture, ends excluded, in blocks of `block` × `block`. */
export interface Blocks {
  readonly c0: number;
  readonly c1: number;
  readonly r0: number;
  readonly r1: number;
  readonly block: number;
  /** How many blocks that makes. */
  readonly columns: number;
  readonly rows: number;
}

/** What has to be painted of a window in blocks of that many pixels. */
export function blocksOf({ x0, x1, y0, y1 }: Window2d, picture: Picture, block: number): Blocks {
  const clamp = (v: number, n: number) => Math.min(n, Math.max(0, v));
  const [c0, c1] = [clamp(Math.floor(x0), picture.width), clamp(Math.ceil(x1), picture.width)];
  const [r0, r1] = [clamp(Math.floor(y0), picture.height), clamp(Math.ceil(y1), picture.height)];
  return { c0, c1, r0, r1, block, columns: Math.ceil((c1 - c0) / block), rows: Math.ceil((r1 - r0) / block) };
}

/** Colours and range: what turns values into pixels. */
export interface Coloring {
  readonly table: Uint32Array;
  readonly range: Range;
  readonly scale: ScaleName;
}

/** Paints pictures; its memory is reused from frame to frame, as allocating megabytes ten times a second is what makes a page stutter. */
export class Painter {
  #sums = new Float64Array(0);
  #counts = new Float64Array(0);
  readonly #keys = new Uint32Array(65_536);
  #keysOf = '';

  /**
   * Paints blocks of a picture into `pixels`, one word for each. A block shows the mean of its pixels, NaN left out, so that
   * a lone bright pixel dims but never vanishes. Of codes it is the mean of codes.
   */
  paint(picture: Picture, blocks: Blocks, pixels: Uint32Array, coloring: Coloring, codes?: Codes): void {
    const { data, offset, rowStride, colStride } = picture;
    const { c0, r0, rows, columns, block } = blocks;
    if (this.#sums.length < columns) {
      this.#sums = new Float64Array(columns);
      this.#counts = new Float64Array(columns);
    }
    const start = offset + r0 * rowStride + c0 * colStride;
    if (codes) this.#keyCodes(codes, coloring);
    const words = block > 1 || colStride !== 1 ? undefined : codes ? { data, shift: 0 } : this.#keyed(data, coloring);
    if (words) {
      for (let j = 0; j < rows; j++) lookUp(words.data, start + j * rowStride, words.shift, this.#keys, pixels, j * columns, columns);
      return;
    }
    // What does not count in a mean: NaN, or its code.
    const nothing = codes ? 0 : data instanceof Float32Array || data instanceof Float64Array ? Number.NaN : undefined;
    const color = codes ? codeColorer(this.#keys) : colorer(coloring);
    const sums = this.#sums;
    for (let j = 0; j < rows; j++) {
      const at = start + j * block * rowStride;
      if (block === 1) for (let i = 0, k = at; i < columns; i++, k += colStride) sums[i] = data[k]!;
      else this.#fold(picture, blocks, at, Math.min(block, blocks.r1 - r0 - j * block), nothing);
      color(sums, pixels, j * columns, columns);
    }
  }

  /** The means of one row of blocks, left in `#sums`. */
  #fold({ data, rowStride, colStride }: Picture, { block, columns, c0, c1 }: Blocks, at: number, rows: number, nothing: number | undefined): void {
    const [nan, zero] = [nothing !== undefined && nothing !== 0, nothing === 0];
    const sums = this.#sums;
    const counts = this.#counts;
    sums.fill(0, 0, columns);
    counts.fill(0, 0, columns);
    for (let r = 0; r < rows; r++) {
      let k = at + r * rowStride;
      for (let i = 0; i < columns; i++) {
        const n = Math.min(block, c1 - c0 - i * block);
        let sum = 0;
        let count = n;
        for (let c = 0; c < n; c++, k += colStride) {
          const value = data[k];
          if ((nan && value !== value) || (zero && value === 0)) count--;
          else sum += value;
        }
        sums[i] += sum;
        counts[i] += count;
      }
    }
    for (let i = 0; i < columns; i++) sums[i] /= counts[i];
  }

  /** A colour for each code. Its range is another on every train, so where the scales are one it goes straight from code to colour. */
  #keyCodes(codes: Codes, { table, range, scale }: Coloring): void {
    this.#keysOf = '';
    const keys = this.#keys;
    const { low, high, last } = codes;
    keys[0] = table[colorCount];
    if (codes.scale !== scale || scale === 'sqrt' || !(low < high) || range[0] === range[1]) {
      colorer({ table, range, scale })(codeValues(codes, last === 255 ? 8 : 16), keys, 0, last + 1);
      return;
    }
    const straight = scale === 'log' ? Math.log : (x: number) => x;
    const top = colorCount - 1;
    const [from, to] = [straight(range[0]), straight(range[1])];
    const at = ((straight(valueOfCode(codes, 1, last)) - from) / (to - from)) * top;
    const step = (((straight(high) - straight(low)) / (last - 1)) / (to - from)) * top;
    for (let code = 1; code <= last; code++) {
      const x = at + step * (code - 1) + 0.5;
      keys[code] = table[x >= top ? top : x > 0 ? x | 0 : 0];
    }
  }

  /**
   * Where 16 bits decide the colour it is looked up instead of computed: 8- and 16-bit integers, and the upper half of a
   * float32 (1 part in 128) on a log scale over at least a decade, where a colour is wider than that.
   */
  #keyed(data: Picture['data'], { table, range, scale }: Coloring): { data: ArrayLike<number>; shift: number } | undefined {
    const log32 = data instanceof Float32Array && scale === 'log' && range[1] / range[0] >= 10;
    if (!log32 && data.BYTES_PER_ELEMENT > 2) return undefined;
    const signed = data instanceof Int8Array || data instanceof Int16Array;
    const name = `${log32 ? 'float' : signed ? 'signed' : 'unsigned'} ${scale} ${range.join()} ${table[0]} ${table[128]} ${table[255]}`;
    if (name !== this.#keysOf) {
      this.#keysOf = name;
      const keys = Float64Array.from({ length: 65_536 }, (_, key) => (signed && key > 32_767 ? key - 65_536 : key));
      const values = log32 ? Float64Array.from(new Float32Array(Uint32Array.from(keys, (key) => (((key << 16) | 0x8000) >>> 0)).buffer)) : keys;
      colorer({ table, range, scale })(values, this.#keys, 0, 65_536);
    }
    return log32 ? { data: new Uint32Array(data.buffer, data.byteOffset, data.length), shift: 16 } : { data, shift: 0 };
  }
}

function lookUp(data: ArrayLike<number>, at: number, shift: number, keys: Uint32Array, pixels: Uint32Array, to: number, count: number): void {
  if (shift === 0) for (let i = 0; i < count; i++) pixels[to + i] = keys[data[at + i] & 0xffff]!;
  else for (let i = 0; i < count; i++) pixels[to + i] = keys[data[at + i] >>> shift]!;
}

/** Means of codes by the nearest code; of nothing but NaN the mean is NaN. */
function codeColorer(keys: Uint32Array): Colorer {
  return (values, pixels, at, count) => {
    for (let i = 0; i < count; i++) pixels[at + i] = keys[values[i] !== values[i] ? 0 : (values[i] + 0.5) | 0];
  };
}

type Colorer = (values: Float64Array, pixels: Uint32Array, at: number, count: number) => void;

/** One loop for each scale: a call for every pixel would cost more than the sums. */
function colorer({ table, range: [low, high], scale }: Coloring): Colorer {
  const top = colorCount - 1;
  const index = (x: number) => (x >= top ? top : x > 0 ? x | 0 : 0);
  if (scale === 'log') {
    const base = Math.log(low);
    const k = top / (Math.log(high) - base);
    return (values, pixels, at, count) => {
      for (let i = 0; i < count; i++) {
        const value = values[i];
        pixels[at + i] = table[value !== value ? colorCount : value <= low ? 0 : index((Math.log(value) - base) * k + 0.5)]!;
      }
    };
  }
  const k = scale === 'sqrt' ? 1 / (high - low) : top / (high - low);
  if (scale === 'sqrt') {
    return (values, pixels, at, count) => {
      for (let i = 0; i < count; i++) {
        const value = values[i];
        pixels[at + i] = table[value !== value ? colorCount : value <= low ? 0 : index(Math.sqrt((value - low) * k) * top + 0.5)]!;
      }
    };
  }
  return (values, pixels, at, count) => {
    for (let i = 0; i < count; i++) {
      const value = values[i];
      pixels[at + i] = table[value !== value ? colorCount : index((value - low) * k + 0.5)]!;
    }
  };
}

/** Where a value lies between the ends of a range, 0 to 1 and beyond, as the colours show it. */
export function fractionOf(value: number, [low, high]: Range, scale: ScaleName): number {
  if (scale === 'log') return (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
  const linear = (value - low) / (high - low);
  return scale === 'sqrt' ? Math.sqrt(Math.max(0, linear)) : linear;
}
