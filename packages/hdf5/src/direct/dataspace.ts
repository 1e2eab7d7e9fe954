import { NotDirect, type Cursor } from './file-bytes.ts';

/** Length of each axis, and the largest it may have: Infinity for one without bound; no shape at all for a dataset of no values. */
export interface Dataspace {
  readonly shape: readonly number[] | null;
  readonly maxShape: readonly number[];
}

/** Reads a dataspace message (format specification IV.A.2.b). */
export function readDataspace(message: Cursor): Dataspace {
  const version = message.u8();
  const rank = message.u8();
  const flags = message.u8();
  if (version === 1) message.skip(5);
  else if (version !== 2) throw new NotDirect(`dataspace version ${version}`);
  else if (message.u8() === 2) return { shape: null, maxShape: [] };
  if (rank > 32) throw new NotDirect(`${rank} axes`);
  const shape = Array.from({ length: rank }, () => message.length());
  const maxShape = flags & 1 ? shape.map(() => message.lengthOrNone() ?? Infinity) : [...shape];
  return { shape, maxShape };
}
