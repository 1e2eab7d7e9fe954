import { encode } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, dtypes, ndarray, NdArray, type DType } from '@trainyard/nd';
import { decodeValue, encodeValue, framePieces, type PanelValue } from './value.ts';

const through = (value: PanelValue['value'], labels?: PanelValue['labels']): PanelValue => decodeValue(encodeValue({ id: 'views/x', trainId: 10 ** 9, value, ...(labels && { labels }) }));
const plain = (value: unknown) => (value as NdArray).toNested();

describe('a value comes back as it was', () => {
  test.each(dtypes as readonly DType[])('an array of %s', (dtype) => {
    const values = dtype.startsWith('float') ? [[0.5, NaN, -Infinity], [-0, 1, 2]] : dtype === 'bool' ? [[true, false, true], [false, false, true]] : [[0, 1, 2], [3, 4, 127]];
    const sent = array(values as number[][], dtype);
    const { value } = through(sent);
    expect(value).toBeInstanceOf(NdArray);
    expect(value).toMatchObject({ dtype, shape: [2, 3] });
    expect(plain(value)).toEqual(sent.toNested());
  });

  test.each<[string, PanelValue['value']]>([['a number', 1.5], ['NaN', NaN], ['infinity', -Infinity], ['a text', 'µ'], ['a switch', false]])('%s', (_, value) => {
    expect(through(value)).toEqual({ id: 'views/x', trainId: 10 ** 9, value });
  });

  test('strided arrays and slices of larger memory, nothing but their elements', () => {
    const image = ndarray(Uint16Array.from({ length: 1000 }, (_, i) => i), [20, 50]);
    const cut = image.slice('2:4, 10:40:10').T;
    expect(plain(through(cut as unknown as NdArray).value)).toEqual(cut.toNested());
    expect(plain(through(image.slice('19') as unknown as NdArray).value)).toEqual(image.slice('19').toNested());
    expect(encodeValue({ id: 'x', trainId: 1, value: image.slice('19') as unknown as NdArray }).length).toBeLessThan(200);
  });

  test('empty arrays', () => {
    expect(through(ndarray(new Float32Array(0), [0, 3]) as unknown as NdArray).value).toMatchObject({ shape: [0, 3], size: 0 });
  });

  test('series and columns by name', () => {
    const { value } = through({ on: array([1, 2]) as unknown as NdArray, name: ['a', 'b'], n: [1, 2] });
    expect(plain((value as Record<string, unknown>)['on'])).toEqual([1, 2]);
    expect(value).toMatchObject({ name: ['a', 'b'], n: [1, 2] });
  });

  test('labels: coordinates of axes as lists or typed arrays, errors as an array', () => {
    const errors = array([0.1, 0.2]) as unknown as NdArray;
    const { labels } = through(array([1, 2]) as unknown as NdArray, { unit: 'ADU', axes: [{ name: 'q', unit: 'nm^-1', values: Float64Array.of(0, 1, 2) }, { name: 'x', values: [1, 2] }, { name: 'y' }], errors, overlay: [{ kind: 'vline', at: [1], text: 't0' }] });
    expect(labels).toMatchObject({ unit: 'ADU', overlay: [{ kind: 'vline', at: [1], text: 't0' }] });
    expect(labels!.axes).toEqual([{ name: 'q', unit: 'nm^-1', values: Float64Array.of(0, 1, 2) }, { name: 'x', values: [1, 2] }, { name: 'y' }]);
    expect(plain(labels!.errors)).toEqual([0.1, 0.2]);
  });

  // Without -0: msgpack writes it as the whole number 0.
  test('any tree of plain values', () => {
    fc.assert(fc.property(fc.dictionary(fc.string().filter((key) => key !== '__proto__' && key !== '~nd'), fc.array(fc.oneof(fc.double().map((n) => n + 0), fc.string()))), (value) => {
      expect(through(value).value).toEqual({ ...value });
    }));
  });
});

test('one frame under the names of several clients', () => {
  const frame = encodeValue({ id: 'views/x', trainId: 7, at: 1.5, value: array([1, 2]) as unknown as NdArray, labels: { unit: 'eV' } });
  for (const key of ['', 'a', 'x'.repeat(300), 'µ']) {
    const { value, ...rest } = decodeValue(Buffer.concat(framePieces(frame, key)));
    expect(rest).toEqual({ key, id: 'views/x', trainId: 7, at: 1.5, labels: { unit: 'eV' } });
    expect(plain(value)).toEqual([1, 2]);
  }
  expect(decodeValue(frame)).not.toHaveProperty('key');
});

describe('a frame that is not to be believed', () => {
  const good = encodeValue({ id: 'views/x', trainId: 5, value: array([[1, 2], [3, 4]]) as unknown as NdArray });

  test('cut short at every byte', () => {
    for (let length = 0; length < good.length; length++) expect(() => decodeValue(good.subarray(0, length))).toThrow(RangeError);
  });

  test.each<[string, unknown]>([
    ['more bytes than its shape', { '~nd': 'uint8', shape: [2], bytes: new Uint8Array(3) }],
    ['a negative shape', { '~nd': 'uint8', shape: [-1, -8], bytes: new Uint8Array(8) }],
    ['a shape without end', { '~nd': 'uint8', shape: [1e308, 1e308], bytes: new Uint8Array(8) }],
    ['a shape of texts', { '~nd': 'uint8', shape: ['8'], bytes: new Uint8Array(8) }],
    ['a shape that is a number', { '~nd': 'uint8', shape: 8, bytes: new Uint8Array(8) }],
    ['no bytes', { '~nd': 'uint8', shape: [0] }],
    ['a dtype that is none', { '~nd': 'constructor', shape: [1], bytes: new Uint8Array(1) }],
    ['a dtype that is no text', { '~nd': 5, shape: [1], bytes: new Uint8Array(1) }],
    ['half an element', { '~nd': 'float64', bytes: new Uint8Array(12) }],
  ])('%s', (_, value) => {
    expect(() => decodeValue(encode({ id: 'x', trainId: 1, value }))).toThrow(RangeError);
  });

  test.each<[string, unknown]>([['a number', 5], ['a list', [1]], ['nothing', null], ['no id', { trainId: 1, value: 2 }], ['a train that is a text', { id: 'x', trainId: '1', value: 2 }]])('%s', (_, value) => {
    expect(() => decodeValue(encode(value))).toThrow(RangeError);
  });

  test('noise', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: good.length - 1 }), (noise, at) => {
      const broken = good.slice();
      broken.set(noise.subarray(0, broken.length - at), at);
      for (const bytes of [noise, broken]) {
        try {
          decodeValue(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    }), { numRuns: 500 });
  });
});
