import { BridgeError } from './bridge-error.ts';

/** An array as it lies in the message: raw bytes in C order, not aligned, in the sender's byte order. */
export interface BridgeArray {
  /** numpy's name: `uint16`, `float32`, `bool`, `complex64`; `>u2` when big-endian; `<U3`, `|S3` for strings. */
  readonly dtype: string;
  /** Slow axis first; `[]` is one element, a 0 anywhere means no bytes. */
  readonly shape: readonly number[];
  /** A view into the message, never a copy. */
  readonly bytes: Uint8Array;
}

/** A value of a train. Integers beyond ±(2^53-1) are bigint, all other numbers plain numbers. */
export type BridgeValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | BridgeArray
  | BridgeValue[]
  | { [key: string]: BridgeValue };

/** What one source delivered for one train. */
export interface BridgeSource {
  /** `timestamp.tid` of the metadata; undefined where the sender gave none, or one that is no integer from 0 to 2^53-1. */
  readonly trainId: number | undefined;
  /** Empty where the sender gave none. */
  readonly metadata: Record<string, BridgeValue>;
  /** By key, the parts of a key joined by dots as the sender wrote them; in the sender's order. */
  readonly values: Map<string, BridgeValue>;
}

/** One message: sources by name. */
export type BridgeTrain = Map<string, BridgeSource>;

/**
 * A number that reaches Python as a float even when it is whole. Without it `1` is sent as an int and `1.5` as a float,
 * so a quantity that happens to be whole would change its Python type from train to train.
 */
export class BridgeFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** What can be sent: a value, with floats marked where that matters. */
export type Sendable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | BridgeArray
  | BridgeFloat
  | readonly Sendable[]
  | { readonly [key: string]: Sendable };

/** A source to send. A `BridgeSource` is one; its `trainId` is not looked at, the metadata's `timestamp.tid` is what travels. */
export interface SendableSource {
  readonly metadata: { readonly [key: string]: Sendable };
  readonly values: ReadonlyMap<string, Sendable>;
}

/** A train to send; every `BridgeTrain` is one. */
export type SendableTrain = ReadonlyMap<string, SendableSource>;

/** Whether a value is an array (a map from the wire with the same three keys looks alike: readers check the length again). */
export function isBridgeArray(value: unknown): value is BridgeArray {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<BridgeArray>;
  return typeof candidate.dtype === 'string' && Array.isArray(candidate.shape) && candidate.bytes instanceof Uint8Array;
}

/**
 * The metadata that a bridge sends with a source: name, time as float seconds, as whole seconds and as 18 digits of
 * attoseconds (the last 12 are zero: the time is kept to the microsecond), and the train ID.
 *
 * @param timeMs Milliseconds since 1970, fractions allowed.
 */
export function metadataFor(source: string, trainId: number, timeMs: number): Record<string, BridgeValue> {
  if (!Number.isSafeInteger(trainId) || trainId < 0) {
    throw new BridgeError('BRIDGE_TRAIN_ID', `Train ID ${trainId} is not an integer between 0 and 2^53-1`, { source });
  }
  const microseconds = Math.round(timeMs * 1000);
  if (!Number.isSafeInteger(microseconds) || microseconds < 0) {
    throw new BridgeError('BRIDGE_UNSENDABLE', `Time ${timeMs} ms is not a time since 1970`, { source, path: 'timestamp' });
  }
  const seconds = Math.floor(microseconds / 1e6);
  return {
    source,
    timestamp: microseconds / 1e6,
    'timestamp.sec': String(seconds),
    'timestamp.frac': String(microseconds - seconds * 1e6).padStart(6, '0').padEnd(18, '0'),
    'timestamp.tid': trainId,
  };
}
