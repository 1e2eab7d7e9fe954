import { BridgeClient, BridgeError, decode, release, type BridgeStatus, type ClientSocket } from '@trainyard/karabo-bridge';
import { RecordingWriter } from './recording-writer.ts';

export interface RecordOptions {
  readonly endpoint: string;
  readonly socket: ClientSocket;
  readonly path: string;
  readonly force?: boolean;
  /** Ends after so many messages; without it when the signal says so. */
  readonly messages?: number;
  readonly signal?: AbortSignal;
  readonly onStatus?: (status: BridgeStatus) => void;
  readonly onMessage?: (messages: number, bytes: number, trainId: number) => void;
}

/** Records a stream as it comes, messages that cannot be read included. Gives back how many it took. */
export async function recordStream({ endpoint, socket, path, force = false, messages = Infinity, signal, onStatus, onMessage }: RecordOptions): Promise<{ readonly messages: number; readonly bytes: number }> {
  const writer = new RecordingWriter(path, { endpoint, socket }, force);
  const client = new BridgeClient({ endpoint, socket, ...(onStatus && { onStatus }) });
  try {
    while (writer.messages < messages && !signal?.aborted) {
      let frames: Uint8Array[];
      try {
        frames = await client.next(signal);
      } catch (error) {
        if (error instanceof BridgeError && error.code === 'BRIDGE_ABORTED') break;
        throw error;
      }
      const trainId = trainIdOf(frames);
      writer.add(frames, Date.now(), trainId);
      release(frames);
      onMessage?.(writer.messages, writer.bytes, trainId);
    }
  } finally {
    client.close();
    writer.close();
  }
  return { messages: writer.messages, bytes: writer.bytes };
}

/** The lowest train ID of a message; 0 where it has none, or cannot be read: it is kept all the same. */
export function trainIdOf(frames: readonly Uint8Array[]): number {
  try {
    let lowest = Infinity;
    for (const { trainId } of decode(frames).values()) lowest = Math.min(lowest, trainId ?? Infinity);
    return Number.isFinite(lowest) ? lowest : 0;
  } catch {
    return 0;
  }
}
