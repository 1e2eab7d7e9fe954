import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode, encode, isBridgeArray } from './index.ts';
import { describeTrain, expected, goldenFrames, goldenMeaning, goldenNames, HAS_SHARED, OWN_GOLDEN, SHARED_GOLDEN } from './golden-messages.test.support.ts';

function check(name: string, folder: URL): void {
  const frames = goldenFrames(name, folder);
  const { data, meta } = goldenMeaning(name, folder);
  const train = decode(frames);
  const seen = describeTrain(train, frames.length === 1 ? '1.0' : '2.2');
  expect(seen.data).toEqual(expected(data ?? {}));
  expect(seen.meta).toEqual(expected(meta ?? {}));
}

describe('messages made by the Python package of the facility', () => {
  test.each(goldenNames(OWN_GOLDEN))('%s', (name) => check(name, OWN_GOLDEN));

  test('numbers reach exactly', () => {
    const values = decode(goldenFrames('kinds-2.2')).get('TEST/KINDS/1')?.values;
    expect(values?.get('u8')).toBe(2n ** 64n - 1n);
    expect(values?.get('beyond')).toBe(2n ** 53n + 1n);
    expect(values?.get('tid')).toBe(10000000001);
    expect(values?.get('minus.zero')).toBe(-0);
  });

  test('arrays are views into the message', () => {
    const frames = goldenFrames('kinds-2.2');
    const array = decode(frames).get('TEST/KINDS/1')?.values.get('a.u4');
    expect(isBridgeArray(array) && frames.some((frame) => frame.buffer === array.bytes.buffer && frame.byteOffset === array.bytes.byteOffset)).toBe(true);
  });

  test('a pickled array is refused in 1.0', () => {
    const frame = readFileSync(new URL('pickle-1.0.msgpack', OWN_GOLDEN));
    expect(() => decode([frame])).toThrow(expect.objectContaining({ code: 'BRIDGE_OBJECT_ARRAY', where: expect.objectContaining({ source: 'SPB_DET_SMALL-1/DET/0CH0:xtdf', path: expect.stringContaining('o') }) }));
  });

  test('what is decoded from 2.2 is encoded to the same bytes, but for whole floats', () => {
    const frames = goldenFrames('kinds-2.2');
    const train = decode(frames);
    train.get('TEST/KINDS/1')?.values.delete('one.float'); // 1.0 and 1 are one number here
    const again = encode(train, '2.2');
    expect(again.length).toBe(frames.length);
    const differing = frames.filter((frame, i) => Buffer.compare(frame, again[i]) !== 0);
    expect(differing.length).toBe(1); // the map that lost a key
    expect(describeTrain(decode(again), '2.2')).toEqual(describeTrain(train, '2.2'));
  });

  test('what is decoded from 1.0 survives 1.0', () => {
    const train = decode(goldenFrames('kinds-1.0'));
    expect(describeTrain(decode(encode(train, '1.0')), '1.0')).toEqual(describeTrain(train, '1.0'));
  });
});

describe.skipIf(!HAS_SHARED)('the larger golden set beside the repository', () => {
  const names = HAS_SHARED ? goldenNames(SHARED_GOLDEN) : [];
  test.each(names.filter((name) => name !== 'error_reply'))('%s', (name) => check(name, SHARED_GOLDEN));

  test('error_reply is refused in words', () => {
    expect(() => decode(goldenFrames('error_reply', SHARED_GOLDEN))).toThrow(expect.objectContaining({ code: 'BRIDGE_ERROR_REPLY', message: expect.stringContaining('Error: bad request hello') }));
  });

  test.each(['mixed_2.2', 'embedded_metadata_2.2', 'pub_2.2', 'sim_tiny_raw_online_2.2', 'serve_files_r0003_pulseid'])('%s is encoded to the same bytes', (name) => {
    const frames = goldenFrames(name, SHARED_GOLDEN);
    const again = encode(decode(frames), '2.2');
    expect(again.map((frame) => Buffer.from(frame).toString('hex'))).toEqual(frames.map((frame) => Buffer.from(frame).toString('hex')));
  });
});
