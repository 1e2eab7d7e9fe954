import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { typedArrayOf } from './typed-array-of.ts';
import { isBridgeArray, type BridgeTrain, type BridgeValue } from './bridge-train.ts';

export const OWN_GOLDEN = new URL('../golden/', import.meta.url);
/** A larger set beside the repository; absent in most checkouts. */
export const SHARED_GOLDEN = new URL('../../../../shared/oracles/bridge/', import.meta.url);
export const HAS_SHARED = existsSync(SHARED_GOLDEN);

/** Names of the golden messages in a folder. */
export function goldenNames(folder: URL): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.frames'))
    .map((file) => file.slice(0, -'.frames'.length))
    .sort();
}

/** The frames of a golden message. */
export function goldenFrames(name: string, folder = OWN_GOLDEN): Uint8Array[] {
  const bytes = readFileSync(new URL(`${name}.frames`, folder));
  if (bytes.toString('latin1', 0, 4) !== 'KBF1') throw new Error(`${name}.frames is no golden message`);
  const frames: Uint8Array[] = [];
  let at = 8;
  for (let i = bytes.readUInt32LE(4); i > 0; i--) {
    const length = bytes.readUInt32LE(at);
    frames.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return frames;
}

/** What Python read from it. */
export function goldenMeaning(name: string, folder = OWN_GOLDEN): { data?: Json; meta?: Json; deserialize_error?: string } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as { data?: Json; meta?: Json };
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A train in the words of the golden files; 1.0 keeps the metadata in the data. */
export function describeTrain(train: BridgeTrain, version: '1.0' | '2.2'): { data: Json; meta: Json } {
  const data: { [key: string]: Json } = {};
  const meta: { [key: string]: Json } = {};
  for (const [name, { metadata, values }] of train) {
    const all = describe(Object.fromEntries(values)) as { [key: string]: Json };
    meta[name] = describe(metadata);
    data[name] = version === '1.0' && Object.keys(metadata).length > 0 ? { ...all, metadata: meta[name] } : all;
  }
  return { data, meta };
}

function describe(value: BridgeValue): Json {
  if (typeof value === 'bigint') return { __int__: String(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return { __float__: pythonFloat(value) };
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return { __bytes_hex__: Buffer.from(value).toString('hex') };
  if (isBridgeArray(value)) {
    const numbers = /[US]/.test(value.dtype) ? value.bytes : typedArrayOf(value).data;
    const little = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    return { __ndarray__: true, dtype: value.dtype, shape: [...value.shape], nbytes: value.bytes.length, sha256_le_c_order: createHash('sha256').update(little).digest('hex') };
  }
  if (Array.isArray(value)) return value.map(describe);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, describe(item)]));
}

function pythonFloat(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/**
 * What the golden file says, in the terms of this package: the first values of an array are left out (its hash covers them),
 * numpy scalars are plain numbers, complex numbers arrays without axes.
 */
export function expected(meaning: Json): Json {
  if (meaning === null || typeof meaning !== 'object') return meaning;
  if (Array.isArray(meaning)) return meaning.map(expected);
  if ('__ndarray__' in meaning) {
    const { first: _first, ...rest } = meaning;
    return rest;
  }
  if ('__numpy_scalar__' in meaning) return meaning['value'];
  if ('__complex__' in meaning) {
    const numbers = Float64Array.from((meaning['__complex__'] as Json[]).map(toNumber));
    return describe({ dtype: 'complex128', shape: [], bytes: new Uint8Array(numbers.buffer) });
  }
  return Object.fromEntries(Object.entries(meaning).map(([key, item]) => [key, expected(item)]));
}

function toNumber(part: Json): number {
  if (typeof part === 'number') return part;
  const text = (part as { [key: string]: string })['__float__'];
  return Number(text.replace('inf', 'Infinity'));
}
