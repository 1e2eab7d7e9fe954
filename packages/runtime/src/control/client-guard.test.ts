import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ClientGuard } from './client-guard.ts';

let close: () => void = () => undefined;
afterEach(() => close());

async function pair(): Promise<{ client: WebSocket; server: WebSocket; guard: ClientGuard }> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => sockets.once('listening', resolve));
  const accepted = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`);
  close = () => {
    client.terminate();
    sockets.close();
  };
  const server = await accepted;
  await new Promise((resolve) => client.once('open', resolve));
  return { client, server, guard: new ClientGuard(server) };
}

it('a client that does not read does not keep up, and is let go before it costs much', async () => {
  const { client, server, guard } = await pair();
  expect(guard.keepsUp).toBe(true);
  client.pause();
  const piece = Buffer.alloc(16_000_000);
  server.send(piece);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(guard.keepsUp).toBe(false);
  expect(server.readyState).toBe(WebSocket.OPEN);
  const gone = new Promise((resolve) => server.once('close', resolve));
  for (let i = 0; i < 10; i += 1) server.send(piece);
  expect(guard.keepsUp).toBe(false);
  await gone;
});

it('a client that reads keeps up', async () => {
  const { client, server, guard } = await pair();
  const all = new Promise<void>((resolve) => {
    let came = 0;
    client.on('message', () => {
      came += 1;
      if (came === 100) resolve();
    });
  });
  for (let i = 0; i < 100; i += 1) server.send(Buffer.alloc(100_000));
  await all;
  expect(guard.keepsUp).toBe(true);
});

it.each([['many messages', 30_000, 'x'], ['large ones', 30, 'x'.repeat(900_000)]])('a flood of %s ends the socket with 1008', async (_, many, text) => {
  const { client, server } = await pair();
  let heard = 0;
  server.on('message', () => (heard += 1));
  const code = new Promise<number>((resolve) => client.once('close', resolve));
  for (let i = 0; i < many; i += 1) client.send(text);
  expect(await code).toBe(1008);
  expect(heard).toBeLessThan(many);
});

it('what an eager page says passes', async () => {
  const { client, server } = await pair();
  let heard = 0;
  const all = new Promise<void>((resolve) => {
    server.on('message', () => {
      heard += 1;
      if (heard === 10_000) resolve();
    });
  });
  for (let i = 0; i < 10_000; i += 1) client.send('{"type":"ack","key":"views/a"}');
  await all;
  expect(client.readyState).toBe(WebSocket.OPEN);
});
