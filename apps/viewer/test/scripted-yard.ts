import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { encodeValue, type ClientMessage, type Hello, type LogLine, type ServerMessage, type Want, type YardState } from '@trainyard/control';
import { firstTrain, type Script } from './script.ts';

/** What a page asks a route. */
export interface Asked {
  readonly method: string;
  /** Without a slash in front: `api/files/views.ts`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As a yard says it: nothing but the page's own files runs. */
const policy = "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; connect-src 'self' ws:; object-src 'none'; base-uri 'none'";

const types: Record<string, string> = { '.ttf': 'font/ttf', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** What a page did: asserted on by the tests. */
export interface Heard {
  readonly messages: ClientMessage[];
  readonly acks: Map<string, number>;
}

/**
 * Serves the built page and a scripted yard over the real protocol: state, tree, logs and journal as text, values as `encodeValue`
 * frames, newest wins, the next only after the last was acknowledged. It computes nothing; a script gives every value, whole whatever is wanted.
 */
export class ScriptedYard {
  token = 'a-token';
  hello: Hello = { role: 'control', edit: false, name: 'views.ts', version: '0.1.0', files: [] };
  /** Routes of a test's own; what it does not know goes on to the others. */
  routes: (asked: Asked) => Answer | undefined = () => undefined;
  /** With one, who has no token logs in. */
  password: string | undefined;
  readonly heard: Heard = { messages: [], acks: new Map() };
  readonly script: Script;
  readonly #dist: string;
  readonly #prefix: string;
  #server: Server | undefined;
  #sockets = new Set<WebSocket>();
  #clients = new Map<WebSocket, { wants: readonly Want[]; waiting: Set<string> }>();
  #train = firstTrain;
  #timer: ReturnType<typeof setInterval> | undefined;
  #port = 0;

  /** `dist`: the folder of the built page. `prefix`: as a proxy would put before it, with slashes at both ends. */
  constructor(script: Script, dist: string, prefix = '/') {
    this.script = script;
    this.#dist = dist;
    this.#prefix = prefix;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#prefix}?token=${this.token}`;
  }

  /** Begins, or begins again on the same port. `hz`: trains a second. */
  async start(hz = 10): Promise<void> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const path = url.pathname.startsWith(this.#prefix) ? url.pathname.slice(this.#prefix.length) : undefined;
      if (path?.startsWith('api/')) {
        void this.#answer(request, response, path, url);
        return;
      }
      const file = path === undefined ? undefined : join(this.#dist, normalize(path === '' ? 'index.html' : path));
      if (!file?.startsWith(this.#dist) || !existsSync(file)) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy });
      createReadStream(file).pipe(response);
    });
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname !== `${this.#prefix}api/socket` || !this.#isAllowed(request)) socket.destroy();
      else sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.#timer = setInterval(() => this.#step(), 1000 / hz);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.terminate();
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse, path: string, url: URL): Promise<void> {
    let body = '';
    for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) body += part;
    const header = (name: string) => request.headers[name] as string | undefined;
    const known = { 'api/state': this.script.state, 'api/hello': this.hello }[path];
    const answer: Answer = path === 'api/login' ? this.#logIn(body)
      : !this.#isAllowed(request) ? (this.password === undefined ? { status: 403, json: { code: 'TOKEN', message: 'The token is missing or wrong.' } } : { status: 401, json: { code: 'LOGIN', message: 'The password is needed.' } })
      : known !== undefined ? { json: known }
      : (this.routes({ method: request.method ?? 'GET', path, query: url.searchParams, header, body }) ?? { status: 404, json: { code: 'ROUTE', message: `There is no ${path}.` } });
    const type = answer.text !== undefined ? 'text/plain; charset=utf-8' : answer.bytes ? 'application/octet-stream' : 'application/json';
    response.writeHead(answer.status ?? 200, { 'content-type': type, ...answer.headers }).end(answer.text ?? answer.bytes ?? JSON.stringify(answer.json));
  }

  #logIn(body: string): Answer {
    if ((JSON.parse(body) as { password?: string }).password !== this.password) return { status: 401, json: { code: 'PASSWORD', message: 'That is not the password.' } };
    return { json: { session: 'login-scripted' } };
  }

  /** To all pages. */
  tell(message: ServerMessage): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(message));
  }

  change(part: Partial<YardState>): void {
    this.script.state = { ...this.script.state, ...part };
    this.tell({ type: 'state', state: this.script.state });
  }

  log(...lines: LogLine[]): void {
    this.script.logs.push(...lines);
    this.tell({ type: 'log', lines });
  }

  #isAllowed(request: IncomingMessage): boolean {
    const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token');
    return token === this.token || token === this.hello.lookToken || (this.password !== undefined && token === 'login-scripted');
  }

  #accept(socket: WebSocket): void {
    this.#sockets.add(socket);
    this.#clients.set(socket, { wants: [], waiting: new Set() });
    const send = (message: ServerMessage) => socket.send(JSON.stringify(message));
    send({ type: 'hello', hello: this.hello });
    send({ type: 'state', state: this.script.state });
    send({ type: 'tree', tree: this.script.tree });
    send({ type: 'log', lines: this.script.logs });
    send({ type: 'journal', entries: this.script.journal ?? [] });
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#clients.delete(socket);
    });
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ClientMessage;
      const client = this.#clients.get(socket)!;
      if (message.type === 'ack') {
        client.waiting.delete(message.key);
        const id = client.wants.find(({ key }) => key === message.key)?.id ?? '';
        this.heard.acks.set(id, (this.heard.acks.get(id) ?? 0) + 1);
        return;
      }
      this.heard.messages.push(message);
      if (message.type === 'watch') {
        client.wants = message.wants;
        client.waiting.clear();
        return;
      }
      if (message.verb === 'set') {
        const { group, name, value } = message;
        send({ type: 'reply', request: message.request, ok: true });
        this.change({ parameters: this.script.state.parameters.map((p) => (p.group === group && p.name === name ? { ...p, value } : p)) });
      } else send({ type: 'reply', request: message.request, ok: true, message: 'Begun.' });
    });
  }

  #step(): void {
    this.#train++;
    const { state } = this.script;
    // As a yard does: the state a few times a second, with the newest train.
    if (this.#train % 3 === 0) {
      const views = state.views.map((view) => ({ ...view, ...(view.newest ? { newest: { ...view.newest, trainId: this.#train } } : {}) }));
      this.change({ views, trains: { ...state.trains, seen: this.#train - firstTrain, lastTrainId: this.#train } });
    }
    if (this.#clients.size === 0) return;
    const values = this.script.values(this.#train);
    for (const [socket, client] of this.#clients) {
      for (const { key, id } of client.wants) {
        const value = values.find((one) => one.id === id);
        if (!value || client.waiting.has(key)) continue;
        client.waiting.add(key);
        socket.send(encodeValue({ ...value, key }));
      }
    }
  }
}
