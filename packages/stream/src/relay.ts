import { BridgeClient, BridgeError, BridgeServer, checkEndpoint, release, type BridgeStatus, type ClientSocket, type ServerSocket } from '@trainyard/karabo-bridge';

export interface RelayOptions {
  readonly from: string;
  readonly fromSocket?: ClientSocket;
  /** Default `tcp://127.0.0.1:0`. */
  readonly endpoint?: string;
  /** Default PUB: every client sees every train; a slow one loses trains, and holds up nobody. */
  readonly socket?: ServerSocket;
  /** Where REP or PUSH clients are slower than the bridge: `block` (the default) makes the bridge wait, with `drop-oldest` they get what is new. */
  readonly policy?: 'block' | 'drop-oldest';
  /** At most so many trains a second: those in between wait, or are dropped (PUB, and `drop-oldest`). */
  readonly rate?: number;
  readonly signal?: AbortSignal;
  readonly onOpen?: (endpoint: string) => void;
  readonly onStatus?: (status: BridgeStatus) => void;
  readonly onSent?: (sent: number) => void;
}

/** Trains that may wait for a slow client of PUB before it loses some. */
const CAPACITY = 10;

/** What went through; `dropped` are those that the policy or the rate left out. */
export interface Relayed {
  readonly sent: number;
  readonly dropped: number;
}

/** Takes trains from one bridge and hands them on, bytes as they came: one REQ client of the facility, many viewers behind it. */
export async function relay({ from, fromSocket = 'REQ', endpoint = 'tcp://127.0.0.1:0', socket = 'PUB', policy = 'block', rate = Infinity, signal, onOpen, onStatus, onSent }: RelayOptions): Promise<Relayed> {
  checkEndpoint(from, 'connect');
  const server = await BridgeServer.bind({ endpoint, socket, version: '2.2', policy, rate, capacity: socket === 'PUB' ? CAPACITY : policy === 'drop-oldest' ? 1 : 0 });
  onOpen?.(server.endpoint);
  const client = new BridgeClient({ endpoint: from, socket: fromSocket, ...(onStatus && { onStatus }) });
  const stopped = new Promise<'stopped'>((resolve) => signal?.addEventListener('abort', () => resolve('stopped'), { once: true }));
  let sent = 0;
  try {
    while (!signal?.aborted) {
      const frames = await client.next(signal);
      // ZeroMQ sends later: the bytes must outlive the receiving buffer.
      const own = frames.map((frame) => Uint8Array.from(frame));
      release(frames);
      if ((await Promise.race([server.send(own), stopped])) === 'stopped') break;
      sent += 1;
      onSent?.(sent - server.dropped);
    }
  } catch (error) {
    if (!(error instanceof BridgeError && error.code === 'BRIDGE_ABORTED')) throw error;
  } finally {
    client.close();
    server.close(0);
  }
  const { dropped } = server;
  return { sent: sent - dropped, dropped };
}
