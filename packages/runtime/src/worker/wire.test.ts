import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { Labelled, NdArray, array, dtypes, labelled, ndarray, type DType, type NdArray as Nd } from '@trainyard/core';
import { BufferRing } from './buffer-ring.ts';
import { WireWriter, readWire, resultLimit } from './wire.ts';

/** Through a buffer and a structured clone, as between threads. */
function through(...values: unknown[]): unknown[] {
  const writer = new WireWriter();
  const wires = values.map((value) => writer.put(value));
  const buffer = writer.bytes ? new SharedArrayBuffer(writer.bytes) : undefined;
  if (buffer) writer.copyTo(buffer);
  return wires.map((wire) => readWire(structuredClone(wire), buffer));
}
const nested = (value: unknown): unknown => (value as Nd).toNested();

describe('the wire', () => {
  test.each(dtypes as readonly DType[])('an array of %s', (dtype) => {
    const sent = array(dtype.startsWith('float') ? [[0.5, NaN], [-0, Infinity]] : [[0, 1], [1, 0]], dtype);
    const [odd, value] = through(array([1, 2, 3], 'uint8'), sent);
    expect(value).toMatchObject({ dtype, shape: [2, 2] });
    expect(nested(value)).toEqual(sent.toNested());
    expect(nested(odd)).toEqual([1, 2, 3]);
  });

  test('64-bit integers keep every digit', () => {
    expect(nested(through(ndarray(BigUint64Array.of(2n ** 64n - 1n), [1]))[0])).toEqual([2n ** 64n - 1n]);
  });

  test('plain values stand for themselves', () => {
    const values = [0, -0, NaN, -Infinity, '', 'µ', true, false, 10n ** 18n, null, undefined];
    expect(through(...values)).toEqual(values);
  });

  test('slices and transposes bring their own elements only; empty and single ones come back', () => {
    const image = ndarray(Float32Array.from({ length: 600 }, (_, i) => i), [20, 30]);
    const writer = new WireWriter();
    writer.put(image.slice('3:5, ::10').T);
    expect(writer.bytes).toBe(24);
    expect(through(image.slice('3:5, ::10').T, image.slice('0:0'), image.slice('2, 3')).map(nested)).toEqual([image.slice('3:5, ::10').T.toNested(), [], 63]);
    expect(through(ndarray(new Float64Array(0), [0, 3]))[0]).toMatchObject({ shape: [0, 3] });
  });

  test('labels, with the coordinates of axes as what they were', () => {
    const [value] = through(labelled(array([1, 2]), { unit: 'ADU', axes: [{ name: 'x', values: Float64Array.of(0, 1, 2) }], errors: array([1, 1]) as unknown as Nd, overlay: [{ kind: 'vline', at: [1] }] })) as [Labelled];
    expect(value).toBeInstanceOf(Labelled);
    expect(nested(value.array)).toEqual([1, 2]);
    expect(value.labels).toMatchObject({ unit: 'ADU', axes: [{ name: 'x', values: Float64Array.of(0, 1, 2) }], overlay: [{ kind: 'vline', at: [1] }] });
    expect(value.labels.errors).toBeInstanceOf(NdArray);
    const [series] = through(labelled({ a: array([1, 2]) as unknown as Nd<1>, b: array([3, 4]) as unknown as Nd<1> }, { axes: [{ name: 't' }] })) as [Labelled];
    const { a, b } = series.array as unknown as Record<'a' | 'b', Nd>;
    expect([nested(a), nested(b), series.labels]).toEqual([[1, 2], [3, 4], { axes: [{ name: 't' }] }]);
  });

  test('any nesting of lists, objects, numbers and texts, whatever the names', () => {
    const names = fc.oneof(fc.string(), fc.constantFrom('~at', '~list', '~map', '~typed', '~labelled', 'constructor'));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.float64Array({ maxLength: 3 }), fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(names, tie('tree'), { maxKeys: 4, noNullPrototype: true })),
    }));
    fc.assert(fc.property(tree, (value) => {
      expect(through(value)[0]).toEqual(value);
    }));
  });

  test.each<[string, unknown, RegExp]>([
    ['a function', () => 1, /a function cannot be handed/],
    ['a symbol', Symbol('x'), /a symbol cannot/],
    ['a Map', new Map(), /class Map cannot/],
    ['a Date inside', { when: [new Date()] }, /class Date cannot/],
    ['a class of the user', new (class Peak {})(), /class Peak cannot be handed to another view's worker: give a plain object/],
  ])('%s is refused in words', (_, value, message) => {
    expect(() => new WireWriter().put(value)).toThrow(message);
  });
});

describe('what is too large', () => {
  const { bytes } = resultLimit;
  afterEach(() => void (resultLimit.bytes = bytes));

  test('is refused before it is made flat, and takes no room from what comes after', () => {
    resultLimit.bytes = 1e6;
    const writer = new WireWriter();
    writer.put(ndarray(new Float64Array(1000), [1000]));
    const room = writer.bytes;
    // One number that says it is a large array: made flat it would take 8 TB.
    expect(() => writer.put(new NdArray(Float64Array.of(1), [1e6, 1e6], [0, 0], 0, 'float64'))).toThrow(expect.objectContaining({ code: 'RESULT_BYTES', message: expect.stringMatching(/8000\.0 GB.*may take 1\.0 MB \(those of other views take 0\.0 MB\)/) }));
    expect(() => writer.put({ small: ndarray(new Float64Array(100), [100]), large: ndarray(new Float64Array(2e5), [2e5]) })).toThrow(/1\.6 MB/);
    expect(writer.bytes).toBe(room);
    writer.put(ndarray(new Float64Array(1e5), [1e5]));
    expect(writer.bytes).toBe(room + 8e5);
  });

  test('texts and lists are counted, too; an array whose shape does not fit its data is refused', () => {
    const writer = new WireWriter();
    expect(() => writer.put(Array.from({ length: 5e6 }, () => 'a word'))).toThrow(expect.objectContaining({ code: 'RESULT_BYTES' }));
    expect(writer.put('a word')).toBe('a word');
    expect(() => writer.put(new NdArray(new Float64Array(3), [2, 2], [2, 1], 0, 'float64'))).toThrow(/does not have 3 elements/);
  });
});

describe('the ring of buffers', () => {
  test('lends the smallest that fits, and what comes back again', () => {
    const ring = new BufferRing();
    const [big, small] = [ring.acquire(100_000), ring.acquire(10_000)];
    expect([big.memory.byteLength, small.memory.byteLength]).toEqual([125_000, 12_500]);
    ring.release(big.id);
    ring.release(small.id);
    ring.release(small.id);
    ring.release(999);
    expect(ring.acquire(11_000)).toBe(small);
    expect(ring.acquire(11_000)).toBe(big);
    expect(ring.acquire(11_000).id).toBe(3);
  });

  test('the same train again and again allocates nothing; growing results give small buffers up', () => {
    const ring = new BufferRing();
    const seen = new Set<number>();
    for (let i = 0; i < 100; i++) {
      const [a, b] = [ring.acquire(5000), ring.acquire(50_000)];
      seen.add(a.id).add(b.id);
      ring.release(a.id);
      ring.release(b.id);
    }
    expect(seen.size).toBe(2);
    for (let bytes = 60_000; bytes < 500_000; bytes *= 2) ring.release(ring.acquire(bytes).id);
    expect(ring.acquire(1).memory.byteLength).toBeGreaterThan(200_000);
  });
});
