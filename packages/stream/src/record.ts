import { BridgeClient, BridgeError, decode, release, type BridgeStatus, type ClientSocket } from '@trainyard/karabo-bridge';
import { RecordingWriter } from './recording-writer.ts';

export interface RecordOptions {
  readonly endpoint: string;
  readonly socket: ClientSocket;
  readonly path: string;
  readonly force?: boolean;
  /** Ends after so many messages; without it when the signal says so. */
  readonly messages?: number;
  /** Ends when nothing has come for so long, ms; without it the server may be away as long as it likes. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  readonly onStatus?: (status: BridgeStatus) => void;
  readonly onMessage?: (messages: number, bytes: number, trainId: number) => void;
}

/** What was recorded; `gone` says why it ended before it should, where it did. */
export interface Recorded {
  readonly messages: number;
  readonly bytes: number;
  readonly gone?: string;
}

/** Records a stream as it comes, messages that cannot be read included. Throws `RECORDING_EXISTS`, and `RECORDING_WRITE` where the disk is full. */
export async function recordStream({ endpoint, socket, path, force = false, messages = Infinity, waitMs, signal, onStatus, onMessage }: RecordOptions): Promise<Recorded> {
  const writer = new RecordingWriter(path, { endpoint, socket }, force);
  let client: BridgeClient | undefined;
  let gone: string | undefined;
  try {
    client = new BridgeClient({ endpoint, socket, ...(waitMs !== undefined && { timeoutMs: waitMs }), ...(onStatus && { onStatus }) });
    while (writer.messages < messages && !signal?.aborted) {
      const frames = await client.next(signal);
      const trainId = trainIdOf(frames);
      writer.add(frames, Date.now(), trainId);
      release(frames);
      onMessage?.(writer.messages, writer.bytes, trainId);
    }
  } catch (error) {
    const code = error instanceof BridgeError ? error.code : '';
    if (code === 'BRIDGE_TIMEOUT') gone = (error as Error).message;
    else if (code !== 'BRIDGE_ABORTED') {
      writer.abandon();
      throw error;
    }
  } finally {
    client?.close();
  }
  writer.close();
  return { messages: writer.messages, bytes: writer.bytes, ...(gone !== undefined && { gone }) };
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
