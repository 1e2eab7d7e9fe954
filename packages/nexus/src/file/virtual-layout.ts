import { ByteBuilder, checksum } from './byte-builder.ts';
import type { Heap } from './heap.ts';
import type { Box, Mapping } from './node.ts';

const HYPERSLAB = 2;

/** Writes the layout of a virtual dataset (format specification IV.A.2.i): its mappings lie in the heap. */
export function virtualLayout(out: ByteBuilder, mappings: readonly Mapping[], heap: Heap): void {
  out.u8(4);
  out.u8(3);
  if (mappings.length === 0) {
    out.undefined64();
    out.u32(0);
    return;
  }
  const { address, index } = heap.keep(mappings, () => block(mappings));
  out.u64(address);
  out.u32(index);
}

/** The block of mappings (specification VII.F). */
function block(mappings: readonly Mapping[]): Uint8Array {
  const out = new ByteBuilder();
  out.u8(0);
  out.u64(mappings.length);
  for (const { file, path, from, to } of mappings) {
    out.text(`${file}\0${path}\0`);
    selection(out, from);
    selection(out, to);
  }
  out.u32(checksum(out.since()));
  return out.since().slice();
}

/** One block of elements, in the oldest form, which every HDF5 with virtual datasets reads; its numbers take 32 bits. */
function selection(out: ByteBuilder, { start, count }: Box): void {
  const rank = start.length;
  out.u32(HYPERSLAB);
  out.u32(1);
  out.u32(0);
  out.u32(8 + 8 * rank);
  out.u32(rank);
  out.u32(1);
  for (const first of start) out.u32(first);
  start.forEach((first, axis) => out.u32(first + count[axis]! - 1));
}
