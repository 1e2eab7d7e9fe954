import { expect, test } from 'vitest';
import { decode, isBridgeArray, metadataFor, release } from './index.ts';
import { connect, serve } from './sockets.test.support.ts';

/** 352 pulses of a calibrated megapixel detector: the largest train that is planned for. */
const SHAPE = [352, 16, 512, 128];
const BYTES = SHAPE.reduce((product, n) => product * n, 4);
// The sender's array, its message, what ZeroMQ holds, the receiver's.
const hasRoom = process.availableMemory() > 5 * BYTES;
if (!hasRoom) console.log(`skipped: trains of 1.5 GB, since ${Math.round(process.availableMemory() / 1e9)} GB of memory are less than they take`);

test.skipIf(!hasRoom).each(['2.2', '1.0'] as const)('a train of 1.5 GB, format %s', async (version) => {
  const server = await serve({ version, capacity: 0 });
  const bytes = new Uint8Array(BYTES);
  for (let i = 0; i < BYTES; i += 1_000_003) bytes[i] = i % 251;
  bytes[BYTES - 1] = 77;
  const client = connect(server.endpoint, { timeoutMs: 60_000 });
  const sent = server.send(new Map([['DET', { metadata: metadataFor('DET', 5, 0), values: new Map([['image.data', { dtype: 'float32', shape: SHAPE, bytes }]]) }]]));
  const frames = await client.next();
  await sent;
  const image = decode(frames).get('DET')?.values.get('image.data');
  if (!isBridgeArray(image)) throw new Error('no image');
  expect([image.shape, image.bytes.length, image.bytes[BYTES - 1]]).toEqual([SHAPE, BYTES, 77]);
  for (let i = 0; i < BYTES; i += 1_000_003) if (image.bytes[i] !== i % 251) throw new Error(`byte ${i} is ${image.bytes[i]}`);
  release(frames);
}, 120_000);
