import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { YardError } from '@trainyard/core';
import { routes, type Hello, type Role } from '@trainyard/control';
import { Access } from './access.ts';
import type { ControlServerOptions } from './control-options.ts';
import { ControlVerbs } from './control-verbs.ts';
import { writeEndpointFile } from './endpoint-file.ts';
import { errorReply, readBody, reply } from './http-reply.ts';
import { LogBoard } from './log-board.ts';
import { pageRoutes, type PageParts } from './page-routes.ts';
import type { RouteReply, RouteRequest } from './route.ts';
import { RouteTable } from './route-table.ts';
import { Sockets } from './sockets.ts';
import { answerFile } from './static-files.ts';

const BODY_LIMIT = 1_000_000;
const METHODS: readonly string[] = ['GET', 'PUT', 'POST', 'DELETE'];

/** The one endpoint of a running yard: the viewer's page, its socket, and the control routes. Loopback only, behind a token. */
export class ControlServer {
  readonly url: string;
  readonly #options: ControlServerOptions;
  readonly #access: Access;
  readonly #http: Server;
  readonly #sockets: Sockets;
  readonly #table: RouteTable;
  readonly #removeFile: () => void;

  static async open(options: ControlServerOptions): Promise<ControlServer> {
    const http = createServer();
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return new ControlServer(options, http);
  }

  private constructor(options: ControlServerOptions, http: Server) {
    const { engine, onStop, supervisor, name, verb, folder, port } = options;
    this.#options = options;
    this.#http = http;
    this.#access = new Access(options);
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const parts: PageParts = { options, logs: new LogBoard(), verbs: new ControlVerbs(engine, onStop), hello: (role) => this.#hello(role), changed: (what) => this.#sockets.send({ type: 'changed', what }) };
    this.#sockets = new Sockets(parts);
    this.#table = new RouteTable(pageRoutes(parts));
    http.on('request', (request, response) => void this.#request(request, response).catch(() => response.destroy()));
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#removeFile = writeEndpointFile({ supervisor, name, verb, url: this.url, token: this.token, lookToken: this.#access.lookToken, startedAt: Date.now(), folder }, port);
  }

  get token(): string {
    return this.#access.token;
  }

  get lookToken(): string {
    return this.#access.lookToken;
  }

  /** The whole address, with the token: what a person opens. */
  get address(): string {
    return `${this.url}/?token=${this.token}`;
  }

  async close(): Promise<void> {
    this.#removeFile();
    this.#http.closeAllConnections();
    this.#sockets.close();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #hello(role: Role): Hello {
    const { name, version, edit = false } = this.#options;
    return { role, ...(role === 'control' && { lookToken: this.lookToken }), edit, name, version, files: [] };
  }

  /** What is asked for; a target that is no path, such as `//`, is one that does not exist. */
  #target(request: IncomingMessage): URL {
    const target = request.url?.startsWith('/') === true ? request.url.replace(/^\/+/, '/') : '/nothing';
    return new URL(target, this.url);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const target = this.#target(request);
    const caller = target.pathname.endsWith(routes.socket) ? this.#access.caller(request, target) : undefined;
    if (!caller) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else this.#sockets.accept(request, socket, head, caller);
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = this.#target(request);
    if (!RouteTable.isRoute(target.pathname)) {
      // The page's own files hold no data: they come without the token, which the page itself brings to the socket.
      if (target.pathname.endsWith('/') && !this.#access.caller(request, target)) return reply(response, { status: 403, type: 'text/plain', body: 'This page needs its token: open the whole address that yard printed (yard ps shows it again).\n' });
      return answerFile(this.#options.viewerFolder, target.pathname, response);
    }
    reply(response, await this.#answer(request, target).catch(errorReply));
  }

  async #answer(request: IncomingMessage, target: URL): Promise<RouteReply> {
    const caller = this.#access.caller(request, target);
    if (!caller) throw new YardError('TOKEN', 'The token is missing or wrong.');
    const found = this.#table.find(target.pathname);
    if (!found) throw new YardError('ROUTE', `There is no ${target.pathname}.`);
    const { route, rest } = found;
    const method = request.method ?? '';
    if (!METHODS.includes(method)) throw new YardError('METHOD', `There is no ${method}.`);
    if (caller.role !== 'control' && (method !== 'GET' || route.reads === 'control')) throw new YardError('ROLE', 'Who came by the address for looking can change nothing.');
    return route.answer({
      method: method as RouteRequest['method'], rest, query: target.searchParams, role: caller.role, who: 'viewer',
      header: (name) => request.headers[name.toLowerCase()]?.toString(),
      body: () => readBody(request, route.bodyLimit ?? BODY_LIMIT),
    });
  }
}
