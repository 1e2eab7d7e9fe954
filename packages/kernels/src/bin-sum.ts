import type { BinSums, BinTable } from './bin-table.ts';
import { code } from './bin-sum.wasm.ts';
import { needLength, type Numbers } from './numbers.ts';
import { loops, Room, type Loops } from './wasm.ts';

/** What is done to pixels before they are summed. */
export interface BinSumOptions {
  /** Subtracted from each pixel. */
  readonly dark?: Float32Array | undefined;
  /** Pixels that are within `deltaDummy` of this value count nowhere. */
  readonly dummy?: number | undefined;
  readonly deltaDummy?: number | undefined;
}

/** Pixels at a time, copied beside the code; a multiple of the lanes. */
const TILE = 4096;
const LANES = 4;
/** Up to so many bins four lanes stay in the second cache; of more, neighbours seldom share one. */
const FEW_BINS = 8192;
/** Bytes of a bin in what is lost: norm, count, entries. */
const LOST = 32;

interface Code {
  widen16(from: number, n: number, to: number): void;
  prepare(tile: number, n: number, dark: number, dummy: number, delta: number): void;
  whole16(tile: number, n: number, dark: number, first: number, norm: number, sums: number, shift: number, lane: number, lost: number): void;
  whole32(tile: number, n: number, dark: number, first: number, norm: number, sums: number, shift: number, lane: number, lost: number): void;
  threes(tile: number, n: number, dark: number, first: number, weights: number, norm: number, sums: number, lane: number, lost: number): void;
  fours(tile: number, n: number, dark: number, first: number, weights: number, norm: number, sums: number, lane: number, lost: number): void;
  listed(tile: number, n: number, dark: number, starts: number, index: number, weights: number, norm: number, sums: number, lane: number, lost: number): void;
}

/** How the loops see a table: bins in 16 or 32 bits, weights by three or four where no pixel touches more neighbours, else a list. */
export type BinForm = 'whole16' | 'whole32' | 'threes' | 'fours' | 'listed';

export function binForm({ bins, widest, starts, index }: BinTable): BinForm {
  if (index || (starts && (widest > 4 || bins > FEW_BINS))) return 'listed';
  if (starts) return widest <= 3 ? 'threes' : 'fours';
  return bins < 65_536 ? 'whole16' : 'whole32';
}

/** Lanes that pixels are added in, in turn. */
export function binLanes({ bins }: BinTable): number {
  return bins > FEW_BINS ? 1 : LANES;
}

/**
 * Sums images per bin, as a table has it: set up once, run on every image without allocating. A pixel that is NaN or infinite counts nowhere, also not
 * in normalisation and counts. Squares of weights are in float32, products and sums in float64; pixel i goes to lane i % 4, lanes are added (0 + 1) + (2 + 3); above 8192 bins
 * there is one lane. Errors: KERNEL_LENGTH, KERNEL_MEMORY.
 */
export class BinSum {
  readonly table: BinTable;
  readonly #form: BinForm;
  readonly #lanes: number;
  readonly #at: Readonly<Record<'tile' | 'raw' | 'dark' | 'first' | 'starts' | 'index' | 'weights' | 'norm' | 'sums' | 'lost', number>>;
  readonly #lane: number;
  /** Weights of a pixel; 0: whole pixels, or a list. */
  readonly #each: number;
  readonly #loops: Loops<Code>;
  readonly #tile: Float32Array;
  readonly #raw: Uint16Array;
  readonly #dark: Float32Array;
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;

  constructor(table: BinTable) {
    const { bins, pixels, first, starts, weights, index, norm } = table;
    this.table = table;
    const form = (this.#form = binForm(table));
    const lanes = (this.#lanes = binLanes(table));
    const each = (this.#each = form === 'threes' ? 3 : form === 'fours' ? 4 : 0);
    // With splitting the bins of a lane lie side by side, without the lanes of a bin.
    this.#lane = lanes === 1 ? 0 : starts ? 16 * (bins + 4) : 16;
    const size = 16 * lanes * (bins + 4);
    const width = form === 'whole32' ? 4 : form === 'listed' ? 0 : 2;
    const room = new Room();
    const at = (this.#at = {
      tile: room.take(4 * TILE), raw: room.take(2 * TILE), dark: room.take(4 * TILE), first: room.take(width * pixels), starts: room.take(form === 'listed' ? 4 * (pixels + 1) : 0),
      index: room.take(form === 'listed' ? 4 * weights!.length : 0), weights: room.take(form === 'listed' ? 4 * weights!.length : 4 * each * pixels),
      norm: room.take(4 * pixels), sums: room.take(size), lost: room.take(LOST * (bins + 4)),
    });
    const { buffer } = (this.#loops = loops<Code>(code, room));
    this.#tile = new Float32Array(buffer, at.tile, TILE);
    this.#raw = new Uint16Array(buffer, at.raw, TILE);
    this.#dark = new Float32Array(buffer, at.dark, TILE);
    this.#sums = new Float64Array(buffer, at.sums, size / 8);
    this.#lost = new Float64Array(buffer, at.lost, (LOST / 8) * (bins + 4));
    new Float32Array(buffer, at.norm, pixels).set(norm.subarray(0, pixels));
    if (form === 'listed') {
      new Int32Array(buffer, at.starts, pixels + 1).set(starts!.subarray(0, pixels + 1));
      new Int32Array(buffer, at.index, weights!.length).set(index ?? neighbours(table));
      new Float32Array(buffer, at.weights, weights!.length).set(weights!);
      return;
    }
    // The last pixels are filled up to four: those count nowhere.
    const padded = Math.ceil(pixels / 4) * 4;
    const bin = form === 'whole32' ? new Int32Array(buffer, at.first, padded) : new Uint16Array(buffer, at.first, padded);
    bin.fill(bins);
    bin.set(first!.subarray(0, pixels));
    if (each === 0) return;
    const to = new Float32Array(buffer, at.weights, each * pixels);
    for (let i = 0; i < pixels; i++) {
      const [from, end] = [starts![i], starts![i + 1]];
      if (from === end) bin[i] = bins;
      for (let k = from; k < end; k++) to[each * i + k - from] = weights![k];
    }
  }

  /** Sums the `table.pixels` values of `image` at `from` into `out`. 64-bit integers are to be packed first. */
  run(image: Numbers, out: BinSums, from = 0, { dark, dummy, deltaDummy = 0 }: BinSumOptions = {}): void {
    const { pixels } = this.table;
    needLength('the image', image, from + pixels);
    if (dark) needLength('the dark', dark, pixels);
    const { run } = this.#loops;
    const at = this.#at;
    const [form, lane, each] = [this.#form, this.#lane, this.#each];
    const shift = this.#lanes === 1 ? 4 : 6;
    this.#sums.fill(0);
    this.#lost.fill(0);
    if (!dark) this.#dark.fill(0);
    for (let i = 0; i < pixels; i += TILE) {
      const n = Math.min(TILE, pixels - i);
      const piece = image.subarray(from + i, from + i + n);
      if (piece instanceof Uint16Array) {
        this.#raw.set(piece);
        run.widen16(at.raw, n, at.tile);
      } else this.#tile.set(piece as Float32Array);
      // Behind the last pixel there must be nothing that is not finite.
      if (n < TILE) this.#tile.fill(0, n, Math.min(TILE, n + 4));
      if (dark) this.#dark.set(dark.subarray(i, i + n));
      if (dark || dummy !== undefined) run.prepare(at.tile, n, at.dark, dummy ?? Number.NaN, deltaDummy);
      if (form === 'listed') run.listed(at.tile, n, at.dark, at.starts + 4 * i, at.index, at.weights, at.norm + 4 * i, at.sums, lane, at.lost);
      else if (each > 0) run[form as 'threes'](at.tile, n, at.dark, at.first + 2 * i, at.weights + 4 * each * i, at.norm + 4 * i, at.sums, lane, at.lost);
      else if (form === 'whole16') run.whole16(at.tile, n, at.dark, at.first + 2 * i, at.norm + 4 * i, at.sums, shift, lane, at.lost);
      else run.whole32(at.tile, n, at.dark, at.first + 4 * i, at.norm + 4 * i, at.sums, shift, lane, at.lost);
    }
    this.#put(out);
  }

  #put({ signal, variance, norm, count, entries }: BinSums): void {
    const { bins, total } = this.table;
    const [sums, lost, lanes] = [this.#sums, this.#lost, this.#lanes];
    const [bin, lane] = [this.table.starts ? 2 : 2 * lanes, this.#lane / 8];
    for (let b = 0; b < bins; b++) {
      const k = b * bin;
      if (lanes === 1) {
        signal[b] = sums[k];
        variance[b] = sums[k + 1];
      } else {
        signal[b] = sums[k] + sums[k + lane] + (sums[k + 2 * lane] + sums[k + 3 * lane]);
        variance[b] = sums[k + 1] + sums[k + lane + 1] + (sums[k + 2 * lane + 1] + sums[k + 3 * lane + 1]);
      }
      const l = (LOST / 8) * b;
      norm[b] = total.norm[b] - lost[l];
      count[b] = total.count[b] - lost[l + 1];
      entries[b] = total.entries[b] - lost[l + 2];
    }
  }
}

/** The bins of the weights, where a pixel's are neighbours. */
function neighbours({ pixels, first, starts, weights }: BinTable): Int32Array {
  const index = new Int32Array(weights!.length);
  for (let i = 0; i < pixels; i++) for (let k = starts![i]; k < starts![i + 1]; k++) index[k] = first![i] + k - starts![i];
  return index;
}

