/**
 * A server of trains of one size, for benches: `serve-trains.ts BYTES RATE [FIRST [SOURCE]]`. One source (DET) with `image.data` (uint16, rows of 1024),
 * four different images in turn, ascending train IDs, true timestamps. RATE `max`: as fast as they are taken. Otherwise by the clock; like a real
 * facility it keeps ten trains at most for a slow client. Prints its endpoint; ends with standard input, then says how many it left out.
 */
import { BridgeServer, encode, metadataFor } from '../../packages/karabo-bridge/src/index.ts';

const [bytesText, rateText, firstText = '10000', source = 'DET'] = process.argv.slice(2);
const bytes = Number(bytesText);
const period = rateText === 'max' ? 0 : 1000 / Number(rateText);
const KEPT = 10;
const images = [0, 1, 2, 3].map((i) => ({
  dtype: 'uint16',
  shape: bytes >= 2048 ? [Math.floor(bytes / 2048), 1024] : [1, bytes / 2],
  bytes: new Uint8Array(bytes).map((_, at) => at * 31 + i),
}));
const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:0', socket: 'REP', version: '2.2' });
let left = 0;
let stopped = false;
process.stdin.resume().on('end', () => {
  stopped = true;
  console.log(`left out ${left}`);
  process.exit();
});
console.log(server.endpoint);

let waiting = 0;
const start = Date.now();
for (let i = 0; !stopped; i++) {
  if (period > 0) {
    const wait = start + i * period - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (waiting >= KEPT) {
      left += 1;
      continue;
    }
  }
  const trainId = Number(firstText) + i;
  const message = encode(new Map([[source, { metadata: metadataFor(source, trainId, Date.now()), values: new Map([['image.data', images[i % 4]!]]) }]]), '2.2');
  waiting += 1;
  const sent = server.send(message).finally(() => (waiting -= 1));
  if (period === 0) await sent;
  else sent.catch(() => undefined);
}
