import { parentPort } from 'node:worker_threads';
import type { FromPanels, ToPanels } from './panel-messages.ts';
import { renderFrame } from './render-frame.ts';

/** Makes the frames of large values in place from the workers' memory: the main thread, which hands out trains, does not wait for pictures. */
const port = parentPort!;

/** Buffers that came back wait to be used again, in so many bytes. */
const FREE_BYTES = 64 * 1024 * 1024;
const free: ArrayBuffer[] = [];

port.on('message', (message: ToPanels) => {
  if (message.type === 'back') {
    free.push(message.buffer);
    while (free.reduce((sum, { byteLength }) => sum + byteLength, 0) > FREE_BYTES) free.shift();
    return;
  }
  const { job, of, as } = message;
  const frame = renderFrame(of, as);
  if (!frame) return port.postMessage({ job, bytes: 0 } satisfies FromPanels);
  const buffer = bufferFor(frame.byteLength);
  new Uint8Array(buffer).set(frame);
  port.postMessage({ job, buffer, bytes: frame.byteLength } satisfies FromPanels, [buffer]);
});

/** One that fits, and is not much too large: sizes differ with what is shown. */
function bufferFor(bytes: number): ArrayBuffer {
  const found = free.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes + 65536);
  return found >= 0 ? free.splice(found, 1)[0]! : new ArrayBuffer(Math.ceil(bytes * 1.1));
}
