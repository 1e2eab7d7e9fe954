import { decode as unpack } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BridgeFloat, decode, encode, metadataFor, type BridgeValue, type Sendable, type SendableTrain } from './index.ts';

const one = (value: Sendable): SendableTrain => new Map([['S', { metadata: {}, values: new Map([['k', value]]) }]]);
/** The bytes of one value, as they stand in the data frame of 2.2. */
const packed = (value: Sendable) => Buffer.from(encode(one(value), '2.2')[1]).subarray(3).toString('hex');

describe('encode', () => {
  test.each<[Sendable, string]>([
    [0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [65536, 'ce00010000'],
    [2 ** 32, 'cf0000000100000000'],
    [-1, 'ff'],
    [-32, 'e0'],
    [-33, 'd0df'],
    [-129, 'd1ff7f'],
    [-32769, 'd2ffff7fff'],
    [-(2 ** 31) - 1, 'd3ffffffff7fffffff'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [-(2n ** 63n), 'd38000000000000000'],
    [5n, '05'],
    [1.5, 'cb3ff8000000000000'],
    [new BridgeFloat(1), 'cb3ff0000000000000'],
    [-0, 'cb8000000000000000'],
    [2 ** 60, 'cb43b0000000000000'],
    [null, 'c0'],
    [true, 'c3'],
    ['μ', 'a2cebc'],
    [Uint8Array.of(1, 2), 'c4020102'],
    [[1, 'a'], '9201a161'],
    [{ a: [new BridgeFloat(2)] }, '81a16191cb4000000000000000'],
  ])('value %#', (value, bytes) => expect(packed(value)).toBe(bytes));

  test('strings of every length and width read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        expect(unpack(encode(one(text), '2.2')[1])).toEqual({ k: text });
      }),
    );
    for (const length of [10, 11, 31, 32, 84, 85, 86, 255, 256, 21845, 21846, 65535, 65536]) {
      for (const letter of ['x', 'μ', '日']) expect(decode(encode(one(letter.repeat(length)), '2.2')).get('S')?.values.get('k')).toBe(letter.repeat(length));
    }
  });

  test('any value is what another reader of msgpack sees, and reads back', () => {
    const value = fc.letrec<{ value: BridgeValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        fc.maxSafeInteger(),
        fc.double(),
        fc.string(),
        fc.array(tie('value'), { maxLength: 20 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('value'),
          { noNullPrototype: true },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(value, (sent) => {
        const frame = encode(one(sent), '2.2')[1];
        expect(unpack(frame)).toEqual({ k: sent });
        expect(decode(encode(one(sent), '2.2')).get('S')?.values.get('k')).toEqual(sent);
        expect(decode(encode(one(sent), '1.0')).get('S')?.values.get('k')).toEqual(sent);
      }),
      { numRuns: 300 },
    );
  });

  test('arrays are passed on without a copy in 2.2', () => {
    const bytes = new Uint8Array(16);
    const frames = encode(one({ dtype: 'uint16', shape: [2, 4], bytes }), '2.2');
    expect(frames[3]).toBe(bytes);
  });

  test('arrays inside lists travel in 1.0 and are refused in 2.2', () => {
    const array = { dtype: '>f4', shape: [2], bytes: new Uint8Array(8) };
    expect(decode(encode(one([array]), '1.0')).get('S')?.values.get('k')).toEqual([array]);
    expect(() => encode(one([array]), '2.2')).toThrow(expect.objectContaining({ code: 'BRIDGE_UNSENDABLE', where: { source: 'S', path: 'k[0]' } }));
  });

  test('an empty train is a message in both formats', () => {
    for (const version of ['1.0', '2.2'] as const) {
      const frames = encode(new Map(), version);
      expect(frames).toEqual([Uint8Array.of(0x80)]);
      expect(decode(frames).size).toBe(0);
    }
  });

  test('what has no place is refused with its key', () => {
    const itself: Sendable[] = [];
    itself.push(itself);
    const wrong: [Sendable, string][] = [
      [2n ** 64n, 'BRIDGE_UNSENDABLE'],
      [undefined as unknown as Sendable, 'BRIDGE_UNSENDABLE'],
      [(() => 1) as unknown as Sendable, 'BRIDGE_UNSENDABLE'],
      [itself, 'BRIDGE_UNSENDABLE'],
      [{ dtype: 'uint16', shape: [3], bytes: new Uint8Array(5) }, 'BRIDGE_SHAPE'],
      [{ dtype: 'object', shape: [1], bytes: new Uint8Array(8) }, 'BRIDGE_OBJECT_ARRAY'],
    ];
    for (const [value, code] of wrong) {
      for (const version of ['1.0', '2.2'] as const) {
        expect(() => encode(one(value), version)).toThrow(expect.objectContaining({ code, where: expect.objectContaining({ source: 'S', path: expect.stringMatching(/^k/) }) }));
      }
    }
    const reserved: SendableTrain = new Map([['S', { metadata: {}, values: new Map([['metadata', 1]]) }]]);
    expect(() => encode(reserved, '1.0')).toThrow(expect.objectContaining({ code: 'BRIDGE_UNSENDABLE' }));
  });
});

describe('metadataFor', () => {
  test('gives the time three times, to the microsecond', () => {
    expect(metadataFor('A/B/C', 10000000001, 1526464869410.976)).toEqual({
      source: 'A/B/C',
      timestamp: 1526464869.410976,
      'timestamp.sec': '1526464869',
      'timestamp.frac': '410976000000000000',
      'timestamp.tid': 10000000001,
    });
    expect(metadataFor('A', 1, 999.9999)).toMatchObject({ timestamp: 1, 'timestamp.sec': '1', 'timestamp.frac': '000000000000000000' });
  });

  test('a whole second is still a float on the wire', () => {
    const [header] = encode(new Map([['A', { metadata: metadataFor('A', 1, 5000), values: new Map() }]]), '2.2');
    expect(Buffer.from(header).toString('hex')).toContain(`${Buffer.from('timestamp').toString('hex')}cb4014000000000000`);
  });

  test('refuses a train ID or a time that is none', () => {
    expect(() => metadataFor('A', 1.5, 0)).toThrow(expect.objectContaining({ code: 'BRIDGE_TRAIN_ID' }));
    expect(() => metadataFor('A', 1, NaN)).toThrow(expect.objectContaining({ code: 'BRIDGE_UNSENDABLE' }));
  });
});
