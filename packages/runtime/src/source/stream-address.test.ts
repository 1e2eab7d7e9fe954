import { describe, expect, test } from 'vitest';
import { parseStreams, policyOf } from './stream-address.ts';

const A = 'tcp://127.0.0.1:4545';
const B = 'tcp://127.0.0.1:4546';

test('settings in the address, and those for all', () => {
  const [a, b, c] = parseStreams([A, `${B}?socket=sub`, `ipc:///tmp/x?policy=sample(10)&memory=1.5GB&socket=PULL`], 'REQ');
  expect(a).toMatchObject({ endpoint: A, socket: 'REQ', whenFull: 'block', sample: 1 });
  expect(b).toMatchObject({ endpoint: B, socket: 'SUB', whenFull: 'drop-oldest', sample: 1, memory: a!.memory });
  expect(c).toEqual({ endpoint: 'ipc:///tmp/x', socket: 'PULL', whenFull: 'block', sample: 10, memory: 1.5e9 });
  expect([a, b, c].map((one) => policyOf(one!))).toEqual(['block', 'drop-oldest', 'sample(10), block']);
  expect(parseStreams([`${A}?policy=drop-newest`], 'SUB')[0]).toMatchObject({ socket: 'SUB', whenFull: 'drop-newest' });
});

test('the streams share a quarter of the memory, each 4 GiB at most', () => {
  const [one] = parseStreams([A], 'REQ');
  const [first, second] = parseStreams([A, B], 'REQ');
  expect(first!.memory).toBe(second!.memory);
  expect(first!.memory).toBeLessThanOrEqual(one!.memory);
  expect(one!.memory).toBeLessThanOrEqual(2 ** 32);
});

describe('refused, with what would be right', () => {
  test.each<[string[], string, RegExp]>([
    [[`${A}?sokcet=SUB`], 'STREAM_ADDRESS', /no setting "sokcet".*Did you mean "socket"/],
    [[`${A}?socket=REP`], 'STREAM_ADDRESS', /the socket is REQ, SUB, PULL, not "REP".*Did you mean "REQ"/],
    [[`${A}?policy=drop-oldset`], 'STREAM_ADDRESS', /not "drop-oldset".*Did you mean "drop-oldest"/],
    [[`${A}?policy=sample`], 'STREAM_ADDRESS', /or sample\(n\), not "sample"/],
    [[`${A}?policy=sample(0)`], 'STREAM_ADDRESS', /a whole number from 1/],
    [[`${A}?socket=SUB&policy=block`], 'STREAM_ADDRESS', /cannot make its sender wait.*drop-oldest/],
    [[`${A}?memory=12`], 'STREAM_ADDRESS', /such as memory=500MB, not "12"/],
    [[`${A}?memory=8GB`], 'STREAM_ADDRESS', /from 66kB to 4.2GB/],
    [[`${A}?socket=REQ&socket=SUB`], 'STREAM_ADDRESS', /socket is given twice/],
    [[`${A}?`, A], 'STREAM_TWICE', /^The stream tcp:\/\/127.0.0.1:4545 is given twice: /],
    [['tcp://localhost:4545', `${A}?socket=SUB`], 'STREAM_TWICE', /localhost:4545 is given twice, once as tcp:\/\/127/],
    [['tcp://nowhere?socket=SUB'], 'BRIDGE_ENDPOINT', /tcp:\/\/host:port/],
  ])('%j', (texts, code, message) => {
    expect(() => parseStreams(texts, 'REQ')).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});
