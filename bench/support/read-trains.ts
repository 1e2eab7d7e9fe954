/** `read-trains.ts ENDPOINT SECONDS`: takes trains with our client; prints how many in how many seconds. */
import { BridgeClient, decode, isBridgeArray, release } from '../../packages/karabo-bridge/src/index.ts';

const [endpoint, seconds] = process.argv.slice(2);
const client = new BridgeClient({ endpoint: endpoint!, socket: 'REQ', timeoutMs: 20_000 });
for (let i = 0; i < 5; i++) release(await client.next());
const began = performance.now();
let count = 0;
for (; performance.now() - began < Number(seconds) * 1000; count++) {
  const frames = await client.next();
  const image = decode(frames).get('DET')?.values.get('image.data');
  if (!isBridgeArray(image) || image.bytes.length === 0) throw new Error('No image in the train');
  release(frames);
}
console.log(count, (performance.now() - began) / 1000);
client.close();
