import { TILE } from './bin-arrays.ts';
import { binEach, binLanes } from './bin-loops.ts';
import type { BinSumOptions } from './bin-sum.ts';
import { binSums, type BinSums, type BinTable } from './bin-table.ts';
import type { Numbers } from './numbers.ts';

/** `BinSum.run` in plain TypeScript, for tests: the same bits. */
export function sumPlain(table: BinTable, image: Numbers, out: BinSums, from = 0, { dark, dummy, deltaDummy = 0 }: BinSumOptions = {}): void {
  const { bins, pixels, norm, total } = table;
  const lanes = Array.from({ length: binLanes(table) }, () => binSums(bins));
  const lost = binSums(bins);
  const each = binEach(table) || Infinity;
  const add = (i: number, beyond: boolean): void => {
    const raw = Math.fround(image[from + i]!);
    const away = dummy !== undefined && Math.abs(Math.fround(raw - Math.fround(dummy))) <= Math.fround(deltaDummy);
    const offset = dark ? dark[i] : 0;
    const v = away ? Number.NaN : Math.fround(raw - offset);
    const lane = lanes[i % lanes.length]!;
    let share = 0;
    eachShare(table, i, (bin, w) => {
      if (share++ >= each !== beyond) return;
      if (v - v === 0) {
        lane.signal[bin] += w * v;
        lane.variance[bin] += Math.fround(w * w) * Math.fround((v > 1 ? v : 1) + offset);
      } else if (w !== 0) {
        lost.norm[bin] += w * norm[i];
        lost.count[bin] += w;
        lost.entries[bin] += 1;
      }
    });
  };
  for (let tile = 0; tile < pixels; tile += TILE) {
    for (const beyond of [false, true]) for (let i = tile; i < Math.min(pixels, tile + TILE); i++) add(i, beyond);
  }
  for (let b = 0; b < bins; b++) {
    for (const key of ['signal', 'variance'] as const) out[key][b] = lanes.length === 1 ? lanes[0]![key][b] : lanes[0]![key][b] + lanes[1]![key][b] + (lanes[2]![key][b] + lanes[3]![key][b]);
    for (const key of ['norm', 'count', 'entries'] as const) out[key][b] = total[key][b] - lost[key][b];
  }
}

/** Calls back for each bin of a pixel and its share there. */
export function eachShare({ bins, first, starts, weights, index }: BinTable, i: number, visit: (bin: number, weight: number) => void): void {
  if (!starts) {
    if (first![i] < bins) visit(first![i], 1);
    return;
  }
  for (let k = starts[i]; k < starts[i + 1]; k++) visit(index ? index[k] : first![i] + k - starts[i], weights![k]);
}
