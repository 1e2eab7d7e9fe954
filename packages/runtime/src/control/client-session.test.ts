import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { decodeValue, type PanelValue, type PictureData, type Rendition, type Want } from '@trainyard/control';
import { FinishedTrain } from '../engine/finished-train.ts';
import { FrameBoard, type Board } from '../panels/frame-board.ts';
import { LiveSink } from '../sink/live-sink.ts';
import { ClientSession } from './client-session.ts';

const PICTURE: Rendition = { as: 'picture', block: 1, scale: 'linear', bits: 16 };
const SIDE = 400;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface Client {
  readonly session: ClientSession;
  readonly socket: WebSocket;
  readonly values: PanelValue[];
  readonly watch: (...wants: Want[]) => void;
  readonly ack: (key: string) => void;
}

async function stage(): Promise<{ readonly client: () => Promise<Client>; readonly give: (seq: number, at?: number) => void; readonly shown: [string, number][]; readonly made: Board[] }> {
  const live = new LiveSink();
  const frames = new FrameBoard(live);
  const sessions: ClientSession[] = [];
  const shown: [string, number][] = [];
  const made: Board[] = [];
  frames.onMade = (board) => {
    made.push(board);
    for (const session of sessions) session.made(board);
  };
  live.onTrain = () => sessions.forEach((session) => session.push());
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  ends.push(() => server.close(), () => frames.end(), () => live.close());
  return {
    shown, made,
    client: async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      ends.unshift(() => socket.terminate());
      const [[accepted]] = (await Promise.all([once(server, 'connection'), once(socket, 'open')])) as [[WebSocket], unknown];
      const session = new ClientSession(accepted, frames, () => Promise.reject(new Error('nothing is asked for')));
      session.onShown = (id, at) => shown.push([id, at]);
      sessions.push(session);
      const values: PanelValue[] = [];
      socket.on('message', (data: Buffer) => values.push(decodeValue(data)));
      return { session, socket, values, watch: (...wants) => socket.send(JSON.stringify({ type: 'watch', wants })), ack: (key) => socket.send(JSON.stringify({ type: 'ack', key })) };
    },
    give: (seq, at) => {
      const memory = new SharedArrayBuffer(SIDE * SIDE * 4);
      new Float32Array(memory).fill(seq);
      const train = new FinishedTrain(seq, 1000 + seq, new Map([['v/n', { outcome: { code: 0, value: seq }, memory: undefined }], ['v/image', { outcome: { code: 0, value: { '~at': 0, shape: [SIDE, SIDE], dtype: 'float32' } }, memory }]]), () => undefined, at);
      live.train(train);
      train.letGo();
    },
  };
}

test('the newest at once, the next one after the acknowledgement, what comes between is skipped', async () => {
  const { client, give, shown } = await stage();
  const { values, watch, ack } = await client();
  give(0, 5000);
  watch({ key: 'a', id: 'v/n', as: { as: 'whole' } });
  await expect.poll(() => values).toEqual([{ key: 'a', id: 'v/n', trainId: 1000, at: 5000, value: 0 }]);
  for (let seq = 1; seq <= 5; seq += 1) give(seq, 5000 + seq);
  ack('other');
  ack('a');
  await expect.poll(() => values.map(({ value }) => value)).toEqual([0, 5]);
  // Of one that is not on its way there is nothing to acknowledge.
  ack('a');
  ack('a');
  await expect.poll(() => shown).toEqual([['v/n', 5000], ['v/n', 5005]]);
  give(6);
  await expect.poll(() => values.map(({ value }) => value)).toEqual([0, 5, 6]);
});

test('what stays watched goes on; what is watched anew is sent at once; what is not any more is not sent', async () => {
  const { client, give } = await stage();
  const { session, values, watch, ack } = await client();
  const [a, b]: [Want, Want] = [{ key: 'a', id: 'v/n', as: { as: 'whole' } }, { key: 'b', id: 'v/n', as: { as: 'curve', pixels: 5 } }];
  give(0);
  watch(a);
  await expect.poll(() => values.length).toBe(1);
  watch(a, b);
  await expect.poll(() => values.map(({ key }) => key)).toEqual(['a', 'b']);
  expect(session.watched).toEqual(['v/n', 'v/n']);
  give(1);
  watch(b);
  ack('a');
  ack('b');
  await expect.poll(() => values.map(({ key, value }) => [key, value])).toEqual([['a', 0], ['b', 0], ['b', 1]]);
});

test('one picture is made for all who want it; who is slow takes a later one', async () => {
  const { client, give, made } = await stage();
  const clients = [await client(), await client(), await client()];
  give(0);
  for (const { watch } of clients) watch({ key: 'p', id: 'v/image', as: PICTURE });
  const low = ({ values }: Client): number[] => values.map(({ value }) => (value as PictureData).low);
  for (const one of clients) await expect.poll(() => low(one)).toEqual([0]);
  expect(made).toHaveLength(1);
  const [quick, other, slow] = clients as [Client, Client, Client];
  for (let seq = 1; seq <= 3; seq += 1) {
    give(seq);
    quick.ack('p');
    other.ack('p');
    for (const one of [quick, other]) await expect.poll(() => low(one).at(-1)).toBe(seq);
  }
  expect(made).toHaveLength(4);
  slow.ack('p');
  await expect.poll(() => low(slow)).toEqual([0, 3]);
  expect(made).toHaveLength(4);
  for (const { values } of clients) expect(values.at(-1)!.key).toBe('p');
});

test('a line that does not move has little before it, and then gets what is newest', async () => {
  const { client, give } = await stage();
  const { session, socket, values, watch } = await client();
  give(0);
  socket.pause();
  const wants = Array.from({ length: 100 }, (_, i): Want => ({ key: `p${i}`, id: 'v/image', as: { ...PICTURE, window: [0, 0, SIDE, SIDE - i] } }));
  watch(...wants);
  await expect.poll(() => session.watched.length).toBe(100);
  for (let seq = 1; seq <= 20; seq += 1) {
    give(seq);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  socket.resume();
  await expect.poll(() => values.length, { timeout: 10_000 }).toBe(100);
  const trains = values.map(({ trainId }) => trainId);
  expect(trains).toContain(1020);
  expect(new Set(values.map(({ key }) => key)).size).toBe(100);
  // What waits on our side of the line is old by now; most of it was not made before there was room for it.
  expect(trains.filter((trainId) => trainId < 1020).length).toBeLessThan(60);
});

test('of a flood of what is watched a hundred are looked at, and the last one later', async () => {
  const { client, give } = await stage();
  const { session, values, watch } = await client();
  give(0);
  let heard = 0;
  session.onWatch = () => (heard += 1);
  for (let i = 0; i < 1000; i += 1) watch({ key: `k${i}`, id: 'v/other', as: { as: 'whole' } });
  watch({ key: 'last', id: 'v/n', as: { as: 'whole' } });
  await expect.poll(() => values.map(({ key }) => key), { timeout: 3000 }).toEqual(['last']);
  expect(heard).toBeGreaterThanOrEqual(100);
  expect(heard).toBeLessThan(130);
});
