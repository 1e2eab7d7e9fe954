import { Publisher, Push, Router } from 'zeromq';
import { BridgeError, quote } from './bridge-error.ts';
import { checkEndpoint } from './check-endpoint.ts';
import type { SendableTrain } from './bridge-train.ts';
import { encode, type BridgeVersion } from './encode.ts';

/** REP hands a train to whoever asks (one that asks and leaves costs none), PUSH shares trains among its clients, PUB sends to all and waits for none. */
export type ServerSocket = 'REP' | 'PUB' | 'PUSH';

export interface BridgeServerOptions {
  /** `tcp://host:port`; port `*` or 0 takes a free one. */
  readonly endpoint: string;
  readonly socket: ServerSocket;
  readonly version: BridgeVersion;
  /**
   * Trains that may wait, default 2. REP and PUSH: beyond that `send()` waits. PUB: per client, beyond that trains are
   * dropped for that client (at least 1).
   */
  readonly capacity?: number;
}

interface Job {
  readonly frames: readonly Uint8Array[];
  readonly accept: () => void;
  readonly refuse: (error: Error) => void;
}

const REQUEST_MOST_BYTES = 65536;
const BIND_PATIENCE_MS = 500;

/** Serves trains as a Karabo bridge does. */
export class BridgeServer {
  /** With the real port. */
  readonly endpoint: string;
  readonly socket: ServerSocket;
  readonly version: BridgeVersion;
  readonly #zmq: Router | Publisher | Push;
  readonly #capacity: number;
  readonly #queue: Job[] = [];
  /** Wakes the loop when a train was queued. */
  #wake = () => {};
  #closed = false;

  private constructor(zmq: Router | Publisher | Push, endpoint: string, options: BridgeServerOptions, capacity: number) {
    this.#zmq = zmq;
    this.endpoint = endpoint;
    this.socket = options.socket;
    this.version = options.version;
    this.#capacity = capacity;
  }

  /** @throws {BridgeError} BRIDGE_ENDPOINT when the address is in use or is none. */
  static async bind(options: BridgeServerOptions): Promise<BridgeServer> {
    const { endpoint, socket, capacity = 2 } = options;
    if (!Number.isInteger(capacity) || capacity < 0) throw new BridgeError('BRIDGE_ENDPOINT', `A capacity of ${capacity} trains makes no sense; give an integer from 0`);
    checkEndpoint(endpoint, 'listen');
    const common = { linger: 0, maxMessageSize: REQUEST_MOST_BYTES, tcpKeepalive: 1, tcpKeepaliveIdle: 30 };
    const zmq =
      socket === 'REP'
        ? new Router({ ...common, sendHighWaterMark: 1, mandatory: true })
        : socket === 'PUB'
          ? new Publisher({ ...common, sendHighWaterMark: Math.max(1, capacity) })
          : new Push({ ...common, sendHighWaterMark: 1 });
    try {
      await bindPatiently(zmq, endpoint);
    } catch (error) {
      zmq.close();
      throw new BridgeError('BRIDGE_ENDPOINT', `Cannot listen at ${quote(endpoint)}: ${(error as Error).message}`);
    }
    const server = new BridgeServer(zmq, zmq.lastEndpoint ?? endpoint, options, capacity);
    void server.#run();
    return server;
  }

  /** Trains that wait to be sent (0 for PUB); a producer that must not wait skips a train while this is at the capacity. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Sends a train, or frames that are encoded already. Resolves when the train was taken: handed to ZeroMQ, or queued within
   * the capacity. Its arrays are not copied: do not write to them until the train has certainly left.
   *
   * @throws {BridgeError} of `encode`, or BRIDGE_CLOSED.
   */
  async send(train: SendableTrain | readonly Uint8Array[]): Promise<void> {
    if (this.#closed) throw closedError();
    const given = train instanceof Map ? encode(train, this.version) : (train as readonly Uint8Array[]);
    const frames = given.length === 0 ? encode(new Map(), this.version) : given; // a message has one frame at least
    if (!frames.every((frame) => frame instanceof Uint8Array)) throw new BridgeError('BRIDGE_UNSENDABLE', 'A train is a map of sources, or frames that are Uint8Arrays');
    if (this.#zmq instanceof Publisher) return this.#zmq.send([...frames]);
    await new Promise<void>((accept, refuse) => {
      this.#queue.push({ frames, accept, refuse });
      if (this.#queue.length <= this.#capacity) accept();
      this.#wake();
    });
  }

  /** Stops listening. Trains that ZeroMQ has taken get `lingerMs` to leave; waiting `send()` calls are rejected. */
  close(lingerMs = 1000): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.refuse(closedError());
    this.#wake();
    this.#zmq.linger = lingerMs;
    this.#zmq.close(); // not unbind(): it runs on another thread, where a pending receive would meet it
  }

  async #run(): Promise<void> {
    const zmq = this.#zmq;
    if (zmq instanceof Publisher) return;
    while (!this.#closed) {
      try {
        const address = zmq instanceof Router ? await this.#request(zmq) : [];
        const job = await this.#first();
        if (job === undefined) return;
        await zmq.send([...address, ...job.frames]);
        this.#shift(job);
      } catch (error) {
        // A client that asked and left: its train goes to the next one. Anything else means that the socket was closed.
        if ((error as NodeJS.ErrnoException).code !== 'EHOSTUNREACH') return;
      }
    }
  }

  /**
   * Waits for a request and gives the address to answer to. One that is not understood is answered in words and costs no train.
   *
   * The socket is a ROUTER, which a client cannot tell from a REP, but which knows whether a client is still there.
   */
  async #request(zmq: Router): Promise<Uint8Array[]> {
    for (;;) {
      const message = await zmq.receive();
      const delimiter = message.findIndex((frame, i) => i > 0 && frame.length === 0);
      if (delimiter < 0) continue; // not from a REQ client: there is no way to answer it
      const address = message.slice(0, delimiter + 1);
      const [request, ...more] = message.slice(delimiter + 1);
      const text = request?.toString('latin1', 0, 40) ?? '';
      if (text === 'next' && more.length === 0) return address;
      await zmq.send([...address, `Error: bad request ${text}`]);
    }
  }

  /** The oldest train, once there is one; undefined when closed. */
  async #first(): Promise<Job | undefined> {
    while (this.#queue.length === 0 && !this.#closed) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    return this.#queue[0];
  }

  #shift(job: Job): void {
    if (this.#queue[0] !== job) return; // closed meanwhile
    this.#queue.shift();
    job.accept();
    this.#queue[this.#capacity - 1]?.accept();
  }
}

/** The port of a server that has just closed is free a moment later. */
async function bindPatiently(zmq: Router | Publisher | Push, endpoint: string): Promise<void> {
  const until = Date.now() + BIND_PATIENCE_MS;
  for (;;) {
    try {
      return await zmq.bind(endpoint);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function closedError(): BridgeError {
  return new BridgeError('BRIDGE_CLOSED', 'The server was closed');
}
