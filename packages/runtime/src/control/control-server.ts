import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { extname, join, normalize } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { parseDataPath } from '@trainyard/core';
import { routes, type ControlRequest, type ControlVerb, type Reply, type ServerMessage } from '@trainyard/control';
import type { Engine } from '../engine/engine.ts';
import type { LiveSink } from '../sink/live-sink.ts';
import type { TrainSource } from '../source/train-source.ts';
import { ClientSession, FrameCache } from './client-session.ts';
import { writeEndpointFile } from './endpoint-file.ts';
import { LogBoard } from './log-board.ts';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus-text.ts';

export interface ControlServerOptions {
  readonly engine: Engine;
  readonly live: LiveSink;
  readonly source: TrainSource;
  /** The built viewer; without it the page says how to build it. */
  readonly viewerFolder: string | undefined;
  readonly port?: number | undefined;
  /** The token of the yard whose place it takes: open browsers have it. A new one otherwise. */
  readonly token?: string | undefined;
  readonly supervisor?: number | undefined;
  readonly name: string;
  readonly verb: string;
  readonly folder: string;
  readonly onStop: () => void;
}

const STATE_MS = 250;
/** So long a viewer may take to hear that the yard has ended. */
const GOODBYE_MS = 300;
const BODY_LIMIT = 1_000_000;
const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.json': 'application/json', '.map': 'application/json' };

/** The one endpoint of a running yard: the viewer's page, its socket, and the control routes. Loopback only, behind a token. */
export class ControlServer {
  readonly url: string;
  readonly token: string;
  readonly #options: ControlServerOptions;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #sessions = new Set<ClientSession>();
  readonly #logs = new LogBoard();
  readonly #timer: NodeJS.Timeout;
  readonly #removeFile: () => void;
  #treeText = '';
  /** Journal entries that clients have been told. */
  #journalTold = 0;

  static async open(options: ControlServerOptions): Promise<ControlServer> {
    const http = createServer();
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return new ControlServer(options, http);
  }

  private constructor(options: ControlServerOptions, http: Server) {
    this.#options = options;
    this.#http = http;
    this.token = options.token ?? randomBytes(16).toString('hex');
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const frames = new FrameCache(options.live);
    const sockets = (this.#sockets = new WebSocketServer({ noServer: true, maxPayload: BODY_LIMIT }));
    http.on('request', (request, response) => void this.#request(request, response).catch(() => response.destroy()));
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      const { pathname } = this.#target(request);
      if (!pathname.endsWith(routes.socket) || !this.#allowed(request)) {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (client) => {
        const session = new ClientSession(client, frames, (message) => this.#control(message, 'viewer'));
        session.onWatch = () => this.#watchChanged(frames);
        this.#sessions.add(session);
        client.on('close', () => {
          this.#sessions.delete(session);
          this.#watchChanged(frames);
        });
        client.on('error', () => client.terminate());
        session.send({ type: 'state', state: options.engine.state() });
        session.send({ type: 'tree', tree: options.source.tree });
        session.send({ type: 'log', lines: this.#logs.lines });
        session.send({ type: 'journal', entries: options.engine.journal.entries });
      });
    });
    options.live.onTrain = () => {
      for (const session of this.#sessions) session.push();
    };
    const engine = options.engine;
    const { onLogs, onChange } = engine;
    engine.onLogs = (lines) => {
      onLogs(lines);
      this.#logs.add(lines);
      for (const session of this.#sessions) session.send({ type: 'log', lines });
    };
    engine.onChange = () => {
      onChange();
      this.#tell();
    };
    this.#timer = setInterval(() => this.#tell(), STATE_MS);
    this.#timer.unref();
    this.#removeFile = writeEndpointFile({ supervisor: options.supervisor, name: options.name, verb: options.verb, url: this.url, token: this.token, startedAt: Date.now(), folder: options.folder }, options.port);
  }

  /** The whole address, with the token: what a person opens. */
  get address(): string {
    return `${this.url}/?token=${this.token}`;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#tell();
    this.#removeFile();
    this.#http.closeAllConnections();
    // Viewers are not among these: they are told, and not waited for.
    for (const client of this.#sockets.clients) {
      client.close(1001, 'the yard has ended');
      setTimeout(() => client.terminate(), GOODBYE_MS).unref();
    }
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #tell(): void {
    if (this.#sessions.size === 0) return;
    const { engine, source } = this.#options;
    const state = engine.state();
    const treeText = source.tree.sources.map((one) => `${one.name}:${one.keys.length}`).join();
    const entries = engine.journal.since(this.#journalTold);
    this.#journalTold = engine.journal.count;
    const text = JSON.stringify({ type: 'state', state } satisfies ServerMessage);
    for (const session of this.#sessions) {
      session.sendText(text);
      if (treeText !== this.#treeText) session.send({ type: 'tree', tree: source.tree });
      if (entries.length) session.send({ type: 'journal', entries });
    }
    this.#treeText = treeText;
  }

  #watchChanged(frames: FrameCache): void {
    frames.keep(new Set(Array.from(this.#sessions).flatMap((session) => session.watched)));
    const keys = [...new Set(Array.from(this.#sessions).flatMap((session) => session.keys))].filter((key) => {
      try {
        parseDataPath(key);
        return true;
      } catch {
        return false;
      }
    });
    this.#options.engine.watchKeys(keys);
  }

  /** What is asked for; a target that is no path, such as `//`, is one that does not exist. */
  #target(request: IncomingMessage): URL {
    const target = request.url?.startsWith('/') === true ? request.url.replace(/^\/+/, '/') : '/nothing';
    return new URL(target, this.url);
  }

  #allowed(request: IncomingMessage): boolean {
    const { searchParams } = this.#target(request);
    const given = Buffer.from(searchParams.get('token') ?? request.headers.authorization?.replace(/^Bearer /, '') ?? '');
    const wanted = Buffer.from(this.token);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = this.#target(request);
    const { engine, source } = this.#options;
    const metrics = pathname.endsWith(routes.metrics);
    if (!pathname.includes('/api/') && !metrics) {
      // The page's own files hold no data: they come without the token, which the page itself brings to the socket.
      if (pathname.endsWith('/') && !this.#allowed(request)) return answer(response, 403, 'text/plain', 'This page needs its token: open the whole address that yard printed (yard ps shows it again).\n');
      return this.#file(pathname, response);
    }
    if (!this.#allowed(request)) return answer(response, 403, 'application/json', JSON.stringify({ code: 'TOKEN', message: 'The token is missing or wrong.' }));
    if (metrics) return answer(response, 200, PROMETHEUS_TYPE, prometheusText(engine.state()));
    const route = pathname.slice(pathname.indexOf('/api/'));
    const json = (value: unknown): void => answer(response, 200, 'application/json', JSON.stringify(value));
    if (route === routes.state) return json(engine.state());
    if (route === routes.tree) return json(source.tree);
    if (route === routes.journal) return json(engine.journal.entries);
    if (route === routes.logs) return json(this.#logs.lines);
    if (route === routes.control && request.method === 'POST') {
      const body = await readBody(request);
      let message: ControlRequest;
      try {
        message = JSON.parse(body) as ControlRequest;
      } catch {
        return answer(response, 400, 'application/json', JSON.stringify({ code: 'BODY', message: 'The body is not JSON.' }));
      }
      if (typeof message !== 'object' || message === null) return answer(response, 400, 'application/json', JSON.stringify({ code: 'BODY', message: 'The body is no request.' }));
      return json(await this.#control(message, 'control endpoint'));
    }
    return answer(response, 404, 'application/json', JSON.stringify({ code: 'ROUTE', message: `There is no ${route}.` }));
  }

  async #control(message: ControlRequest, from: string): Promise<Reply> {
    const base = { type: 'reply' as const, request: message.request };
    try {
      const said = await this.#do(message, nameOf(message.who) ?? from);
      return { ...base, ok: true, ...(said !== undefined && { message: said }) };
    } catch (error) {
      return { ...base, ok: false, code: (error as { code?: string }).code ?? 'CONTROL', message: (error as Error).message };
    }
  }

  async #do(verb: ControlVerb, who: string): Promise<string | undefined> {
    const { engine, onStop } = this.#options;
    for (const word of ['group', 'name'] as const) {
      const needed = verb.verb === 'set' || verb.verb === 'action' || verb.verb === 'cancel';
      const given = (verb as Partial<Record<typeof word, unknown>>)[word];
      if (typeof given !== 'string' && (needed || given !== undefined)) throw Object.assign(new Error(`"${verb.verb}" takes "${word}" as a text.`), { code: 'BODY' });
    }
    switch (verb.verb) {
      case 'set':
        return `${verb.name} = ${JSON.stringify(await engine.byHand.set(verb.group, verb.name, verb.value, who))}`;
      case 'action':
        engine.byHand.action(verb.group, verb.name, who);
        return undefined;
      case 'freeze':
        return engine.byHand.freeze(verb.name, verb.next === true);
      case 'cancel':
        return engine.byHand.cancel(verb.group, verb.name, 'control');
      case 'clear':
        return engine.byHand.clear(verb.name, who);
      case 'reload': {
        await engine.reload(who);
        const { error } = engine.state().generation;
        if (error) throw Object.assign(new Error(error.message), { code: error.code });
        return undefined;
      }
      case 'suspend':
        return verb.name === undefined ? engine.standby.suspend(who) : engine.held.suspend(verb.name, who);
      case 'resume':
        return verb.name === undefined ? engine.standby.resume(who) : engine.held.resume(verb.name, who);
      case 'stop':
        setTimeout(onStop, 20);
        return 'stopping';
      default:
        throw Object.assign(new Error(`There is no verb "${(verb as { verb?: string }).verb}".`), { code: 'VERB' });
    }
  }

  #file(pathname: string, response: ServerResponse): void {
    const { viewerFolder } = this.#options;
    if (viewerFolder === undefined || !existsSync(join(viewerFolder, 'index.html'))) {
      return answer(response, 200, 'text/plain', 'The viewer is not built: npm run build. The control routes work: /api/state\n');
    }
    // Behind a URL prefix only the last part of the path is ours.
    const assets = pathname.indexOf('/assets/');
    const inner = pathname.endsWith('/') ? 'index.html' : assets >= 0 ? pathname.slice(assets + 1) : pathname.slice(pathname.lastIndexOf('/') + 1);
    // Our own files have plain names: nothing needs decoding.
    const file = normalize(join(viewerFolder, inner));
    if (!file.startsWith(normalize(viewerFolder)) || !existsSync(file) || !statSync(file).isFile()) return answer(response, 404, 'text/plain', 'There is no such file.\n');
    response.writeHead(200, { ...HEADERS, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...(assets >= 0 && { 'cache-control': 'public, max-age=31536000, immutable' }) });
    createReadStream(file).pipe(response);
  }
}

const HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' } as const;

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type });
  response.end(body);
}

/** What a client calls itself, on one short line. */
function nameOf(who: unknown): string | undefined {
  return typeof who === 'string' && /^[\p{L}\p{N} ().,@_-]{1,60}$/u.test(who) ? who : undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT) throw new Error('The body is too large.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
