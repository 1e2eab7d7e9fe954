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
  const cuts: Cut[] = [];
  let start = 0;
  for (let i = 1; i <= trainIds.length; i += 1) {
    const atEnd = i === trainIds.length;
    const boundary = atEnd || blockOf(trainIds[i]!) !== blockOf(trainIds[i - 1]!);
    const enough = i >= Math.round(((cuts.length + 1) * trainIds.length) / parts);
    if (!atEnd && !(boundary && enough)) continue;
    const from = cuts.length === 0 ? trainIds[start]! : blockOf(trainIds[start]!) * BLOCK;
    cuts.push({ from, to: atEnd ? trainIds[i - 1]! + 1 : (blockOf(trainIds[i - 1]!) + 1) * BLOCK, trains: i - start });
    start = i;
  }
  return cuts;
}
