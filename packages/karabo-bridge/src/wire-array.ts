import { BridgeError, quote, type BridgeWhere } from './bridge-error.ts';
import type { BridgeArray, BridgeValue } from './bridge-train.ts';
import { bytesOf, parseDtype, type Dtype } from './dtype.ts';

/** Checks a dtype from the wire. */
export function readDtype(text: BridgeValue | undefined, where: BridgeWhere): Dtype {
  if (typeof text !== 'string') throw new BridgeError('BRIDGE_DTYPE', 'The array has no dtype that is one word; structured arrays are refused', where);
  if (text === 'object' || text === 'O' || text === '|O') throw new BridgeError('BRIDGE_OBJECT_ARRAY', 'An array of Python objects is refused: reading it would run the sender\'s code', where);
  const dtype = parseDtype(text);
  if (dtype === undefined) throw new BridgeError('BRIDGE_DTYPE', `Arrays of dtype ${quote(text)} are refused; numbers, bool and fixed-width strings are read`, where);
  return dtype;
}

/** Checks a shape from the wire. */
export function readShape(shape: BridgeValue | undefined, where: BridgeWhere): readonly number[] {
  if (!Array.isArray(shape)) throw new BridgeError('BRIDGE_SHAPE', 'The array has no shape', where);
  if (bytesOf(shape, 1) === undefined) throw new BridgeError('BRIDGE_SHAPE', `${quote(`[${shape.slice(0, 40).map(String).join(', ')}]`)} is no shape of an array`, where);
  return shape as number[];
}

/** An array whose shape and dtype agree with its bytes. */
export function makeArray(dtype: Dtype, shape: readonly number[], bytes: Uint8Array, where: BridgeWhere): BridgeArray {
  const wanted = bytesOf(shape, dtype.itemSize);
  if (wanted !== bytes.length) {
    const said = wanted === undefined ? 'more than 2^53' : String(wanted);
    throw new BridgeError('BRIDGE_SHAPE', `The array has ${bytes.length} bytes, shape [${shape.join(', ')}] of ${dtype.name} needs ${said}`, where);
  }
  return { dtype: dtype.name, shape, bytes };
}

/** Checks an array that was made elsewhere: its bytes must be what shape and dtype say. */
export function checkArray(array: BridgeArray, where: BridgeWhere = {}): Dtype {
  const dtype = readDtype(array.dtype, where);
  makeArray(dtype, readShape(array.shape as BridgeValue, where), array.bytes, where);
  return dtype;
}
