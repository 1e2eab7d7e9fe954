import { Mask } from './mask.ts';

const MAGIC = '\u0093NUMPY';

/** A mask as .npy of uint8 (1: masked), C order. */
export function writeNpy({ rows, columns, data }: Mask): Uint8Array<ArrayBuffer> {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  // The data begin at a multiple of 64.
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + header.length + data.length);
  bytes.set(Uint8Array.from(`${MAGIC}\u0001\0`, (c) => c.charCodeAt(0)));
  bytes.set([header.length & 255, header.length >> 8], 8);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(data, 10 + header.length);
  return bytes;
}

/** Reads a mask that numpy or this page has saved: two axes of bool or 8-bit integers, what is not 0 is masked. Throws `RangeError` that says what else it is. */
export function readNpy(bytes: Uint8Array): Mask {
  const latin = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes.length < 12 || latin(0, 6) !== MAGIC) throw new RangeError('This is no .npy file.');
  const [length, from] = bytes[6] === 1 ? [bytes[8] + 256 * bytes[9], 10] : [bytes[8] + 256 * bytes[9] + 65_536 * bytes[10], 12];
  const header = latin(from, Math.min(from + length, from + 4000));
  const [dtype, order, shape] = [/'descr':\s*'([^']*)'/, /'fortran_order':\s*(\w+)/, /'shape':\s*\(([\d\s,]*)\)/].map((part) => part.exec(header)?.[1] ?? '');
  const [rows = 0, columns = 0, more] = shape.split(',').filter((text) => text.trim() !== '').map(Number);
  if (!['|b1', '|u1', '|i1'].includes(dtype) || order !== 'False' || more !== undefined || rows === 0 || columns === 0) throw new RangeError(`A mask is an array of bool or uint8 with rows and columns, in C order; this is ${dtype || 'something else'} (${shape}).`);
  const data = bytes.subarray(from + length);
  if (data.length < rows * columns) throw new RangeError(`This file is cut short: ${data.length} bytes for ${rows} × ${columns} pixels.`);
  return new Mask(rows, columns, Uint8Array.from(data.subarray(0, rows * columns), (value) => Number(value !== 0)));
}
