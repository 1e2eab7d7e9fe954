import { createHash, type Hash } from 'node:crypto';
import { Labelled, NdArray, flatData } from '@trainyard/core';

/** A digest of all that a value holds: equal digests, equal bits. */
export function valueDigest(value: unknown): string {
  const hash = createHash('sha1');
  put(hash, value, new Set());
  return hash.digest('base64');
}

function put(hash: Hash, value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null) {
    hash.update(`${typeof value}:${String(value)};`);
    return;
  }
  if (seen.has(value)) return;
  seen.add(value);
  if (value instanceof NdArray) put(hash, flatData(value), seen);
  else if (value instanceof Labelled) put(hash, [value.array, value.labels], seen);
  else if (ArrayBuffer.isView(value)) hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  else {
    const entries: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : value instanceof Set ? value.entries() : Object.entries(value);
    for (const [key, item] of entries) {
      hash.update(`${String(key)}=`);
      put(hash, item, seen);
    }
  }
}
