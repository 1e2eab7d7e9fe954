import { readdirSync } from 'node:fs';
import { WebSocket } from 'ws';
import { decodeValue } from '@trainyard/control';
import { expect } from 'vitest';
import { Control, type RunningYard, type Workshop } from '../support/yard.ts';

/** One view that counts the trains, over restarts, too. */
export const COUNTING = `import { parameters, slider, view } from '@trainyard/core';
import { sum } from '@trainyard/core/reducers';
const p = parameters({ gain: slider(1, 0, 10) });
export const one = view.scalar({ id: 'internal#train_id' }, () => 1);
export const gain = view.scalar({ id: 'internal#train_id' }, () => p.gain);
export const trains = view.reduce(one, sum());
`;

export interface Live {
  readonly yard: RunningYard;
  readonly control: Control;
  readonly address: string;
  readonly file: string;
}

/** A live yard in a folder of its own, when trains come. */
export async function live(shop: Workshop, endpoint: string, views: string, folder: string, ...more: string[]): Promise<Live> {
  const file = shop.write(`${folder}/views.ts`, views);
  const yard = shop.start(['live', file, '--stream', endpoint, '--workers', '1', ...more]);
  const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  const control = new Control(address);
  await control.until('trains come', (state) => state.trains.done > 2);
  return { yard, control, address, file };
}

/** The yard itself: the process that its supervisor started. */
export async function yardOf({ control }: Live): Promise<number> {
  return (await control.state()).pid;
}

/** The newest value of a view, as a browser gets it. */
export function newest(address: string, id: string): Promise<{ readonly trainId: number; readonly value: unknown }> {
  const url = new URL(address);
  const socket = new WebSocket(`ws://${url.host}/api/socket${url.search}`);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no value of ${id} came`)), 10_000);
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', wants: [{ key: id, id, as: { as: 'whole' } }] })));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) return;
      clearTimeout(late);
      socket.close();
      resolve(decodeValue(new Uint8Array(data)));
    });
  });
}

/** Another yard has taken the place of the process `before`, at the same address. */
export function another(shop: Workshop, control: Control, before: number): Promise<void> {
  return shop.eventually('another yard answers at the same address', async () => {
    const state = await control.state().catch(() => undefined);
    return state !== undefined && state.pid !== before && state.trains.done > 2;
  });
}

/** Long enough for a checkpoint to be on disk. */
export function checkpoint(shop: Workshop, folder: string): Promise<void> {
  return shop.eventually('a checkpoint is on disk', async () => readdirSync(shop.path(folder, '.trainyard/state/views.ts')).includes('reducers.state'));
}

export async function end(yard: RunningYard): Promise<void> {
  yard.signal('SIGTERM');
  expect((await yard.finished).code).toBe(130);
}
