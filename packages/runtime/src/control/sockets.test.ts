import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { JournalEntry, ServerMessage } from '@trainyard/control';
import { Journal } from '../project/journal.ts';
import { LiveSink } from '../sink/live-sink.ts';
import type { PageParts } from './page-routes.ts';
import { Sockets } from './sockets.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface Stage {
  readonly journal: Journal;
  /** What the engine was told of what is watched. */
  readonly watched: (readonly string[])[];
  readonly page: () => Promise<{ readonly socket: WebSocket; readonly journal: JournalEntry[] }>;
}

/** Sockets of an engine of which nothing runs. */
async function stage(): Promise<Stage> {
  const journal = new Journal();
  const watched: (readonly string[])[] = [];
  const engine = { onLogs: () => undefined, onChange: () => undefined, onNote: () => undefined, state: () => ({}), descriptor: undefined, journal, watched: { set: (ids: readonly string[]) => watched.push(ids), shown: () => undefined } };
  const sockets = new Sockets({ options: { engine, live: new LiveSink(), source: { tree: { sources: [] } } }, logs: { lines: [] }, hello: () => ({}), verbs: {} } as unknown as PageParts);
  const server = createServer().on('upgrade', (request, socket, head) => sockets.accept(request, socket, head, { role: 'control' }));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => sockets.close(), () => server.close());
  return {
    journal, watched,
    page: async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      ends.unshift(() => socket.terminate());
      const entries: JournalEntry[] = [];
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as ServerMessage;
        if (message.type === 'journal') entries.push(...message.entries);
      });
      await once(socket, 'open');
      return { socket, journal: entries };
    },
  };
}

test('each page is told each entry of the journal once, whenever it comes', async () => {
  const { journal, page } = await stage();
  const add = (name: string): void => journal.add({ trainId: 1, who: 'anna', what: 'parameter', name });
  for (const name of ['a', 'b']) add(name);
  const names = (one: { readonly journal: JournalEntry[] }): string => one.journal.map(({ name }) => name).join('');
  const first = await page();
  add('c');
  const second = await page();
  add('d');
  await expect.poll(() => [names(first), names(second)], { timeout: 3000 }).toEqual(['abcd', 'abcd']);
});

test('a flood of what is watched is brought together; the last one counts', async () => {
  const { watched, page } = await stage();
  const { socket } = await page();
  for (let i = 0; i <= 1000; i += 1) socket.send(JSON.stringify({ type: 'watch', wants: [{ key: 'a', id: `v/${i}`, as: { as: 'whole' } }] }));
  await expect.poll(() => watched.at(-1), { timeout: 3000 }).toEqual(['v/1000']);
  expect(watched.length).toBeLessThan(10);
  socket.terminate();
  await expect.poll(() => watched.at(-1)).toEqual([]);
});
