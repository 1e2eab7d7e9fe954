import type { WebSocket } from 'ws';
import { TokenBucket } from './token-bucket.ts';

/** An eager page acknowledges five hundred values ten times a second. */
const MESSAGES = { burst: 20_000, perSecond: 6000 };
const MESSAGE_BYTES = { burst: 16_000_000, perSecond: 4_000_000 };
/** With so much before it, a client is not sent what the next state says again. */
const WAITING_BYTES = 4_000_000;
/** A client that has left so much unread is given up. */
const GIVEN_UP_BYTES = 128_000_000;
const PING_MS = 20_000;
const UNANSWERED = 3;
const GOODBYE_MS = 1000;

/** Keeps one client from costing the others: floods, and what it does not read. */
export class ClientGuard {
  readonly #client: WebSocket;

  constructor(client: WebSocket) {
    this.#client = client;
    const messages = new TokenBucket(MESSAGES);
    const bytes = new TokenBucket(MESSAGE_BYTES);
    client.on('message', (data) => {
      if (messages.take() && bytes.take((data as Buffer).length)) return;
      client.removeAllListeners('message').close(1008, 'too many messages');
      setTimeout(() => client.terminate(), GOODBYE_MS).unref();
    });
    // Who is away without a word, such as behind a tunnel that broke, is missed after a minute.
    let unanswered = 0;
    client.on('pong', () => (unanswered = 0));
    const ping = setInterval(() => {
      unanswered += 1;
      if (unanswered > UNANSWERED) client.terminate();
      else client.ping();
    }, PING_MS);
    ping.unref();
    client.on('close', () => clearInterval(ping));
  }

  /** Whether it keeps up; one that does not read at all is let go. */
  get keepsUp(): boolean {
    const { bufferedAmount } = this.#client;
    if (bufferedAmount > GIVEN_UP_BYTES) this.#client.terminate();
    return bufferedAmount < WAITING_BYTES;
  }
}
