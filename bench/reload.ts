import { writeFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { decodeValue } from '@trainyard/control';
import { Control, Workshop } from '../test/support/yard.ts';

/**
 * Edits during a live stream: from the save of the file to the first result of the new code at a viewer, and whether every train that
 * came in went out. Prints median and p95 for the facility's 10 trains a second (waiting for the next train included) and for 100.
 */
const EDITS = Number(process.argv[2] ?? 30);

function views(marker: number): string {
  return `import { view } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
export const smoothed = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => gaussianFilter(camera, ${1 + (marker % 9)}));
export const total = view.scalar({ smoothed }, ({ smoothed }) => smoothed.sum());
export const marker = view.scalar({ id: 'internal#train_id' }, ({ id }) => ${marker});
`;
}

async function measure(rate: number): Promise<void> {
  const shop = new Workshop();
  try {
    const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--rate', String(rate), '--json']);
    const [, endpoint] = await sim.line(/"endpoint":"(tcp:[^"]+)"/);
    const file = shop.write('views.ts', views(0));
    const yard = shop.start(['live', file, '--stream', endpoint!, '--out', 'out.h5']);
    const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
    const control = new Control(address);
    const url = new URL(address);
    const socket = new WebSocket(`ws://${url.host}/api/socket${url.search}`);
    let seen: (marker: number) => void = () => undefined;
    socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', views: ['views/marker'] })));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) return;
      socket.send(JSON.stringify({ type: 'ack', id: 'views/marker' }));
      seen(decodeValue(new Uint8Array(data)).value as number);
    });
    await control.until('trains come', (state) => state.trains.done > rate);
    const times: number[] = [];
    for (let edit = 1; edit <= EDITS; edit++) {
      // Not in step with the trains.
      await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 200));
      const saved = performance.now();
      const result = new Promise<void>((resolve) => {
        seen = (marker) => marker === edit && resolve();
      });
      writeFileSync(file, views(edit));
      await result;
      times.push(performance.now() - saved);
    }
    const { trains, views: states } = await control.state();
    const booked = states.map((view) => Object.values(view.counts).reduce((sum, n) => sum + n, 0));
    socket.close();
    yard.signal('SIGTERM');
    await yard.finished;
    times.sort((a, b) => a - b);
    const at = (part: number): string => times[Math.min(times.length - 1, Math.floor(times.length * part))]!.toFixed(0);
    console.log(`${rate} trains/s, ${EDITS} edits: save -> new result at a viewer median ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms; ${trains.done} trains computed, dropped ${JSON.stringify(trains.dropped)}, outcomes per view ${[...new Set(booked)].join(' ')}`);
  } finally {
    await shop.close();
  }
}

await measure(10);
await measure(100);
