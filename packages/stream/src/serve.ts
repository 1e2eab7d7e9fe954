import { BridgeServer, type BridgeVersion, type SendableTrain, type ServerSocket } from '@trainyard/karabo-bridge';
import { until } from './stop-signal.ts';

export interface ServeOptions {
  /** Where to listen; default `tcp://127.0.0.1:0`, a free port of this machine only. */
  readonly endpoint?: string;
  /** Default REP: nothing is lost. */
  readonly socket?: ServerSocket;
  readonly version?: BridgeVersion;
  readonly signal?: AbortSignal;
  /** Called when it listens, with the real port. */
  readonly onOpen?: (endpoint: string) => void;
  readonly onSent?: (sent: number) => void;
}

/** One message, and when it is due after the first, in ms. */
export interface Due {
  readonly message: SendableTrain | readonly Uint8Array[];
  readonly at: number;
}

/** The last message may be large and the way to its client slow. */
const LAST_CALL_MS = 10_000;

/** Sends messages when they are due; with REP and PUSH each waits until somebody takes it, and the clock with it. Gives back how many went out. */
export async function serve(messages: Iterable<Due>, { endpoint = 'tcp://127.0.0.1:0', socket = 'REP', version = '2.2', signal, onOpen, onSent }: ServeOptions): Promise<number> {
  const server = await BridgeServer.bind({ endpoint, socket, version, capacity: socket === 'PUB' ? 10 : 0 });
  onOpen?.(server.endpoint);
  const stop = new Promise<'stopped'>((resolve) => signal?.addEventListener('abort', () => resolve('stopped'), { once: true }));
  let sent = 0;
  let start = performance.now();
  try {
    for (const { message, at } of messages) {
      await until(start + at, signal);
      if (signal?.aborted) break;
      const due = start + at;
      if ((await Promise.race([server.send(message), stop])) === 'stopped') break;
      // A client that was away holds up the clock: what follows keeps its distances.
      const late = performance.now() - due;
      if (socket !== 'PUB' && late > 0 && at > 0) start += late;
      sent += 1;
      onSent?.(sent);
    }
    return sent;
  } finally {
    server.close(signal?.aborted ? 0 : LAST_CALL_MS);
  }
}
