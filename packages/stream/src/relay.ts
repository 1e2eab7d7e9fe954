import { BridgeClient, BridgeError, BridgeServer, release, type BridgeStatus, type ClientSocket, type ServerSocket } from '@trainyard/karabo-bridge';

export interface RelayOptions {
  readonly from: string;
  readonly fromSocket?: ClientSocket;
  /** Default `tcp://127.0.0.1:0`. */
  readonly endpoint?: string;
  /** Default PUB: every client sees every train; a slow one loses trains, and holds up nobody. */
  readonly socket?: ServerSocket;
  readonly signal?: AbortSignal;
  readonly onOpen?: (endpoint: string) => void;
  readonly onStatus?: (status: BridgeStatus) => void;
  readonly onSent?: (sent: number) => void;
}

/** Trains that may wait for a slow client of PUB before it loses some. */
const CAPACITY = 10;

/** Takes trains from one bridge and hands them on, bytes as they came: one REQ client of the facility, many viewers behind it. */
export async function relay({ from, fromSocket = 'REQ', endpoint = 'tcp://127.0.0.1:0', socket = 'PUB', signal, onOpen, onStatus, onSent }: RelayOptions): Promise<number> {
  const server = await BridgeServer.bind({ endpoint, socket, version: '2.2', capacity: CAPACITY });
  onOpen?.(server.endpoint);
  const client = new BridgeClient({ endpoint: from, socket: fromSocket, ...(onStatus && { onStatus }) });
  let sent = 0;
  try {
    while (!signal?.aborted) {
      const frames = await client.next(signal);
      // ZeroMQ sends later: the bytes must outlive the receiving buffer.
      const own = frames.map((frame) => Uint8Array.from(frame));
      release(frames);
      await server.send(own);
      sent += 1;
      onSent?.(sent);
    }
  } catch (error) {
    if (!(error instanceof BridgeError && error.code === 'BRIDGE_ABORTED')) throw error;
  } finally {
    client.close();
    server.close(0);
  }
  return sent;
}
