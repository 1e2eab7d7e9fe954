import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { copyIn } from './copy-in.ts';

it('property: copies what is asked for, wherever both lie in eight bytes, and writes no more than seven bytes behind', () => {
  const at = fc.integer({ min: 0, max: 9 });
  fc.assert(fc.property(at, at, at, at, fc.integer({ min: 0, max: 40 }), fc.boolean(), fc.constantFrom(Float32Array, Uint16Array), (begin, from, toBegin, to, n, shared, Type) => {
    const size = Type.BYTES_PER_ELEMENT;
    const data = new Type((shared ? new SharedArrayBuffer(64 * size) : new ArrayBuffer(64 * size)) as ArrayBuffer);
    for (let i = 0; i < 64; i++) data[i] = i + 1;
    const out = new Type(new ArrayBuffer(80 * size), toBegin * size);
    copyIn(data.subarray(begin) as Float32Array, from, n, out as Float32Array, to);
    expect(Array.from(out.subarray(to, to + n))).toEqual(Array.from({ length: n }, (_, i) => begin + from + i + 1));
    expect(Array.from(out.subarray(0, to)).every((v) => v === 0)).toBe(true);
    expect(Array.from(out.subarray(to + n + 8 / size - 1)).every((v) => v === 0)).toBe(true);
  }));
});
