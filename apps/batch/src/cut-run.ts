import { BLOCK, blockOf } from '@trainyard/core';

/** Train IDs `from` up to but not `to`. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly trains: number;
}

/** A part is about so much work: a few minutes on one node. */
const PART_BYTES = 32 * 2 ** 30;
const PART_TRAINS = 10_000;

/** Into how many parts a run is cut: one while it is small. */
export function partsFor(trains: number, bytes: number): number {
  return Math.max(1, Math.ceil(trains / PART_TRAINS), Math.ceil(bytes / PART_BYTES));
}

/**
 * Cuts a run into at most so many parts of about the same number of trains, at multiples of 64 train IDs and nowhere else;
 * `trainIds` ascend. A part holds at least one train.
 */
export function cutRun(trainIds: readonly number[], parts: number): Cut[] {
  const count = trainIds.length;
  if (count === 0) return [];
  const starts = trainIds.flatMap((id, i) => (i > 0 && blockOf(id) !== blockOf(trainIds[i - 1]!) ? [i] : []));
  const chosen = new Set([0]);
  for (let k = 1; k < parts && starts.length > 0; k += 1) chosen.add(nearest(starts, (k * count) / parts));
  const begins = [...chosen].sort((a, b) => a - b);
  return begins.map((begin, k) => {
    const end = begins[k + 1] ?? count;
    return {
      from: begin === 0 ? trainIds[0]! : blockOf(trainIds[begin]!) * BLOCK,
      to: end === count ? trainIds[count - 1]! + 1 : (blockOf(trainIds[end - 1]!) + 1) * BLOCK,
      trains: end - begin,
    };
  });
}

function nearest(numbers: readonly number[], wanted: number): number {
  return numbers.reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best));
}
