import { Pull, Request, Subscriber, type Event } from 'zeromq';
import { BridgeError, quote } from './bridge-error.ts';
import { checkEndpoint } from './check-endpoint.ts';

/** REQ asks for each train (nothing is lost), PULL shares them with other clients, SUB listens to all. */
export type ClientSocket = 'REQ' | 'SUB' | 'PULL';

/** How the connection is, with a sentence for people. */
export interface BridgeStatus {
  readonly state: 'connecting' | 'connected' | 'gone';
  readonly text: string;
}

export interface BridgeClientOptions {
  /** `tcp://host:port` or `ipc://path`. */
  readonly endpoint: string;
  readonly socket: ClientSocket;
  /** How long `next()` waits, ms; without it as long as it takes. */
  readonly timeoutMs?: number;
  /**
   * Trains that may wait in this process behind the one being read; default 1, as in the facility's own client. ZeroMQ
   * keeps the oldest, not the newest: with SUB, a larger number makes a slow reader see older trains, a smaller one makes
   * the server drop more. Whoever wants the newest reads all the time and throws away.
   */
  readonly highWaterMark?: number;
  /** Longest frame that is accepted, bytes; default 2 GiB. A peer that sends a longer one is disconnected. */
  readonly maxMessageSize?: number;
  /** Called at each change of the connection. */
  readonly onStatus?: (status: BridgeStatus) => void;
}

type Socket = Request | Subscriber | Pull;

const RECONNECT_MS = 100;
const RECONNECT_MAX_MS = 1000;
/** A train that was read just before its server went is still handed over by ZeroMQ within this time. */
const GRACE_MS = 30;
const HANDSHAKE_MS = 5000;

/**
 * Receives trains from a Karabo bridge. It connects at once, and again by itself whenever the server comes back.
 *
 * REQ sends its request only when `next()` is called and none is pending. A `next()` that timed out or was aborted leaves
 * its request pending: the late train is given to the following `next()`. A server that stops takes the request with it;
 * the client then opens a new socket and asks again.
 */
export class BridgeClient {
  readonly endpoint: string;
  readonly socket: ClientSocket;
  readonly #options: BridgeClientOptions;
  #status: BridgeStatus;
  #zmq: Socket;
  /** The message under way; kept when a `next()` gives up, so that no train is lost. */
  #pending: Promise<Uint8Array[]> | undefined;
  #waiting = false;
  #reopening: NodeJS.Timeout | undefined;
  #closed = false;

  /** @throws {BridgeError} BRIDGE_ENDPOINT when the endpoint is not one that could be connected to. */
  constructor(options: BridgeClientOptions) {
    checkEndpoint(options.endpoint, 'connect');
    this.#options = options;
    this.endpoint = options.endpoint;
    this.socket = options.socket;
    this.#status = { state: 'connecting', text: `Connecting to ${options.endpoint}` };
    this.#zmq = this.#open();
  }

  get status(): BridgeStatus {
    return this.#status;
  }

  /**
   * The frames of the next message, for `decode`; `release` them when done.
   *
   * @throws {BridgeError} BRIDGE_TIMEOUT or BRIDGE_ABORTED (the train then goes to the next call), BRIDGE_BUSY when another
   *   call is waiting, BRIDGE_CLOSED.
   */
  next(signal?: AbortSignal): Promise<Uint8Array[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw closedError();
      if (this.#waiting) throw new BridgeError('BRIDGE_BUSY', 'next() was called while another one still waits');
      if (signal?.aborted) throw abortedError();
      const { timeoutMs } = this.#options;
      this.#waiting = true;
      const done = (): boolean => {
        if (over) return false;
        over = true;
        this.#waiting = false;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        return true;
      };
      let over = false;
      const abort = () => done() && reject(abortedError());
      const late = () => done() && reject(new BridgeError('BRIDGE_TIMEOUT', `No train came within ${timeoutMs} ms. ${this.#status.text}`));
      const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending ??= this.#receive();
      this.#pending.then(
        (frames) => {
          if (!done()) return; // stays pending for the next call
          this.#pending = undefined;
          resolve(frames);
        },
        (error: Error) => {
          if (!done()) return;
          this.#pending = undefined;
          reject(error);
        },
      );
    });
  }

  /** Closes the connection; a waiting `next()` is rejected with BRIDGE_CLOSED. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#reopening);
    this.#zmq.close();
  }

  async #receive(): Promise<Uint8Array[]> {
    for (;;) {
      const zmq = this.#zmq;
      try {
        if (zmq instanceof Request) await zmq.send('next');
        return await zmq.receive();
      } catch (error) {
        if (this.#closed) throw closedError();
        if (zmq === this.#zmq) throw new BridgeError('BRIDGE_CLOSED', `Receiving from ${this.endpoint} failed: ${(error as Error).message}`);
        // The socket was replaced because its server had gone: ask the new one.
      }
    }
  }

  #open(): Socket {
    const { endpoint, socket, highWaterMark = 1, maxMessageSize = 2 ** 31 } = this.#options;
    const common = {
      linger: 0,
      receiveHighWaterMark: highWaterMark,
      maxMessageSize,
      reconnectInterval: RECONNECT_MS,
      reconnectMaxInterval: RECONNECT_MAX_MS,
      handshakeInterval: HANDSHAKE_MS,
      // A server that vanished without a word (power, firewall) is noticed within a minute.
      tcpKeepalive: 1,
      tcpKeepaliveIdle: 30,
      tcpKeepaliveInterval: 10,
      tcpKeepaliveCount: 3,
    };
    const zmq = socket === 'REQ' ? new Request(common) : socket === 'SUB' ? new Subscriber(common) : new Pull(common);
    this.#watch(zmq);
    try {
      if (zmq instanceof Subscriber) zmq.subscribe();
      zmq.connect(endpoint);
    } catch (error) {
      zmq.close();
      throw new BridgeError('BRIDGE_ENDPOINT', `Cannot connect to ${quote(endpoint)}: ${(error as Error).message}. Endpoints look like tcp://host:port`);
    }
    return zmq;
  }

  #watch(zmq: Socket): void {
    let greeted = false; // past ZeroMQ's handshake
    let requestLost = false; // then this socket waits for ever, whatever ZeroMQ does about the connection
    const on = (type: Event['type'], react: () => void) => zmq.events.on(type, () => zmq === this.#zmq && !this.#closed && react());
    on('handshake', () => {
      greeted = true;
      if (!requestLost) clearTimeout(this.#reopening);
      // A SUB socket subscribes anew only when it is touched; never while a receive is pending, which would miss its wake-up.
      if (this.socket === 'SUB' && this.#pending === undefined) void zmq.readable;
      this.#say('connected', `Connected to ${this.endpoint}`);
    });
    on('disconnect', () => {
      if (greeted) this.#say('gone', `The server at ${this.endpoint} went away; connecting again`);
      else this.#say('gone', `Something answers at ${this.endpoint}, but not to a ${this.socket} client: another socket type, or no Karabo bridge; trying again`);
      // A request is lost with its server. And ZeroMQ itself never reconnects after a breach of its protocol.
      requestLost = greeted && this.socket === 'REQ' && this.#pending !== undefined;
      this.#reopenAfter(requestLost ? GRACE_MS : RECONNECT_MAX_MS);
      greeted = false;
    });
    on('connect:retry', () => {
      if (!requestLost) clearTimeout(this.#reopening);
      if (this.#status.state === 'connecting') {
        this.#say('gone', `Nothing answers at ${this.endpoint} (is the server running, are host and port right?); trying again`);
      }
    });
  }

  #reopenAfter(ms: number): void {
    clearTimeout(this.#reopening);
    const old = this.#zmq;
    // setImmediate: after a busy moment of this process, a train that is already here is received before the timer acts.
    this.#reopening = setTimeout(() => setImmediate(() => this.#replace(old)), ms);
  }

  #replace(old: Socket): void {
    if (this.#closed || old !== this.#zmq) return;
    try {
      this.#zmq = this.#open();
      old.close(); // rejects a pending receive, which then goes on with the new socket
    } catch (error) {
      this.#say('gone', (error as Error).message);
      this.#reopenAfter(RECONNECT_MAX_MS);
    }
  }

  #say(state: BridgeStatus['state'], text: string): void {
    if (this.#status.text === text) return;
    this.#status = { state, text };
    this.#options.onStatus?.(this.#status);
  }
}

function closedError(): BridgeError {
  return new BridgeError('BRIDGE_CLOSED', 'The client was closed');
}

function abortedError(): BridgeError {
  return new BridgeError('BRIDGE_ABORTED', 'Waiting for a train was aborted');
}
