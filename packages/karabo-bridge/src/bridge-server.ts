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
   * Trains that may wait, default 2. REP and PUSH: beyond that `send()` waits, or the oldest is dropped, see `policy`. PUB: per
   * client, beyond that trains are dropped for that client (at least 1).
   */
  readonly capacity?: number;
  /**
   * What happens when more wait: `block` (the default) loses nothing, `send()` waits. With `drop-oldest`, for live data, `send()` never
   * waits and whoever asks gets what is new; with `capacity` 1 the newest train of all. PUB never waits in any case.
   */
  readonly policy?: 'block' | 'drop-oldest';
  /** At most so many trains leave in a second; those in between wait, or are dropped, by the policy. With PUB they are dropped. Default Infinity. */
  readonly rate?: number;
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
  readonly #dropsOldest: boolean;
  /** Between two trains at least, ms. */
  readonly #pauseMs: number;
  /** When the next may leave, by `performance.now()`. */
  #nextAt = 0;
  #dropped = 0;
  readonly #queue: Job[] = [];
  /** ZeroMQ has it, or waits for a client to take it (PUSH). */
  #leaving: Job | undefined;
  /** Wakes the loop when a train was queued. */
  #wake = () => {};
  #closed = false;

  private constructor(zmq: Router | Publisher | Push, endpoint: string, options: BridgeServerOptions, capacity: number) {
    this.#zmq = zmq;
    this.endpoint = endpoint;
    this.socket = options.socket;
    this.version = options.version;
    this.#capacity = capacity;
    this.#dropsOldest = options.policy === 'drop-oldest';
    this.#pauseMs = 1000 / (options.rate ?? Infinity);
  }

  /** @throws {BridgeError} BRIDGE_ENDPOINT when the address is in use or is none. */
  static async bind(options: BridgeServerOptions): Promise<BridgeServer> {
    const { endpoint, socket, capacity = 2, policy = 'block', rate = Infinity } = options;
    const least = policy === 'drop-oldest' ? 1 : 0;
    if (!Number.isInteger(capacity) || capacity < least) throw new BridgeError('BRIDGE_OPTION', `A capacity of ${capacity} trains makes no sense with policy ${policy}; give an integer from ${least}`);
    if (!(rate > 0)) throw new BridgeError('BRIDGE_OPTION', `A rate of ${rate} trains a second makes no sense; give a number above 0`);
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

  /** Trains that nobody got: the oldest where more came than may wait (`drop-oldest`), and with PUB those that came too fast for `rate`. PUB's own losses for slow clients are not known to it. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Sends a train, or frames that are encoded already. Resolves when the train was taken: handed to ZeroMQ, queued within
   * the capacity, or dropped for a newer one. Its arrays are not copied: do not write to them until the train has certainly left.
   *
   * @throws {BridgeError} of `encode`, or BRIDGE_CLOSED.
   */
  async send(train: SendableTrain | readonly Uint8Array[]): Promise<void> {
    if (this.#closed) throw closedError();
    const given = train instanceof Map ? encode(train, this.version) : (train as readonly Uint8Array[]);
    const frames = given.length === 0 ? encode(new Map(), this.version) : given; // a message has one frame at least
    if (!frames.every((frame) => frame instanceof Uint8Array)) throw new BridgeError('BRIDGE_UNSENDABLE', 'A train is a map of sources, or frames that are Uint8Arrays');
    if (this.#zmq instanceof Publisher) {
      if (this.#wait() > 0) {
        this.#dropped += 1;
        return;
      }
      this.#left();
      return this.#zmq.send([...frames]);
    }
    await new Promise<void>((accept, refuse) => {
      this.#queue.push({ frames, accept, refuse });
      if (this.#dropsOldest) this.#makeRoom();
      if (this.#dropsOldest || this.#queue.length <= this.#capacity) accept();
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
        this.#leaving = job;
        await zmq.send([...address, ...job.frames]);
        this.#left();
        this.#shift(job);
      } catch (error) {
        // A client that asked and left: its train goes to the next one. Anything else means that the socket was closed.
        if ((error as NodeJS.ErrnoException).code !== 'EHOSTUNREACH') return;
      } finally {
        this.#leaving = undefined;
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

  /** The oldest train, once there is one and the rate allows it; undefined when closed. */
  async #first(): Promise<Job | undefined> {
    while ((this.#queue.length === 0 || this.#wait() > 0) && !this.#closed) {
      await new Promise<void>((wake) => {
        const timer = this.#queue.length > 0 ? setTimeout(wake, this.#wait()) : undefined;
        this.#wake = () => {
          clearTimeout(timer);
          wake();
        };
      });
    }
    return this.#queue[0];
  }

  /** How long until the next may leave, ms; from 0 on now. */
  #wait(): number {
    return this.#nextAt - performance.now();
  }

  /** A train has left: the next follows at its distance, also when this one was a little late. */
  #left(): void {
    if (this.#pauseMs === 0) return;
    const now = performance.now();
    this.#nextAt = Math.max(this.#nextAt, now - this.#pauseMs) + this.#pauseMs;
  }

  /** Drops the oldest of those that ZeroMQ does not hold yet, where more than the capacity wait. */
  #makeRoom(): void {
    const held = this.#leaving === undefined ? 0 : 1;
    if (this.#queue.length - held <= this.#capacity) return;
    this.#queue.splice(held, 1);
    this.#dropped += 1;
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
