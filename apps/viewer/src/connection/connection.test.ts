import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { decodeHalf } from './float16.ts';
import { linkTo } from './page-token.ts';
import { endpointUrl } from './socket-url.ts';
import { YardSocket, type LinkStatus } from './yard-socket.ts';

it('endpointUrl stays below the page, whatever stands before it, and passes the token on', () => {
  expect(endpointUrl('/api/socket', { href: 'http://127.0.0.1:8080/?token=abc' }, true)).toBe('ws://127.0.0.1:8080/api/socket?token=abc');
  expect(endpointUrl('/api/tree', { href: 'https://hub.example/user/me/proxy/4000/?token=abc' })).toBe('https://hub.example/user/me/proxy/4000/api/tree?token=abc');
  expect(endpointUrl('/api/socket', { href: 'https://hub.example/p/index.html' }, true)).toBe('wss://hub.example/p/api/socket');
});

it('linkTo gives the address with one token, another, or none', () => {
  expect(linkTo({ href: 'http://127.0.0.1:8080/p/?token=mine#tab=2' }, 'look', 'tab=1&large=a%20b')).toBe('http://127.0.0.1:8080/p/?token=look#tab=1&large=a%20b');
  for (const none of [null, 'login-mine']) expect(linkTo({ href: 'https://hub.example/p/?token=mine' }, none, '')).toBe('https://hub.example/p/');
});

it('decodeHalf reads IEEE 754 binary16', () => {
  expect([0x0000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00].map(decodeHalf)).toEqual([0, 1, -2, 65_504, 2 ** -24, Infinity]);
  expect(decodeHalf(0x7e00)).toBeNaN();
});

it('a retry while the yard is slow to answer leaves one socket', async () => {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer().on('upgrade', (request, socket, head) => void sleep(100).then(() => sockets.handleUpgrade(request, socket, head, () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const told: LinkStatus[] = [];
  const socket = new YardSocket({ href: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }, { status: (status) => told.push(status), message: () => {}, value: () => {}, broken: () => {} });
  onTestFinished(() => {
    socket.close();
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  await sleep(30);
  socket.retry();
  socket.retry();
  await expect.poll(() => told).toEqual(['open']);
  await expect.poll(() => sockets.clients.size).toBe(1);
  await sleep(150);
  expect([told, sockets.clients.size]).toEqual([['open'], 1]);
});
