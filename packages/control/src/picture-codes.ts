import type { PictureData } from './want.ts';

type Range = Pick<PictureData, 'low' | 'high' | 'scale'>;

/** Codes of so many bits end with it. */
export function lastCode(bits: 8 | 16): number {
  return bits === 8 ? 255 : 65535;
}

/** The value that a code of a picture stands for; NaN for 0. `last` is the code of `high`. */
export function valueOfCode({ low, high, scale }: Range, code: number, last: number): number {
  if (code === 0) return Number.NaN;
  // The ends are met exactly, whatever is rounded between them.
  if (code === last && last > 1 && low < high) return high;
  if (code === 1 || !(low < high)) return low;
  const t = (code - 1) / (last - 1);
  if (scale === 'log') return Math.exp(Math.log(low) * (1 - t) + Math.log(high) * t);
  const part = scale === 'sqrt' ? t * t : t;
  return low * (1 - part) + high * part;
}

/** The same for every code: a table to look values up in. */
export function codeValues(range: Range, bits: 8 | 16): Float64Array {
  const last = lastCode(bits);
  return Float64Array.from({ length: last + 1 }, (_, code) => valueOfCode(range, code, last));
}
