import { Labelled, NdArray, flatData } from '@trainyard/core';

/** Whether two inputs are the same to the bit: type, shape, order, NaN payloads and -0 included. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a instanceof NdArray || b instanceof NdArray) return a instanceof NdArray && b instanceof NdArray && sameArray(a, b);
  if (a instanceof Labelled || b instanceof Labelled) return a instanceof Labelled && b instanceof Labelled && sameValue(a.array, b.array) && sameValue(a.labels, b.labels);
  if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return ArrayBuffer.isView(a) && ArrayBuffer.isView(b) && a.constructor === b.constructor && sameBytes(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return keys.length === others.length && keys.every((key, i) => key === others[i] && sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

function sameArray(a: NdArray, b: NdArray): boolean {
  return a.dtype === b.dtype && a.shape.join() === b.shape.join() && sameBytes(flatData(a), flatData(b));
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return Buffer.compare(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), new Uint8Array(b.buffer, b.byteOffset, b.byteLength)) === 0;
}
