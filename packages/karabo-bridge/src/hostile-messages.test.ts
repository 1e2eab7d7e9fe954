import { readFileSync } from 'node:fs';
import { encode as pack } from '@msgpack/msgpack';
import { expect, test } from 'vitest';
import { BridgeError, decode, encode, type BridgeErrorCode } from './index.ts';
import { connect, serve, sleep, train } from './sockets.test.support.ts';

/** What one server may send by mistake or on purpose: it is refused by name, and the train behind it is read on the same connection. */
const msgpack = (value: unknown): Uint8Array => pack(value, { useBigInt64: true });
const header = msgpack({ source: 'A/B/C', content: 'msgpack', metadata: { 'timestamp.tid': 1 } });
const array = (dtype: unknown, shape: unknown): Uint8Array => msgpack({ source: 'A/B/C', content: 'array', path: 'x', dtype, shape });
const EMPTY = Uint8Array.of(0x80);
const good = encode(train(1), '2.2');

const hostile: readonly (readonly [what: string, frames: readonly Uint8Array[], code: BridgeErrorCode])[] = [
  ['a pickle in 1.0', [Uint8Array.from(readFileSync(new URL('../golden/pickle-1.0.msgpack', import.meta.url)))], 'BRIDGE_OBJECT_ARRAY'],
  ['an object array in 2.2', [header, EMPTY, array('object', [1]), new Uint8Array(8)], 'BRIDGE_OBJECT_ARRAY'],
  ['msgpack cut short, 1.0', [encode(train(1), '1.0')[0]!.slice(0, 40)], 'BRIDGE_MSGPACK'],
  ['msgpack cut short, 2.2', good.with(0, good[0]!.slice(0, 20)), 'BRIDGE_MSGPACK'],
  ['a frame too few', good.slice(0, 3), 'BRIDGE_FRAMES'],
  ['a frame too many', [...good, EMPTY], 'BRIDGE_FRAMES'],
  ['70 000 frames', Array.from({ length: 70_000 }, () => EMPTY), 'BRIDGE_FRAMES'],
  ['bytes that are fewer than the shape says', [header, EMPTY, array('uint16', [2, 3]), new Uint8Array(11)], 'BRIDGE_SHAPE'],
  ['bytes that are more', [header, EMPTY, array('uint16', [2, 3]), new Uint8Array(13)], 'BRIDGE_SHAPE'],
  ['a shape of 2^60', [header, EMPTY, array('uint8', [2n ** 60n]), EMPTY], 'BRIDGE_SHAPE'],
  ['a shape whose product overflows', [header, EMPTY, array('uint8', [2 ** 32, 2 ** 32]), EMPTY], 'BRIDGE_SHAPE'],
  ['a negative axis', [header, EMPTY, array('uint8', [-1]), EMPTY], 'BRIDGE_SHAPE'],
  ['an unknown dtype', [header, EMPTY, array('float80', [1]), new Uint8Array(10)], 'BRIDGE_DTYPE'],
  ['a structured dtype', [header, EMPTY, array([['a', '<i4']], [1]), new Uint8Array(4)], 'BRIDGE_DTYPE'],
  ['50 000 lists within each other', [header, Uint8Array.from([0x81, 0xa1, 0x6b, ...Array.from({ length: 50_000 }, () => 0x91), 0xc0])], 'BRIDGE_LIMIT'],
  ['a list that says it holds 4 billion', [header, Uint8Array.of(0x81, 0xa1, 0x6b, 0xdd, 0xff, 0xff, 0xff, 0xff)], 'BRIDGE_MSGPACK'],
  ['a text instead of a train', [new TextEncoder().encode('Error: bad request next')], 'BRIDGE_ERROR_REPLY'],
  ['noise', [Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 256)], 'BRIDGE_HEADER'],
  ['an empty frame', [new Uint8Array(0)], 'BRIDGE_MSGPACK'],
];

test.each([['REQ', 'REP'], ['PULL', 'PUSH'], ['SUB', 'PUB']] as const)('%s reads every good train behind a bad message, on one connection', async (socket, peer) => {
  const server = await serve({ socket: peer, capacity: 2 * hostile.length + 4 });
  const said: string[] = [];
  const client = connect(server.endpoint, { socket, timeoutMs: 20_000, highWaterMark: 100, onStatus: ({ state }) => said.push(state) });
  if (peer === 'PUB') {
    while (client.status.state !== 'connected') await sleep(5);
    await sleep(50);
  }
  const sending = (async () => {
    for (const [i, [, frames]] of hostile.entries()) {
      await server.send(frames);
      await server.send(train(100 + i));
    }
  })();
  for (const [i, [what, , code]] of hostile.entries()) {
    const frames = await client.next();
    let refused: unknown;
    try {
      decode(frames);
    } catch (error) {
      refused = error;
    }
    expect(refused, what).toBeInstanceOf(BridgeError);
    expect((refused as BridgeError).code, what).toBe(code);
    expect((refused as BridgeError).message.length, what).toBeLessThan(600);
    expect(decode(await client.next()).get('A/B/C')?.trainId, `the train behind ${what}`).toBe(100 + i);
  }
  await sending;
  expect(said).toEqual(['connected']);
});
