import { describe, expect, test } from 'vitest';
import { typedArrayOf, type BridgeArray } from './index.ts';

/** Bytes that lie unaligned in a larger message. */
function unaligned(...bytes: number[]): Uint8Array {
  return Uint8Array.from([0xee, ...bytes, 0xee]).subarray(1, bytes.length + 1);
}

describe('typedArrayOf', () => {
  test.each<[string, number[], string, (number | bigint)[]]>([
    ['bool', [1, 0], 'bool', [1, 0]],
    ['int8', [255], 'int8', [-1]],
    ['uint16', [1, 2], 'uint16', [513]],
    ['>u2', [1, 2], 'uint16', [258]],
    ['>i4', [255, 255, 255, 254], 'int32', [-2]],
    ['uint64', [1, 0, 0, 0, 0, 0, 0, 128], 'uint64', [2n ** 63n + 1n]],
    ['>i8', [0, 0, 0, 0, 0, 0, 1, 0], 'int64', [256n]],
    ['float16', [0, 60], 'float16', [1]],
    ['>f4', [0x40, 0x20, 0, 0], 'float32', [2.5]],
    ['float64', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], 'float64', [1]],
    ['>c8', [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], 'complex64', [1, -2]],
  ])('%s', (dtype, bytes, canonical, numbers) => {
    const itemSize = canonical.startsWith('complex') ? 8 : bytes.length / numbers.length;
    const array: BridgeArray = { dtype, shape: [bytes.length / itemSize], bytes: unaligned(...bytes) };
    const typed = typedArrayOf(array);
    expect(typed.dtype).toBe(canonical);
    expect(Array.from<number | bigint>(typed.data)).toEqual(numbers);
    expect(array.bytes).toEqual(Uint8Array.from(bytes)); // the message is untouched
  });

  test('copies into memory that is given, shared too, and touches nothing beyond', () => {
    const memory = new Uint8Array(new SharedArrayBuffer(32)).fill(7);
    const typed = typedArrayOf({ dtype: '>u2', shape: [2], bytes: unaligned(0, 1, 0, 2) }, memory.subarray(8));
    expect(typed.data.buffer).toBe(memory.buffer);
    expect(typed.data).toEqual(Uint16Array.of(1, 2));
    expect([...memory.subarray(12)]).toEqual(Array.from({ length: 20 }, () => 7));
  });

  test('refuses memory that is short or not aligned, strings, and arrays that do not add up', () => {
    const array: BridgeArray = { dtype: 'float32', shape: [1], bytes: new Uint8Array(4) };
    expect(() => typedArrayOf(array, new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'BRIDGE_SHAPE' }));
    expect(() => typedArrayOf(array, new Uint8Array(8).subarray(2))).toThrow(expect.objectContaining({ code: 'BRIDGE_SHAPE' }));
    expect(() => typedArrayOf({ dtype: '<U1', shape: [1], bytes: new Uint8Array(4) })).toThrow(expect.objectContaining({ code: 'BRIDGE_DTYPE' }));
    expect(() => typedArrayOf({ dtype: 'float32', shape: [1000], bytes: new Uint8Array(4) })).toThrow(expect.objectContaining({ code: 'BRIDGE_SHAPE' }));
  });
});
