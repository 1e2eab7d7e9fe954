import { decodeValue, routes, type ClientMessage, type ControlVerb, type PanelValue, type Reply, type ServerMessage, type Want } from '@trainyard/control';
import { whoSigns } from './my-name.ts';
import { endpointUrl } from './socket-url.ts';

/** `refused`: it does not know this page's token. `login`: it wants a password. */
export type LinkStatus = 'connecting' | 'open' | 'lost' | 'refused' | 'login';

export interface SocketEvents {
  status(status: LinkStatus): void;
  message(message: Exclude<ServerMessage, Reply>): void;
  value(value: PanelValue): void;
  /** A frame that could not be read: what was wrong with it. */
  broken(error: Error): void;
}

const firstRetryMs = 300;
const lastRetryMs = 5000;
const replyTimeoutMs = 15_000;

/**
 * The socket of a running yard. Comes back by itself when the line drops, and then watches again what was watched.
 * Requests that were under way when it dropped are answered as refused (`LINK_LOST`): they may or may not have been done.
 */
export class YardSocket {
  readonly #events: SocketEvents;
  readonly #href: string;
  readonly #stateHref: string;
  #socket: WebSocket | undefined;
  #watch: ClientMessage = { type: 'watch', wants: [] };
  #pending = new Map<number, (reply: Reply) => void>();
  #next = 1;
  #retryMs = firstRetryMs;
  /** The yard is there and does not let this page in: that stands until it does, or is gone. */
  #isRefused = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(page: { readonly href: string }, events: SocketEvents) {
    this.#href = endpointUrl(routes.socket, page, true);
    this.#stateHref = endpointUrl(routes.state, page);
    this.#events = events;
    this.#connect();
  }

  watch(wants: readonly Want[]): void {
    this.#watch = { type: 'watch', wants };
    this.#send(this.#watch);
  }

  ack(key: string): void {
    this.#send({ type: 'ack', key });
  }

  request(verb: ControlVerb): Promise<Reply> {
    const request = this.#next++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => refuse('NO_REPLY', 'The yard did not answer within 15 s.'), replyTimeoutMs);
      const settle = (reply: Reply) => {
        clearTimeout(timer);
        this.#pending.delete(request);
        resolve(reply);
      };
      const refuse = (code: string, message: string) => settle({ type: 'reply', request, ok: false, code, message });
      this.#pending.set(request, settle);
      if (!this.#send({ type: 'request', request, ...whoSigns(verb.verb !== 'play' && verb.verb !== 'freeze'), ...verb })) refuse('LINK_LOST', 'Not connected to the yard: nothing was changed.');
    });
  }

  /** Try again now (a click), or after the wait. */
  retry(): void {
    clearTimeout(this.#timer);
    if (!this.#closed && this.#socket?.readyState !== WebSocket.OPEN) this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #connect(): void {
    const before = this.#socket;
    const socket = new WebSocket(this.#href);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    // One that is still being opened would be a second one of this page; of one that is being closed no more is heard.
    before?.close();
    this.#failPending();
    let opened = false;
    socket.addEventListener('open', () => {
      if (this.#socket !== socket || this.#closed) return;
      opened = true;
      this.#retryMs = firstRetryMs;
      this.#isRefused = false;
      this.#send(this.#watch);
      this.#events.status('open');
    });
    socket.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => {
      if (this.#socket === socket) this.#receive(event.data);
    });
    socket.addEventListener('close', () => {
      if (this.#socket !== socket || this.#closed) return;
      this.#failPending();
      if (opened || !this.#isRefused) this.#events.status('lost');
      if (!opened) void this.#askWhy();
      this.#timer = setTimeout(() => this.#connect(), this.#retryMs);
      this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 1.6);
    });
  }

  /** A socket that never opened does not say why: the yard is away, it was started again and has another token, or it wants a password. */
  async #askWhy(): Promise<void> {
    try {
      const response = await fetch(this.#stateHref);
      if ((response.status !== 401 && response.status !== 403) || this.#socket?.readyState === WebSocket.OPEN || this.#closed) return;
      const { code } = (await response.json().catch(() => ({}))) as { code?: string };
      this.#isRefused = true;
      this.#events.status(code === 'LOGIN' ? 'login' : 'refused');
    } catch {
      this.#isRefused = false;
      this.#events.status('lost');
    }
  }

  #receive(data: string | ArrayBuffer): void {
    try {
      if (typeof data !== 'string') return this.#events.value(decodeValue(new Uint8Array(data)));
      const message = JSON.parse(data) as ServerMessage;
      if (message.type === 'reply') this.#pending.get(message.request)?.(message);
      else this.#events.message(message);
    } catch (error) {
      this.#events.broken(error as Error);
    }
  }

  #failPending(): void {
    for (const [request, settle] of this.#pending) {
      settle({ type: 'reply', request, ok: false, code: 'LINK_LOST', message: 'The connection was lost before the yard answered.' });
    }
  }
}
