/**
 * Edits during a live stream: from the save of the file to the first result of the new code at a viewer, and whether every train that came in went
 * out; at 10 trains a second of 32 MB and at 100 of 1 MB. The wait for the next train is no fault of ours: both are printed, with it and without.
 *
 *     npx node --conditions=development bench/reload.ts [edits, default 50]
 */
import { writeFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { decodeValue } from '@trainyard/control';
import { Control, Workshop } from '../test/support/yard.ts';
import { quantile } from './support/process-stat.ts';
import { startServer } from './support/start-server.ts';

const EDITS = Number(process.argv[2] ?? 50);

function views(marker: number): string {
  return `import { view } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
export const smoothed = view.image({ image: 'karabo#DET[image.data]' }, ({ image }) => gaussianFilter(image.slice('0:256, 0:256'), ${1 + (marker % 9)}));
export const total = view.scalar({ smoothed }, ({ smoothed }) => smoothed.sum());
export const marker = view.scalar({ image: 'karabo#DET[image.data]' }, ({ image }) => ${marker} + 0 * image.get(0, 0));
`;
}

async function measure(bytes: number, rate: number): Promise<void> {
  const shop = new Workshop();
  const server = await startServer(bytes, rate);
  try {
    const file = shop.write('views.ts', views(0));
    const yard = shop.start(['live', file, '--stream', server.endpoint]);
    const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
    const control = new Control(address);
    const url = new URL(address);
    const socket = new WebSocket(`ws://${url.host}/api/socket${url.search}`);
    /** When results of trains came, by any code: the trains' own clock as a viewer sees it. */
    let arrivals: number[] = [];
    let seen: (marker: number) => void = () => undefined;
    socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', wants: [{ key: 'marker', id: 'views/marker', as: { as: 'whole' } }] })));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) return;
      socket.send(JSON.stringify({ type: 'ack', key: 'marker' }));
      arrivals.push(performance.now());
      seen(decodeValue(new Uint8Array(data)).value as number);
    });
    await control.until('trains come', (state) => state.trains.done > rate);
    const whole: number[] = [];
    const beyond: number[] = [];
    for (let edit = 1; edit <= EDITS; edit++) {
      // Not in step with the trains, and as quick as a person can be.
      await new Promise((resolve) => setTimeout(resolve, 1500 + Math.random() * 500));
      arrivals = [];
      const saved = performance.now();
      const result = new Promise<void>((resolve) => {
        seen = (marker) => marker === edit && resolve();
      });
      writeFileSync(file, views(edit));
      await result;
      const now = performance.now();
      whole.push(now - saved);
      // The first train after the save is what anybody would have had to wait for; it may still be of the old code.
      beyond.push(now - arrivals[0]!);
    }
    const { trains, views: states } = await control.state();
    const booked = states.map((view) => Object.values(view.counts).reduce((sum, n) => sum + n, 0));
    socket.close();
    yard.signal('SIGTERM');
    await yard.finished;
    const row = (times: readonly number[]): string => `median ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms, max ${quantile(times, 1).toFixed(0)} ms`;
    console.log(`${rate} trains/s of ${bytes / 1024 / 1024} MB, ${EDITS} edits: save -> new result at a viewer ${row(whole)}; beyond the next train ${row(beyond)}`);
    console.log(`  ${trains.done} trains computed, dropped ${JSON.stringify(trains.dropped)}, outcomes per view ${[...new Set(booked)].join(' ')}, left out by the server ${await server.stop()}`);
  } finally {
    await server.stop().catch(() => NaN);
    await shop.close();
  }
}

await measure(32 * 1024 * 1024, 10);
await measure(1024 * 1024, 100);
