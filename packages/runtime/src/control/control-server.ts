import { STATUS_CODES, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { YardError } from '@trainyard/core';
import { routes, type Hello } from '@trainyard/control';
import { mayOnlyLook, nameInHeader, type Caller } from './access.ts';
import { H5Browser } from '../h5/h5-browser.ts';
import type { ControlServerOptions } from './control-options.ts';
import { ControlVerbs } from './control-verbs.ts';
import { writeEndpointFile } from './endpoint-file.ts';
import { errorReply, readBody, reply } from './http-reply.ts';
import { LogBoard } from './log-board.ts';
import { pageRoutes, type PageParts } from './page-routes.ts';
import { readJson } from './read-json.ts';
import { json, type RouteReply, type RouteRequest } from './route.ts';
import { RouteTable } from './route-table.ts';
import { Sockets } from './sockets.ts';
import { answerFile } from './static-files.ts';
import { TokenBuckets } from './token-bucket.ts';

const BODY_LIMIT = 1_000_000;
const LOGIN_LIMIT = 10_000;
const METHODS: readonly string[] = ['GET', 'PUT', 'POST', 'DELETE'];
/** Of one token or person, and of all strangers at one address. */
const REQUESTS = { burst: 3000, perSecond: 300 };
const LIMITS = { maxHeaderSize: 16_384, headersTimeout: 15_000, requestTimeout: 180_000, connectionsCheckingInterval: 5000 };
const CONNECTIONS = 2000;

/** The one endpoint of a running yard: the viewer's page, its socket, and the control routes; `Access` says for whom. */
export class ControlServer {
  readonly url: string;
  readonly #options: ControlServerOptions;
  readonly #requests = new TokenBuckets(REQUESTS);
  readonly #http: Server;
  readonly #sockets: Sockets;
  readonly #h5: H5Browser;
  readonly #table: RouteTable;
  readonly #removeFile: () => void;

  static async open(options: ControlServerOptions): Promise<ControlServer> {
    const http = createServer(LIMITS);
    http.maxConnections = CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(options.port ?? 0, options.access.host, resolve);
    });
    return new ControlServer(options, http);
  }

  private constructor(options: ControlServerOptions, http: Server) {
    const { access, engine, onStop, supervisor, name, verb, folder, port } = options;
    this.#options = options;
    this.#http = http;
    this.url = access.url((http.address() as AddressInfo).port);
    this.#h5 = new H5Browser(options.source.files ?? []);
    const parts: PageParts = { options, logs: new LogBoard(), verbs: new ControlVerbs(engine, onStop), h5: this.#h5, hello: (caller) => this.#hello(caller), changed: (what) => this.#sockets.send({ type: 'changed', what }) };
    this.#sockets = new Sockets(parts);
    this.#table = new RouteTable(pageRoutes(parts));
    http.on('request', (request, response) => void this.#request(request, response).catch(() => response.destroy()));
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#removeFile = writeEndpointFile({ supervisor, name, verb, url: this.url, token: access.token, lookToken: access.lookToken, startedAt: Date.now(), folder }, port);
  }

  /** The whole address, with the token: what a person opens. */
  get address(): string {
    return `${this.url}/?token=${this.#options.access.token}`;
  }

  get lookAddress(): string {
    return `${this.url}/?token=${this.#options.access.lookToken}`;
  }

  async close(): Promise<void> {
    this.#removeFile();
    this.#http.closeAllConnections();
    this.#sockets.close();
    await this.#h5.close();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #hello({ role, who }: Caller): Hello {
    const { access, name, version, edit = false } = this.#options;
    return { role, ...(who !== undefined && { who }), ...(role === 'control' && { lookToken: access.lookToken }), edit: edit && role === 'control', name, version, files: this.#h5.names };
  }

  /** What is asked for; a target that is no path, such as `//`, is one that does not exist. */
  #target(request: IncomingMessage): URL {
    const target = request.url?.startsWith('/') === true ? request.url.replace(/^\/+/, '/') : '/nothing';
    return new URL(target, this.url);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      const target = this.#target(request);
      const caller = this.#checked(request, this.#options.access.caller(request, target));
      if (!target.pathname.endsWith(routes.socket)) throw new YardError('ROUTE', 'There is no such socket.');
      if (this.#sockets.isFull) throw new YardError('WAIT', 'Too many pages are open.');
      this.#sockets.accept(request, socket, head, caller);
    } catch (error) {
      const { status, type, body } = errorReply(error);
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status!]}\r\nConnection: close\r\nContent-Type: ${type}\r\n\r\n${body as string}`);
    }
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, viewerFolder } = this.#options;
    const target = this.#target(request);
    const caller = access.caller(request, target);
    if (!this.#requests.take(access.countedAs(request, target, caller))) return reply(response, errorReply(new YardError('WAIT', 'Too many requests.')));
    if (RouteTable.isRoute(target.pathname)) return reply(response, await this.#answer(request, target, caller).catch(errorReply));
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, errorReply(new YardError('METHOD', 'The page is read only.')));
    // The page's own files hold no data: they come without the token, which the page keeps and brings to the socket. A wrong one is said at once.
    if (target.pathname.endsWith('/') && target.searchParams.has('token') && !access.hasLogin && !caller) return reply(response, { status: 403, type: 'text/plain', body: 'This page needs its token: open the whole address that yard printed (yard ps shows it again).\n' });
    return answerFile(viewerFolder, target.pathname, request, response);
  }

  /** Throws what the unknown are told. */
  #checked(request: IncomingMessage, caller: Caller | undefined): Caller {
    const { access } = this.#options;
    access.checkPage(request);
    if (!caller) throw access.refusal;
    return caller;
  }

  async #answer(request: IncomingMessage, target: URL, asking: Caller | undefined): Promise<RouteReply> {
    const method = request.method ?? '';
    if (!METHODS.includes(method)) throw new YardError('METHOD', `There is no ${method}.`);
    if (target.pathname.endsWith(routes.login) && method === 'POST') return this.#logIn(request);
    const { role, who } = this.#checked(request, asking);
    const mayChange = role === 'control';
    if (!mayChange && method !== 'GET') throw mayOnlyLook();
    const found = this.#table.find(target.pathname);
    if (!found) throw new YardError('ROUTE', `There is no ${target.pathname}.`);
    const { route, rest } = found;
    if (!mayChange && route.reads === 'control') throw mayOnlyLook();
    const header = (name: string): string | undefined => request.headers[name.toLowerCase()]?.toString();
    return route.answer({
      method: method as RouteRequest['method'], rest, query: target.searchParams, role, who: who ?? nameInHeader(header('x-who')) ?? 'viewer', ...(who !== undefined && { proxied: who }), header,
      body: () => readBody(request, route.bodyLimit ?? BODY_LIMIT),
    });
  }

  async #logIn(request: IncomingMessage): Promise<RouteReply> {
    const { access } = this.#options;
    access.checkPage(request);
    const { password } = readJson(await readBody(request, LOGIN_LIMIT)) as { password?: unknown };
    return json({ session: access.logIn(password, request.socket.remoteAddress ?? '') });
  }
}
