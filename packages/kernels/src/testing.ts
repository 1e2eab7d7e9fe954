/** For tests only: expected results in `.npy` files, and how near two lists of numbers are. Needs Node. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the large expected results beside the repository, or undefined where it is not there. */
export const shared: string | undefined = (() => {
  const folder = fileURLToPath(new URL('../../../../shared', import.meta.url));
  return existsSync(`${folder}/oracles`) ? folder : undefined;
})();

const types = {
  f4: Float32Array, f8: Float64Array, u1: Uint8Array, b1: Uint8Array, i1: Int8Array, u2: Uint16Array, i2: Int16Array,
  u4: Uint32Array, i4: Int32Array, u8: BigUint64Array, i8: BigInt64Array,
} as const;

export interface Npy<T = Float64Array> {
  readonly data: T;
  readonly shape: number[];
}

/** Reads a `.npy` file, little-endian and in C order; `T` is what the caller knows it to hold. */
export function readNpy<T = Float64Array>(path: string): Npy<T> {
  const file = readFileSync(path);
  const long = file[6] >= 2;
  const start = (long ? 12 : 10) + (long ? file.readUInt32LE(8) : file.readUInt16LE(8));
  const header = file.toString('latin1', 0, start);
  const type = /'descr': '[<|=]([a-z]\d)'/.exec(header)?.[1] as keyof typeof types | undefined;
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').filter((part) => part.trim() !== '').map(Number);
  if (!type || !types[type] || header.includes("'fortran_order': True")) throw new Error(`${path}: not a little-endian C-ordered .npy file`);
  const bytes = file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length);
  return { data: new types[type](bytes, 0, shape.reduce((n, m) => n * m, 1)) as T, shape };
}

export interface Nearness {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** |a - b| / max(|b|, floor) over all elements. NaN against NaN is 0, against a number Infinity. */
export function nearness(a: ArrayLike<number>, b: ArrayLike<number>, floor = 1e-12): Nearness {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  const errors = Float64Array.from({ length: a.length }, (_, i) => {
    const [x, y] = [a[i], b[i]];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y) ? 0 : Infinity;
    return x === y ? 0 : Math.abs(x - y) / Math.max(Math.abs(y), floor);
  }).sort();
  const at = (q: number): number => errors[Math.min(errors.length - 1, Math.floor(q * errors.length))] ?? 0;
  return { median: at(0.5), p99: at(0.99), max: at(1) };
}

/** The code of the error that a call throws; `none` when it throws nothing. */
export function errorCode(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
