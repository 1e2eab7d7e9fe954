/**
 * What viewers cost the server: so many headless sockets look at the same image of 1024 x 1024 (uint16) at 10 trains a second, and acknowledge at once.
 * CPU of the yard by /proc, beyond that of nobody looking: per image, and per image and client; bytes per client; from the train's timestamp to the
 * acknowledgement, as the server knows it. Two renditions: every pixel in 16 bits, and blocks of two in 8 bits.
 *
 *     npx node --conditions=development bench/viewers.ts [seconds of each, default 15]
 */
import { WebSocket } from 'ws';
import { decodeValue, type PictureData, type PictureRendition } from '@trainyard/control';
import { Control, Workshop } from '../test/support/yard.ts';
import { cpuSeconds } from './support/process-stat.ts';
import { startServer } from './support/start-server.ts';

const SECONDS = Number(process.argv[2] ?? 15);
const RATE = 10;
const CLIENTS = [1, 5, 20];
const ID = 'views/image';
const VIEWS = `import { view } from '@trainyard/core';
export const image = view.image({ image: 'karabo#DET[image.data]' }, ({ image }) => image);
`;

interface Client {
  images: number;
  bytes: number;
  close(): void;
}

async function look(address: string, as: PictureRendition): Promise<Client> {
  const url = new URL(address);
  const socket = new WebSocket(`ws://${url.host}/api/socket${url.search}`);
  const client: Client = { images: 0, bytes: 0, close: () => socket.close() };
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isBinary) return;
    if (client.images === 0) {
      const { pixels } = decodeValue(data).value as PictureData;
      if (pixels.size !== (1024 / as.block) ** 2) throw new Error('That is not the image.');
    }
    client.images += 1;
    client.bytes += data.length;
    socket.send(JSON.stringify({ type: 'ack', key: 'image' }));
  });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'watch', wants: [{ key: 'image', id: ID, as }] }));
  return client;
}

const shop = new Workshop();
const server = await startServer(2 * 1024 * 1024, RATE);
try {
  const yard = shop.start(['live', shop.write('views.ts', VIEWS), '--stream', server.endpoint]);
  const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  const control = new Control(address);
  const { pid } = await control.until('trains come', (state) => state.trains.done > 3 * RATE);
  /** CPU seconds and trains in one stretch of time. */
  const stretch = async (): Promise<{ cpu: number; trains: number }> => {
    const before = [cpuSeconds(pid), (await control.state()).trains.done] as const;
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    return { cpu: cpuSeconds(pid) - before[0], trains: (await control.state()).trains.done - before[1] };
  };
  for (const as of [{ as: 'picture', block: 1, scale: 'linear', bits: 16 }, { as: 'picture', block: 2, scale: 'linear', bits: 8, percent: 0.1 }] satisfies PictureRendition[]) {
    const idle = await stretch();
    const perTrain = idle.cpu / idle.trains;
    console.log(`blocks of ${as.block}, ${as.bits} bits; nobody looks: ${(1000 * perTrain).toFixed(1)} ms of CPU per train`);
    for (const count of CLIENTS) {
      const clients = await Promise.all(Array.from({ length: count }, () => look(address, as)));
      await new Promise((resolve) => setTimeout(resolve, 2000));
      for (const client of clients) [client.images, client.bytes] = [1, 0];
      const { cpu, trains } = await stretch();
      const images = clients.reduce((sum, client) => sum + client.images - 1, 0);
      const bytes = clients.reduce((sum, client) => sum + client.bytes, 0);
      const { views } = await control.state();
      const pixel = views.find(({ id }) => id === ID)?.pixel?.all;
      const extra = (1000 * (cpu - perTrain * trains)) / trains;
      console.log(`  ${String(count).padStart(2)} clients: ${extra.toFixed(1)} ms per train more, ${(extra / count).toFixed(1)} per client; each ${(images / count / SECONDS).toFixed(1)} images/s, ${(bytes / count / SECONDS / 1e6).toFixed(1)} MB/s; timestamp to acknowledgement median ${pixel?.p50.toFixed(0)} ms, p95 ${pixel?.p95.toFixed(0)} ms`);
      for (const client of clients) client.close();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  yard.signal('SIGTERM');
  await yard.finished;
} finally {
  await server.stop().catch(() => Number.NaN);
  await shop.close();
}
