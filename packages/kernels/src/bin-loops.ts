import { BESIDE, TILE, type BinArrays } from './bin-arrays.ts';
import type { BinTable } from './bin-table.ts';
import { code } from './bin-sum.wasm.ts';
import { SharesBeyond } from './shares-beyond.ts';
import { loops, Room } from './wasm.ts';

const LANES = 4;
/** Up to so many bins four lanes stay in the second cache; of more, neighbours seldom share one. */
const FEW_BINS = 8192;

/** Of so many pixels one may have a share more than its three or four. */
const SELDOM = 50;

/** Weights are by three or four where pixels seldom touch more neighbouring bins, else a list; without splitting a pixel's bin has 16 or 32 bits. */
export type BinForm = 'whole16' | 'whole32' | 'threes' | 'fours' | 'listed';

export function binForm({ bins, pixels, beyondThree, beyondFour, starts, index }: BinTable): BinForm {
  if (!starts) return bins < 65_536 ? 'whole16' : 'whole32';
  if (index || bins > FEW_BINS || beyondFour * SELDOM > pixels) return 'listed';
  return beyondThree * SELDOM > pixels ? 'fours' : 'threes';
}

/** How many shares of a pixel are in order; 0: all of them. What is beyond follows after each tile. */
export function binEach(table: BinTable): number {
  const form = binForm(table);
  return form === 'threes' ? 3 : form === 'fours' ? 4 : 0;
}

/** Lanes that pixels are added in, in turn. */
export function binLanes({ bins }: BinTable): number {
  return bins > FEW_BINS ? 1 : LANES;
}

interface Code {
  widen16(from: number, n: number, to: number): void;
  prepare(tile: number, n: number, dark: number, dummy: number, delta: number): void;
  whole16(tile: number, n: number, dark: number, first: number, norm: number, sums: number, shift: number, lane: number, lost: number): void;
  whole32: Code['whole16'];
  threes(tile: number, n: number, dark: number, first: number, weights: number, norm: number, sums: number, lane: number, lost: number): void;
  fours: Code['threes'];
  listed(tile: number, n: number, dark: number, starts: number, index: number, weights: number, norm: number, sums: number, lane: number, lost: number): void;
  scatterWhole16(tile: number, n: number, first: number, norm: number, kept: number, mean: number, bins: number, sums: number, shift: number, lane: number): void;
  scatterWhole32: Code['scatterWhole16'];
  scatterEach(tile: number, n: number, first: number, weights: number, each: number, norm: number, kept: number, mean: number, sums: number, lane: number): void;
  scatterListed(tile: number, n: number, starts: number, index: number, weights: number, norm: number, kept: number, mean: number, sums: number, lane: number): void;
  clipWhole16(tile: number, n: number, dark: number, first: number, norm: number, kept: number, mean: number, limit: number, bins: number, sums: number, shift: number, lane: number, left: number): number;
  clipWhole32: Code['clipWhole16'];
  clipEach(tile: number, n: number, dark: number, first: number, weights: number, each: number, norm: number, kept: number, mean: number, limit: number, sums: number, lane: number, left: number): number;
  clipListed(tile: number, n: number, dark: number, starts: number, index: number, weights: number, norm: number, kept: number, mean: number, limit: number, sums: number, lane: number, left: number): number;
}

/** A table in the memory of the loops, and what they do with the `n` pixels of a tile, the first of which is pixel `i` of the image. */
export interface BinLoops extends BinArrays {
  readonly raw: Uint16Array;
  /** Before clipping: no share is left out. */
  readonly keepAll: () => void;
  readonly widen: (n: number) => void;
  readonly prepare: (n: number, dummy: number, delta: number) => void;
  readonly sum: (i: number, n: number) => void;
  readonly scatter: (i: number, n: number, ofKept: boolean) => void;
  /** Gives back how many shares were left out. */
  readonly clip: (i: number, n: number) => number;
}

export function binLoops(table: BinTable): BinLoops {
  const { bins, pixels, first, starts, weights, index, norm } = table;
  const form = binForm(table);
  const lanes = binLanes(table);
  const each = binEach(table);
  // With splitting the bins of a lane lie side by side, without the lanes of a bin.
  const lane = lanes === 1 ? 0 : starts ? 16 * (bins + 4) : 16;
  const shift = lanes === 1 ? 4 : 6;
  const listed = form === 'listed';
  const shares = listed ? weights!.length : each > 0 ? each * pixels : pixels;
  const binBytes = form === 'whole32' ? 4 : 2;
  const room = new Room();
  const at = {
    tile: room.take(4 * TILE), raw: room.take(2 * TILE), dark: room.take(4 * TILE), norm: room.take(4 * pixels),
    first: room.take(listed ? 0 : binBytes * pixels), starts: room.take(listed ? 4 * (pixels + 1) : 0), index: room.take(listed ? 4 * shares : 0), weights: room.take(starts ? 4 * shares : 0),
    sums: room.take(16 * lanes * (bins + 4)), beside: room.take(8 * BESIDE * (bins + 4)), mean: room.take(8 * (bins + 4)), limit: room.take(8 * (bins + 4)), kept: room.take(shares),
  };
  const { run, buffer } = loops<Code>(code, room);
  new Float32Array(buffer, at.norm, pixels).set(norm.subarray(0, pixels));
  if (listed) {
    new Int32Array(buffer, at.starts, pixels + 1).set(starts!.subarray(0, pixels + 1));
    new Int32Array(buffer, at.index, shares).set(index ?? neighbours(table));
    new Float32Array(buffer, at.weights, shares).set(weights!);
  } else {
    // The last pixels are filled up to four: those count nowhere.
    const padded = Math.ceil(pixels / 4) * 4;
    const bin = binBytes === 4 ? new Int32Array(buffer, at.first, padded) : new Uint16Array(buffer, at.first, padded);
    bin.fill(bins);
    bin.set(first!.subarray(0, pixels));
    const to = new Float32Array(buffer, at.weights, each * pixels);
    for (let i = 0; i < (each > 0 ? pixels : 0); i++) {
      const [from, end] = [starts![i], starts![i + 1]];
      if (from === end) bin[i] = bins;
      for (let k = from; k < Math.min(end, from + each); k++) to[each * i + k - from] = weights![k];
    }
  }

  const { tile, dark, sums, beside, mean, limit, kept } = at;
  const normAt = (i: number): number => at.norm + 4 * i;
  const byForm = listed
    ? {
        sum: (i: number, n: number) => run.listed(tile, n, dark, at.starts + 4 * i, at.index, at.weights, normAt(i), sums, lane, beside),
        scatter: (i: number, n: number, ofKept: boolean) => run.scatterListed(tile, n, at.starts + 4 * i, at.index, at.weights, normAt(i), ofKept ? kept : 0, mean, sums, lane),
        clip: (i: number, n: number) => run.clipListed(tile, n, dark, at.starts + 4 * i, at.index, at.weights, normAt(i), kept, mean, limit, sums, lane, beside),
      }
    : each > 0
      ? {
          sum: (i: number, n: number) => run[form as 'threes'](tile, n, dark, at.first + 2 * i, at.weights + 4 * each * i, normAt(i), sums, lane, beside),
          scatter: (i: number, n: number, ofKept: boolean) => run.scatterEach(tile, n, at.first + 2 * i, at.weights + 4 * each * i, each, normAt(i), ofKept ? kept + each * i : 0, mean, sums, lane),
          clip: (i: number, n: number) => run.clipEach(tile, n, dark, at.first + 2 * i, at.weights + 4 * each * i, each, normAt(i), kept + each * i, mean, limit, sums, lane, beside),
        }
      : {
          sum: (i: number, n: number) => run[form as 'whole16'](tile, n, dark, at.first + binBytes * i, normAt(i), sums, shift, lane, beside),
          scatter: (i: number, n: number, ofKept: boolean) => run[form === 'whole16' ? 'scatterWhole16' : 'scatterWhole32'](tile, n, at.first + binBytes * i, normAt(i), ofKept ? kept + i : 0, mean, bins, sums, shift, lane),
          clip: (i: number, n: number) => run[form === 'whole16' ? 'clipWhole16' : 'clipWhole32'](tile, n, dark, at.first + binBytes * i, normAt(i), kept + i, mean, limit, bins, sums, shift, lane, beside),
        };
  const arrays = {
    tile: new Float32Array(buffer, tile, TILE), raw: new Uint16Array(buffer, at.raw, TILE), dark: new Float32Array(buffer, dark, TILE),
    sums: new Float64Array(buffer, sums, 2 * lanes * (bins + 4)), binStep: starts || lanes === 1 ? 2 : 2 * lanes, laneStep: lane / 8,
    beside: new Float64Array(buffer, beside, BESIDE * (bins + 4)), mean: new Float64Array(buffer, mean, bins), limit: new Float64Array(buffer, limit, bins),
  };
  const keptBytes = new Uint8Array(buffer, kept, shares);
  const others = each > 0 && (each === 3 ? table.beyondThree : table.beyondFour) > 0 ? new SharesBeyond(table, each, arrays) : undefined;
  return {
    ...arrays,
    widen: (n) => run.widen16(at.raw, n, tile),
    prepare: (n, dummy, delta) => run.prepare(tile, n, dark, dummy, delta),
    keepAll() {
      keptBytes.fill(1);
      others?.keepAll();
    },
    sum(i, n) {
      byForm.sum(i, n);
      others?.sum(i);
    },
    scatter(i, n, ofKept) {
      byForm.scatter(i, n, ofKept);
      others?.scatter(i, ofKept);
    },
    clip: (i, n) => byForm.clip(i, n) + (others?.clip(i) ?? 0),
  };
}

/** The bins of the weights, where a pixel's are neighbours. */
function neighbours({ pixels, first, starts, weights }: BinTable): Int32Array {
  const index = new Int32Array(weights!.length);
  for (let i = 0; i < pixels; i++) for (let k = starts![i]; k < starts![i + 1]; k++) index[k] = first![i] + k - starts![i];
  return index;
}
