import { Hdf5Error } from './hdf5-error.ts';

/** `[start, stop]` for each axis, stop excluded; null, or a missing entry at the end, takes the whole axis. */
export type Slice = readonly (readonly [start: number, stop: number] | null)[];

/** A block of a dataset: where it starts and how many entries it takes along each axis. */
export interface Block {
  offset: number[];
  count: number[];
}

/** Bytes handed to the library in one call: large enough to be cheap, small enough to stay in the caches. */
export const BLOCK_BYTES = 16 * 1024 * 1024;

/** Checks a slice against a shape; it must lie inside it. */
export function selection(shape: readonly number[], slice: Slice | undefined, where: string): Block {
  const offset: number[] = [];
  const count: number[] = [];
  if (slice && slice.length > shape.length) throw new Hdf5Error('HDF5_RANGE', where, `The slice has ${slice.length} axes, the data ${shape.length}`);
  shape.forEach((length, axis) => {
    const [start, stop] = slice?.[axis] ?? [0, length];
    if (!Number.isInteger(start) || !Number.isInteger(stop) || start < 0 || stop < start || stop > length) {
      throw new Hdf5Error('HDF5_RANGE', where, `The slice ${start}:${stop} of axis ${axis} does not lie in the ${length} entries there`);
    }
    offset.push(start);
    count.push(stop - start);
  });
  return { offset, count };
}

/**
 * Cuts a selection into blocks that are contiguous in C order, one after the other, and end at chunk borders where
 * that is possible, so that no chunk is inflated twice.
 */
export function* blocks(chosen: Block, itemSize: number, chunks: readonly number[] | null, limit = BLOCK_BYTES): Generator<Block> {
  const { offset, count } = chosen;
  if (count.includes(0)) return;
  const inner = (axis: number): number => count.slice(axis + 1).reduce((product, length) => product * length, itemSize);
  // The outermost axis along which several entries fit into one block; axes before it go one entry at a time.
  let axis = 0;
  while (axis < count.length - 1 && inner(axis) > limit) axis += 1;
  if (count.length === 0) {
    yield { offset: [], count: [] };
    return;
  }
  let step = Math.max(1, Math.floor(limit / inner(axis)));
  const chunk = chunks?.[axis] ?? 1;
  if (chunk <= step) step -= step % chunk;
  const outer = count.slice(0, axis);
  const position = outer.map(() => 0);
  for (;;) {
    const from = offset[axis];
    const end = from + count[axis];
    for (let start = from; start < end; ) {
      const stop = Math.min(end, start - (start % chunk <= step ? start % chunk : 0) + step);
      yield {
        offset: [...position.map((p, i) => offset[i] + p), start, ...offset.slice(axis + 1)],
        count: [...outer.map(() => 1), stop - start, ...count.slice(axis + 1)],
      };
      start = stop;
    }
    let at = axis - 1;
    while (at >= 0 && ++position[at] === outer[at]) position[at--] = 0;
    if (at < 0) return;
  }
}
