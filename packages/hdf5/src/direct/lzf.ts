import { NotDirect } from './file-bytes.ts';

/** Unpacks LZF (h5py's filter 32000) into a buffer of its own of at most `most` bytes. Throws `NotDirect` for damage. */
export function lzf(bytes: Uint8Array, most: number): Uint8Array {
  const out = new Uint8Array(most);
  let to = 0;
  for (let from = 0; from < bytes.length; ) {
    const control = bytes[from++]!;
    if (control < 32) {
      // So many bytes, and one more, as they are.
      const end = from + control + 1;
      if (end > bytes.length || to + control + 1 > most) throw new NotDirect('an LZF chunk that ends too early');
      while (from < end) out[to++] = bytes[from++]!;
      continue;
    }
    // Bytes that were there before: their number in three bits or a byte more, how far back in 13 bits.
    let length = control >> 5;
    if (length === 7) length += bytes[from++] ?? 0;
    length += 2;
    const back = ((control & 31) << 8) + (bytes[from++] ?? most) + 1;
    if (back > to || to + length > most) throw new NotDirect('an LZF chunk that points outside itself');
    // One by one: the part may overlap with itself.
    for (const end = to + length; to < end; to++) out[to] = out[to - back]!;
  }
  return out.subarray(0, to);
}
