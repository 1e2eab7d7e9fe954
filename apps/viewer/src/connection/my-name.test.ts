import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { askYard } from './ask-yard.ts';
import { readName, setMyName } from './my-name.ts';
import { YardSocket } from './yard-socket.ts';

const kept = new Map<string, string>();
beforeEach(() => vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) }));
afterEach(() => {
  setMyName(undefined);
  vi.unstubAllGlobals();
});

async function listen(onRequest: (request: IncomingMessage) => void = () => {}): Promise<{ readonly href: string; readonly sockets: WebSocketServer }> {
  const server = createServer((request, response) => {
    onRequest(request);
    response.end('{}');
  });
  const sockets = new WebSocketServer({ server });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
    server.closeAllConnections();
  });
  return { href: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets };
}

it('takes the names that a yard takes', () => {
  expect(['anna', ' Jörg (hutch 2) ', 'Владимир', 'a.b@desy.de'].map(readName)).toEqual(['anna', 'Jörg (hutch 2)', 'Владимир', 'a.b@desy.de']);
  for (const text of ['', '  ', 'a\nb', '<b>', '100 %', 'x'.repeat(61)]) expect(readName(text)).toBeUndefined();
});

it('requests over the socket say who it was as soon as that is known, and it is kept', async () => {
  const { href, sockets } = await listen();
  const heard: Record<string, unknown>[] = [];
  sockets.on('connection', (client) => client.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Record<string, unknown>;
    if (message['type'] !== 'request') return;
    heard.push(message);
    client.send(JSON.stringify({ type: 'reply', request: message['request'], ok: true }));
  }));
  const socket = await new Promise<YardSocket>((resolve) => {
    const made: YardSocket = new YardSocket({ href }, { status: (status) => status === 'open' && resolve(made), message: () => {}, value: () => {}, broken: () => {} });
  });
  onTestFinished(() => socket.close());
  await socket.request({ verb: 'reload' });
  setMyName('Владимир');
  await socket.request({ verb: 'reload' });
  expect(heard).toEqual([{ type: 'request', request: 1, verb: 'reload' }, { type: 'request', request: 2, verb: 'reload', who: 'Владимир' }]);
  expect([...kept.values()]).toEqual(['Владимир']);
});

it('requests over HTTP say it in a header that takes every letter, beside those they have', async () => {
  const heard: unknown[] = [];
  const { href } = await listen(({ headers }) => heard.push([headers['x-who'], headers['x-hash']]));
  vi.stubGlobal('location', { href });
  const put = { method: 'PUT', headers: { 'x-hash': 'abc' } };
  await askYard('/api/files/a.ts', put);
  setMyName('Jörg (hutch 2)');
  await askYard('/api/files/a.ts', put);
  expect(heard).toEqual([[undefined, 'abc'], ['J%C3%B6rg%20(hutch%202)', 'abc']]);
});
