import { decode, encode } from '@msgpack/msgpack';
import type { History } from './page.ts';
import { fromWire, toWire } from './value.ts';

/** The body of an answer of `/api/history`: one msgpack value, its arrays as in value frames. */
export function encodeHistory(history: History): Uint8Array {
  return encode(toWire(history));
}

/** Reads it; throws `RangeError` when it is cut short, is no history, or its columns do not belong together. */
export function decodeHistory(bytes: Uint8Array): History {
  let value: unknown;
  try {
    value = fromWire(decode(bytes));
  } catch (error) {
    throw new RangeError(`HISTORY: ${(error as Error).message}`, { cause: error });
  }
  const { id, width, trainId, min, max, mean, count, first, last } = (value ?? {}) as Partial<History>;
  const wrong = (what: string): never => {
    throw new RangeError(`HISTORY: ${what}`);
  };
  if (typeof id !== 'string' || typeof first !== 'number' || typeof last !== 'number') return wrong('a history names what it is of, and its first and last train.');
  if (!Number.isSafeInteger(width) || width! < 1) return wrong('a point is a whole number of trains wide.');
  const columns = [trainId, min, max, mean].every((column) => column instanceof Float64Array && column.length === trainId!.length) && count instanceof Uint32Array && count.length === trainId!.length;
  if (!columns) return wrong('trains, min, max, mean and count have one entry for each point.');
  if (trainId!.some((train, i) => !(train >= 0) || (i > 0 && train <= trainId![i - 1]!))) return wrong('the trains of the points ascend.');
  return { id, width: width!, trainId: trainId!, min: min!, max: max!, mean: mean!, count: count!, first, last };
}
