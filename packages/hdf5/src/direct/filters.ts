import { inflateSync } from 'node:zlib';
import { NotDirect } from './file-bytes.ts';
import { lzf } from './lzf.ts';
import { DEFLATE, FLETCHER32, LZF, SHUFFLE, type Filter } from './storage.ts';

/**
 * Takes the filters off a stored chunk, the last applied first; those whose bit in `mask` is set were skipped. Gives the chunk's bytes, in `spare` where
 * they had to be put in order. Throws `NotDirect` when they are not `wanted` bytes: the library says what is wrong.
 */
export function unfilter(stored: Uint8Array, filters: readonly Filter[], mask: number, wanted: number, itemSize: number, spare: () => Uint8Array): Uint8Array {
  let bytes = stored;
  for (let i = filters.length - 1; i >= 0; i--) {
    if (mask & (1 << i)) continue;
    const { id, values } = filters[i]!;
    if (id === DEFLATE) bytes = inflate(bytes, wanted);
    else if (id === LZF) bytes = lzf(bytes, wanted + CHECKSUM);
    else if (id === FLETCHER32) bytes = checked(bytes);
    else if (id === SHUFFLE) bytes = unshuffle(bytes, values[0] ?? itemSize, spare());
  }
  if (bytes.byteLength !== wanted) throw new NotDirect(`a chunk of ${bytes.byteLength} bytes where ${wanted} belong`);
  return bytes;
}

/** A checksum of four bytes may still be behind. */
const CHECKSUM = 4;

function inflate(bytes: Uint8Array, wanted: number): Uint8Array {
  try {
    // One output buffer of the right size: nothing is put together from pieces.
    return inflateSync(bytes, { chunkSize: Math.max(64, wanted + CHECKSUM), maxOutputLength: wanted + CHECKSUM });
  } catch (error) {
    throw new NotDirect((error as Error).message, { cause: error });
  }
}

/** The bytes without their Fletcher checksum, which must fit. */
function checked(bytes: Uint8Array): Uint8Array {
  const length = bytes.byteLength - CHECKSUM;
  if (length < 0) throw new NotDirect('a chunk without its checksum');
  const data = bytes.subarray(0, length);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + length, CHECKSUM).getUint32(0, true);
  if (fletcher32(data) !== stored) throw new NotDirect('a checksum does not fit');
  return data;
}

/** Fletcher's checksum over words of two bytes, the first the higher, as HDF5 has it. */
export function fletcher32(data: Uint8Array): number {
  let [sum1, sum2] = [0, 0];
  const words = data.byteLength >> 1;
  for (let i = 0; i < words; ) {
    // So many words fit before the sums must be folded.
    const end = Math.min(words, i + 360);
    for (; i < end; i++) {
      sum1 += (data[2 * i]! << 8) | data[2 * i + 1]!;
      sum2 += sum1;
    }
    sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
    sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  }
  if (data.byteLength % 2) {
    sum1 += data[data.byteLength - 1]! << 8;
    sum2 += sum1;
    sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
    sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  }
  sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
  sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  return ((sum2 << 16) | sum1) >>> 0;
}

/** First bytes of all elements, then all second ones: back to elements. What is left over at the end was not shuffled. */
export function unshuffle(bytes: Uint8Array, size: number, out: Uint8Array): Uint8Array {
  if (size <= 1) return bytes;
  const target = out.subarray(0, bytes.byteLength);
  const count = Math.floor(bytes.byteLength / size);
  if (size === 2) unshuffle2(bytes, new Uint16Array(target.buffer, target.byteOffset, count));
  else if (size === 4) unshuffle4(bytes, new Uint32Array(target.buffer, target.byteOffset, count), 0, 1, count);
  else if (size === 8) {
    const halves = new Uint32Array(target.buffer, target.byteOffset, 2 * count);
    unshuffle4(bytes, halves, 0, 2, count);
    unshuffle4(bytes.subarray(4 * count), halves, 1, 2, count);
  } else for (let k = 0; k < size; k++) for (let i = 0; i < count; i++) target[i * size + k] = bytes[k * count + i]!;
  target.set(bytes.subarray(count * size), count * size);
  return target;
}

function unshuffle2(bytes: Uint8Array, out: Uint16Array): void {
  const n = out.length;
  for (let i = 0; i < n; i++) out[i] = bytes[i]! | (bytes[n + i]! << 8);
}

function unshuffle4(bytes: Uint8Array, out: Uint32Array, first: number, step: number, n: number): void {
  const [n2, n3] = [2 * n, 3 * n];
  for (let i = 0, o = first; i < n; i++, o += step) out[o] = bytes[i]! | (bytes[n + i]! << 8) | (bytes[n2 + i]! << 16) | (bytes[n3 + i]! << 24);
}
