import { encode as pack } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { BridgeError, decode, type BridgeErrorCode, type DecodeLimits } from './index.ts';

const msgpack = (value: unknown) => pack(value, { useBigInt64: true });
const header = (more: Record<string, unknown> = {}) => msgpack({ source: 'A/B/C', content: 'msgpack', metadata: { 'timestamp.tid': 1 }, ...more });
const arrayHeader = (dtype: unknown, shape: unknown, more: Record<string, unknown> = {}) => msgpack({ source: 'A/B/C', content: 'array', path: 'x', dtype, shape, ...more });
const EMPTY = Uint8Array.of(0x80);
const bytes = (...parts: (number | string)[]) => Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])));

function refusal(frames: Uint8Array[], limits?: DecodeLimits): BridgeError {
  try {
    decode(frames, limits);
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error('The message was accepted');
}

/** A train of 1.0 with one source whose only key holds these bytes of msgpack. */
const value10 = (...value: (number | string)[]) => [bytes(0x81, 0xa1, 'S', 0x81, 0xa1, 'k', ...value)];

describe('messages that are refused', () => {
  const cases: [what: string, frames: Uint8Array[], code: BridgeErrorCode, where: object, text: string][] = [
    ['an odd number of frames', [header(), EMPTY, EMPTY], 'BRIDGE_FRAMES', {}, '3 frames'],
    ['an empty frame', [new Uint8Array(0)], 'BRIDGE_MSGPACK', { frame: 0 }, 'cut short'],
    ['a text', [bytes('Error: bad request hello')], 'BRIDGE_ERROR_REPLY', { frame: 0 }, 'Error: bad request hello'],
    ['another text', [bytes('hello')], 'BRIDGE_HEADER', { frame: 0 }, '0x68'],
    ['a list for a train', [bytes(0x90)], 'BRIDGE_HEADER', { frame: 0 }, 'must be a msgpack map'],
    ['a header cut short', [header().subarray(0, 20), EMPTY], 'BRIDGE_MSGPACK', { frame: 0 }, 'cut short'],
    ['bytes behind a header', [bytes(...header(), 0), EMPTY], 'BRIDGE_MSGPACK', { frame: 0 }, '1 bytes left over'],
    ['data that is no map', [header(), bytes(0x01)], 'BRIDGE_HEADER', { frame: 1, source: 'A/B/C' }, 'must be a msgpack map'],
    ['a header without a source', [msgpack({ content: 'msgpack' }), EMPTY], 'BRIDGE_HEADER', { frame: 0 }, 'no source'],
    ['an unknown content', [header({ content: 'image' }), EMPTY], 'BRIDGE_HEADER', { frame: 0, source: 'A/B/C' }, '"image"'],
    ['metadata that is a list', [header({ metadata: [] }), EMPTY], 'BRIDGE_HEADER', { frame: 0 }, 'must be a map'],
    ['an array without a key', [arrayHeader('uint16', [1], { path: 7 }), EMPTY], 'BRIDGE_HEADER', { frame: 0 }, 'no key'],
    ['an array cut short', [arrayHeader('uint16', [2, 3]), new Uint8Array(11)], 'BRIDGE_SHAPE', { frame: 1, source: 'A/B/C', path: 'x' }, 'has 11 bytes, shape [2, 3] of uint16 needs 12'],
    ['an array too long', [arrayHeader('uint16', [2, 3]), new Uint8Array(13)], 'BRIDGE_SHAPE', { frame: 1 }, 'needs 12'],
    ['a negative axis', [arrayHeader('uint16', [-1]), EMPTY], 'BRIDGE_SHAPE', { frame: 0 }, 'no shape'],
    ['a fractional axis', [arrayHeader('uint16', [1.5]), EMPTY], 'BRIDGE_SHAPE', { frame: 0 }, 'no shape'],
    ['two negative axes', [arrayHeader('uint8', [-1, -1]), EMPTY], 'BRIDGE_SHAPE', { frame: 0 }, 'no shape'],
    ['a product beyond all numbers', [arrayHeader('uint16', [2 ** 52, 2 ** 52, 0]), EMPTY], 'BRIDGE_SHAPE', { frame: 0 }, 'no shape'],
    ['an axis of 2^60', [arrayHeader('uint16', [2n ** 60n]), EMPTY], 'BRIDGE_SHAPE', { frame: 0 }, 'no shape'],
    ['forty axes', [arrayHeader('uint16', Array.from({ length: 40 }, () => 1)), EMPTY], 'BRIDGE_SHAPE', { frame: 0 }, 'no shape'],
    ['an object array', [arrayHeader('object', [1]), new Uint8Array(8)], 'BRIDGE_OBJECT_ARRAY', { frame: 0, path: 'x' }, 'objects is refused'],
    ['an unknown dtype', [arrayHeader('float80', [1]), new Uint8Array(8)], 'BRIDGE_DTYPE', { frame: 0 }, '"float80"'],
    ['a date', [arrayHeader('<M8[ns]', [1]), new Uint8Array(8)], 'BRIDGE_DTYPE', { frame: 0 }, 'are refused'],
    ['strings without width', [arrayHeader('<U0', [1e15]), new Uint8Array(0)], 'BRIDGE_DTYPE', { frame: 0 }, 'are refused'],
    ['a structured dtype', [arrayHeader([['a', '<i4']], [1]), new Uint8Array(4)], 'BRIDGE_DTYPE', { frame: 0 }, 'structured'],
    ['a source twice', [header(), EMPTY, header(), EMPTY], 'BRIDGE_KEY', { frame: 2, source: 'A/B/C' }, 'twice'],
    ['a key twice', [header(), EMPTY, arrayHeader('uint8', [1]), EMPTY, arrayHeader('uint8', [1]), EMPTY], 'BRIDGE_KEY', { frame: 4, path: 'x' }, 'twice'],
    ['a value and an array under one key', [header(), msgpack({ x: 1 }), arrayHeader('uint8', [1]), EMPTY], 'BRIDGE_KEY', { path: 'x' }, 'twice'],
    ['the key __proto__', value10(0x81, 0xa9, '__proto__', 0x80), 'BRIDGE_KEY', { source: 'S', path: 'k' }, '__proto__'],
    ['the source __proto__', [msgpack({ source: '__proto__', content: 'msgpack' }), EMPTY], 'BRIDGE_KEY', { frame: 0 }, '__proto__'],
    ['an array under __proto__', [arrayHeader('uint8', [1], { path: '__proto__' }), EMPTY], 'BRIDGE_KEY', { frame: 0 }, '__proto__'],
    ['a key that is a number', value10(0x81, 0x01, 0x01), 'BRIDGE_KEY', { source: 'S', path: 'k' }, 'must be a string'],
    ['a key twice in a map', value10(0x82, 0xa1, 'a', 1, 0xa1, 'a', 2), 'BRIDGE_KEY', { source: 'S' }, 'twice'],
    ['byte-string keys that mean nothing', value10(0x81, 0xc4, 1, 'q', 1), 'BRIDGE_MSGPACK', { source: 'S', path: 'k' }, 'neither'],
    ['mixed keys', value10(0x82, 0xc4, 1, 'q', 1, 0xa1, 'a', 2), 'BRIDGE_KEY', { source: 'S', path: 'k' }, 'mixes'],
    ['a complex number that is none', value10(0x82, 0xc4, 7, 'complex', 0xc3, 0xc4, 4, 'data', 0xa3, '1+j'), 'BRIDGE_MSGPACK', {}, 'neither'],
    ['a scalar with too few bytes', value10(0x83, 0xc4, 2, 'nd', 0xc2, 0xc4, 4, 'type', 0xa3, '<u4', 0xc4, 4, 'data', 0xc4, 1, 0), 'BRIDGE_SHAPE', { path: 'k' }, 'needs 4'],
    ['a string that is not UTF-8', value10(0xa2, 0xc3, 0x28), 'BRIDGE_MSGPACK', { source: 'S', path: 'k' }, 'UTF-8'],
    ['an extension type', value10(0xd4, 0x01, 0x00), 'BRIDGE_MSGPACK', { source: 'S', path: 'k' }, 'extension'],
    ['the byte that is never used', value10(0xc1), 'BRIDGE_MSGPACK', { source: 'S', path: 'k' }, '0xc1'],
    ['a list that claims 4 billion values', value10(0xdd, 0xff, 0xff, 0xff, 0xff), 'BRIDGE_MSGPACK', { source: 'S', path: 'k' }, 'cut short'],
    ['a map that claims 4 billion values', value10(0xdf, 0xff, 0xff, 0xff, 0xff), 'BRIDGE_MSGPACK', { source: 'S', path: 'k' }, 'cut short'],
    ['a string that claims 4 GB', value10(0xdb, 0xff, 0xff, 0xff, 0xff), 'BRIDGE_MSGPACK', { source: 'S', path: 'k' }, 'cut short'],
    ['a place deep inside', value10(0x81, 0xa1, 'a', 0x92, 0x01, 0xc1), 'BRIDGE_MSGPACK', { source: 'S', path: 'k.a[1]' }, '0xc1'],
  ];
  test.each(cases)('%s', (_what, frames, code, where, text) => {
    const error = refusal(frames);
    expect(error.code).toBe(code);
    expect(error.where).toMatchObject(where);
    expect(error.message).toContain(text);
  });

  test('deep nesting, without using up the stack', () => {
    expect(refusal(value10(0x91, ...Array.from({ length: 50_000 }, () => 0x91), 0xc0))).toMatchObject({ code: 'BRIDGE_LIMIT' });
    expect(refusal(value10(0x91, 0x91, 0xc0), { depth: 1 })).toMatchObject({ code: 'BRIDGE_LIMIT' });
    expect(decode(value10(0x91, 0x91, 0xc0), { depth: 2 }).get('S')?.values.get('k')).toEqual([[null]]);
  });

  test('nested lists that each claim all that is left: time and memory stay small', () => {
    // Each level claims a million values; reserving them for every level would take gigabytes.
    const bomb = new Uint8Array(5_000_000).map((_, i) => [0xdd, 0x00, 0x0f, 0xff, 0xff][i % 5]);
    const before = process.memoryUsage().rss;
    expect(refusal([Buffer.concat([...value10(), bomb])])).toMatchObject({ code: 'BRIDGE_LIMIT' });
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  test('too many values or frames', () => {
    expect(refusal([msgpack({ S: { k: Array.from({ length: 200 }, () => 0) } })], { values: 100 })).toMatchObject({ code: 'BRIDGE_LIMIT' });
    expect(refusal([header(), EMPTY, header(), EMPTY], { frames: 2 })).toMatchObject({ code: 'BRIDGE_FRAMES' });
  });

  test('names from outside are short and printable in messages', () => {
    const error = refusal([msgpack({ source: `\u0007${'x'.repeat(100_000)}`, content: 'msgpack', metadata: 1 }), EMPTY]);
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).not.toContain('\u0007');
  });
});

describe('messages that are read', () => {
  test('nothing sent is an empty train', () => {
    expect(decode([]).size).toBe(0);
    expect(decode([EMPTY]).size).toBe(0);
  });

  test('a source without metadata has no train ID', () => {
    const source = decode([msgpack({ source: 'A/B/C', content: 'msgpack' }), msgpack({ x: 1 })]).get('A/B/C');
    expect(source).toEqual({ trainId: undefined, metadata: {}, values: new Map([['x', 1]]) });
  });

  test('a train ID that is none is not believed, the rest of the message is', () => {
    for (const id of [2n ** 53n, 2n ** 64n - 1n, -1, 1.5, '7']) {
      const train = decode([header({ metadata: { 'timestamp.tid': id } }), msgpack({ x: 1 }), header({ source: 'D/E/F' }), msgpack({ y: 2 })]);
      expect([train.get('A/B/C')!.trainId, train.get('A/B/C')!.values.get('x'), train.get('D/E/F')!.trainId]).toEqual([undefined, 1, 1]);
      // What was sent is there to be said.
      expect(String(train.get('A/B/C')!.metadata['timestamp.tid'] as number | bigint | string)).toBe(String(id));
    }
  });

  test('metadata inside the data serves where the header has none, and stays there', () => {
    const source = decode([msgpack({ source: 'A/B/C', content: 'msgpack' }), msgpack({ metadata: { 'timestamp.tid': 7 } })]).get('A/B/C');
    expect(source?.trainId).toBe(7);
    expect(source?.values.has('metadata')).toBe(true);
  });

  test('an array may come before the other values of its source', () => {
    const source = decode([arrayHeader('|u1', [2]), Uint8Array.of(1, 2), header(), msgpack({ y: 1 })]).get('A/B/C');
    expect([...(source?.values.keys() ?? [])]).toEqual(['y', 'x']);
    expect(source?.trainId).toBe(1);
  });

  test('a big-endian name is kept where it matters and dropped where it does not', () => {
    const dtypeOf = (dtype: string, length: number) => decode([arrayHeader(dtype, [1]), new Uint8Array(length)]).get('A/B/C')?.values.get('x');
    expect(dtypeOf('>u2', 2)).toMatchObject({ dtype: '>u2' });
    expect(dtypeOf('<u2', 2)).toMatchObject({ dtype: 'uint16' });
    expect(dtypeOf('>i1', 1)).toMatchObject({ dtype: 'int8' });
    expect(dtypeOf('|b1', 1)).toMatchObject({ dtype: 'bool' });
    expect(dtypeOf('S3', 3)).toMatchObject({ dtype: '|S3' });
  });

  test('Python reprs of complex numbers', () => {
    const complex = (text: string) => {
      const value = decode(value10(0x82, 0xc4, 7, 'complex', 0xc3, 0xc4, 4, 'data', 0xa0 + text.length, text)).get('S')?.values.get('k') as { bytes: Uint8Array };
      return [...new Float64Array(value.bytes.slice().buffer)];
    };
    expect(complex('(1+2j)')).toEqual([1, 2]);
    expect(complex('3j')).toEqual([0, 3]);
    expect(complex('(-0-1e-05j)')).toEqual([-0, -1e-5]);
    expect(complex('(-inf+nanj)')).toEqual([-Infinity, NaN]);
    expect(complex('(1.5e+16-2.25j)')).toEqual([1.5e16, -2.25]);
  });
});
