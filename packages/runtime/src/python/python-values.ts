import { Labelled, NdArray, YardError, workspace, type AnyTypedArray, type DType } from '@trainyard/core';
import type { PythonMemory } from './python-memory.ts';

/** A value on its way: `a` an array by its place, `n` a number that JSON has no form for, `d` values by name, `v` anything that it has. */
export type PythonValue = readonly ['a', unknown] | readonly ['n', string] | readonly ['d', Readonly<Record<string, unknown>>] | readonly ['v', unknown];

/** An argument as Python gets it; its arrays are put into `memory`. A whole number comes as an int. Throws `PYTHON_VALUE` for what Python has no form of. */
export function toPython(value: unknown, memory: PythonMemory): PythonValue {
  if (value instanceof Labelled) return toPython(value.array, memory);
  if (value instanceof NdArray) return ['a', placed(value, memory)];
  if (value === undefined || value === null) return ['v', null];
  if (typeof value === 'bigint') return ['n', String(value)];
  if (typeof value === 'number') return Number.isFinite(value) ? ['v', value] : ['n', String(value)];
  if (typeof value === 'string' || typeof value === 'boolean') return ['v', value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' || (typeof item === 'number' && Number.isFinite(item)))) return ['v', value];
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) return ['d', Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toPython(one, memory)]))];
  throw new YardError('PYTHON_VALUE', `Python gets arrays, numbers, texts and tables, not ${Array.isArray(value) ? 'a list of other things' : typeof value === 'object' ? `a ${value.constructor?.name ?? 'thing without a class'}` : `a ${typeof value}`}.`);
}

/** `[dtype, shape, strides in bytes, place, bytes]`: a view of other memory goes as it lies where that is not much more than itself. */
function placed(array: NdArray, memory: PythonMemory): unknown {
  const { dtype, shape, size } = array;
  if (size === 0) return [dtype, shape, null, 0, 0];
  const extent = 1 + shape.reduce((sum, n, axis) => sum + (n - 1) * array.stride[axis]!, 0);
  const lies = array.stride.every((step) => step >= 0) && extent <= 2 * size;
  const { data, stride, offset } = lies ? array : array.copy();
  const typed = data as unknown as AnyTypedArray;
  const item = typed.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(typed.buffer, typed.byteOffset + offset * item, (lies ? extent : size) * item);
  return [dtype, shape, stride.map((step) => step * item), memory.put(bytes), bytes.length];
}

/** A result as Python gave it; its arrays are copied out of `memory`, into scratch. None is undefined. */
export function fromPython([kind, what]: PythonValue, memory: PythonMemory): unknown {
  if (kind === 'a') {
    const [dtype, shape, at] = what as [DType, number[], number];
    const array = workspace.scratch(shape, dtype);
    const { buffer, byteOffset, byteLength } = array.data as unknown as AnyTypedArray;
    memory.read(new Uint8Array(buffer, byteOffset, byteLength), at);
    return array;
  }
  if (kind === 'n') {
    const number = Number(what);
    return Number.isInteger(number) && !Number.isSafeInteger(number) && /^-?\d+$/.test(what) ? BigInt(what) : number;
  }
  if (kind === 'd') return Object.fromEntries(Object.entries(what).map(([name, one]) => [name, fromPython(one as PythonValue, memory)]));
  return what ?? undefined;
}
