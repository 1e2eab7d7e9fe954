import { isBridgeArray, typedArrayOf, type BridgeArray, type BridgeValue } from '@trainyard/karabo-bridge';
import type { DType } from '@trainyard/core';
import { itemSize, type Wire } from '../worker/wire.ts';

/** A value of a message as views get it; `place` says where its arrays will lie. */
export function asWire(value: BridgeValue, place: (array: BridgeArray) => Wire): Wire {
  if (isBridgeArray(value)) return value.shape.length === 0 ? scalarOf(value) : place(value);
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number') ? place(listArray(value)) : { '~list': value.map((item) => asWire(item, place)) };
  if (typeof value === 'bigint') return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  if (value instanceof Uint8Array) return place({ dtype: 'uint8', shape: [value.length], bytes: value });
  if (typeof value === 'object' && value !== null) return { '~map': Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asWire(item, place)])) };
  return value;
}

function scalarOf(array: BridgeArray): Wire {
  const [value] = typedArrayOf(array).data;
  return array.dtype === 'bool' ? Number(value) !== 0 : Number(value);
}

/** A list of numbers is a vector property: an array, as it is in a recorded run. */
function listArray(values: readonly number[]): BridgeArray {
  const data = Float64Array.from(values);
  return { dtype: 'float64', shape: [data.length], bytes: new Uint8Array(data.buffer) };
}

/** numpy's name without byte order; undefined for texts and complex numbers, which views cannot take. */
export function canonicalDtype(dtype: string): DType | undefined {
  const plain = dtype.replace(/^[<>=|]/, '');
  const short: Record<string, DType> = { '?': 'bool', b1: 'bool', i1: 'int8', u1: 'uint8', i2: 'int16', u2: 'uint16', i4: 'int32', u4: 'uint32', i8: 'int64', u8: 'uint64', f2: 'float16', f4: 'float32', f8: 'float64' };
  const name = short[plain] ?? (plain as DType);
  try {
    return itemSize(name) > 0 ? name : undefined;
  } catch {
    return undefined;
  }
}
