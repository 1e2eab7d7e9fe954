import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { parseDataPath } from '@trainyard/core';
import type { LogLine, ServerMessage, SourceTree } from '@trainyard/control';
import { FrameBoard } from '../panels/frame-board.ts';
import type { Caller } from './access.ts';
import { ClientGuard } from './client-guard.ts';
import { ClientSession } from './client-session.ts';
import type { PageParts } from './page-routes.ts';

const STATE_MS = 250;
/** What all pages watch is told to the workers at most so often. */
const WATCH_MS = 50;
/** Sources come and go, and their rates change, all the time: they are told so often. */
const SOURCES_MS = 1000;
/** So long a viewer may take to hear that the yard has ended. */
const GOODBYE_MS = 300;
const MESSAGE_LIMIT = 1_000_000;
const MOST = 200;

/** The sockets of all viewers: what is new goes to each of them. */
export class Sockets {
  readonly #parts: PageParts;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT });
  readonly #sessions = new Map<ClientSession, ClientGuard>();
  readonly #frames: FrameBoard;
  readonly #timer: NodeJS.Timeout;
  /** What clients have been told of the sources, and when. */
  #tree: SourceTree | undefined;
  #rates: Readonly<Record<string, number>> = {};
  #toldSourcesAt = 0;
  /** Journal entries that clients have been told. */
  #journalTold = 0;
  #watchTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: PageParts) {
    this.#parts = parts;
    const { live, engine } = parts.options;
    this.#frames = new FrameBoard(live);
    this.#frames.onSay = (text) => engine.onNote(text);
    this.#frames.onMade = (board) => {
      for (const session of this.#sessions.keys()) session.made(board);
    };
    live.onTrain = () => {
      for (const session of this.#sessions.keys()) session.push();
    };
    const { onLogs, onChange } = engine;
    engine.onLogs = (lines) => {
      onLogs(lines);
      this.#log(lines);
    };
    engine.onChange = () => {
      onChange();
      this.#tell();
    };
    this.#timer = setInterval(() => this.#tell(), STATE_MS);
    this.#timer.unref();
  }

  /** A socket whose caller has access. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): void {
    this.#server.handleUpgrade(request, socket, head, (client) => {
      const { options: { engine, source }, logs, verbs } = this.#parts;
      const guard = new ClientGuard(client);
      const session = new ClientSession(client, this.#frames, (message) => verbs.answer(message, caller, 'viewer'));
      session.onWatch = () => this.#watchChanged();
      session.onShown = (id, at) => engine.watched.shown(id, at);
      // It gets the whole journal: the others are told first what is new in it.
      this.#tellJournal();
      this.#sessions.set(session, guard);
      client.on('close', () => {
        this.#sessions.delete(session);
        this.#watchChanged();
      });
      client.on('error', () => client.terminate());
      session.send({ type: 'hello', hello: this.#parts.hello(caller) });
      session.send({ type: 'state', state: engine.state() });
      session.send({ type: 'tree', tree: source.tree });
      session.send({ type: 'rates', rates: source.rates ?? {} });
      session.send({ type: 'log', lines: logs.lines });
      session.send({ type: 'journal', entries: engine.journal.entries });
    });
  }

  /** To all of them; states and lines of views only to those that keep up, for there will be others. */
  send(message: ServerMessage): void {
    const text = JSON.stringify(message);
    const maySkip = message.type === 'state' || message.type === 'log';
    for (const [session, guard] of this.#sessions) if (guard.keepsUp || !maySkip) session.sendText(text);
  }

  get isFull(): boolean {
    return this.#server.clients.size >= MOST;
  }

  /** Viewers are told that it ends, and not waited for. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#watchTimer);
    this.#tell();
    void this.#frames.end();
    for (const client of this.#server.clients) {
      client.close(1001, 'the yard has ended');
      setTimeout(() => client.terminate(), GOODBYE_MS).unref();
    }
  }

  #log(lines: readonly LogLine[]): void {
    this.#parts.logs.add(lines);
    this.send({ type: 'log', lines });
  }

  #tell(): void {
    if (this.#sessions.size === 0) return;
    const { engine, source } = this.#parts.options;
    this.send({ type: 'state', state: engine.state() });
    this.#tellJournal();
    if (Date.now() - this.#toldSourcesAt < SOURCES_MS) return;
    this.#toldSourcesAt = Date.now();
    if (source.tree !== this.#tree) this.send({ type: 'tree', tree: source.tree });
    this.#tree = source.tree;
    const rates = this.#newRates();
    if (rates) this.send({ type: 'rates', rates });
  }

  #tellJournal(): void {
    const { journal } = this.#parts.options.engine;
    const entries = journal.since(this.#journalTold);
    this.#journalTold = journal.count;
    if (entries.length && this.#sessions.size) this.send({ type: 'journal', entries });
  }

  /** Those that are not as they were told last. */
  #newRates(): Readonly<Record<string, number>> | undefined {
    const before = this.#rates;
    this.#rates = this.#parts.options.source.rates ?? {};
    const changed = Object.entries(this.#rates).filter(([name, rate]) => before[name] !== rate);
    return changed.length ? Object.fromEntries(changed) : undefined;
  }

  #watchChanged(): void {
    if (!this.#isClosed) this.#watchTimer ??= setTimeout(() => this.#tellWatched(), WATCH_MS).unref();
  }

  #tellWatched(): void {
    this.#watchTimer = undefined;
    const { engine } = this.#parts.options;
    const views = new Set(engine.descriptor?.views.map(({ id }) => id));
    const ids = new Set(Array.from(this.#sessions.keys()).flatMap((session) => session.watched));
    engine.watched.set([...ids], [...ids].filter((id) => !views.has(id) && isDataPath(id)));
  }
}

function isDataPath(text: string): boolean {
  try {
    parseDataPath(text);
    return true;
  } catch {
    return false;
  }
}
