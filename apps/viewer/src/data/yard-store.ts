import { routes, type ControlVerb, type JournalEntry, type LogLine, type PanelValue, type Reply, type SourceTree, type YardState } from '@trainyard/control';
import { endpointUrl } from '../connection/socket-url.ts';
import { YardSocket, type LinkStatus } from '../connection/yard-socket.ts';
import { Channel, scalarOf } from './channel.ts';

/** What the components see; replaced as a whole, never changed in place. */
export interface Snapshot {
  readonly link: LinkStatus;
  readonly state: YardState | undefined;
  readonly tree: SourceTree | undefined;
  readonly journal: readonly JournalEntry[];
  /** Newest last, by view. */
  readonly logs: ReadonlyMap<string, readonly LogLine[]>;
  /** The last frame that could not be read. */
  readonly broken: string | undefined;
}

const logLimit = 200;
const journalLimit = 300;

/** Everything that a page knows of its yard. Values go to channels and are drawn past React; the rest is one snapshot. */
export class YardStore {
  readonly #socket: YardSocket;
  readonly #channels = new Map<string, Channel>();
  readonly #listeners = new Set<() => void>();
  readonly #visible = new Map<string, 'view' | 'key'>();
  #snapshot: Snapshot = { link: 'connecting', state: undefined, tree: undefined, journal: [], logs: new Map(), broken: undefined };
  #kept: readonly string[] = [];
  #frame = 0;
  #watching = '';
  #watchTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: { readonly href: string }) {
    this.#socket = new YardSocket(page, {
      status: (link) => {
        this.#update({ link });
        if (link === 'open') void this.#catchUp(page);
      },
      broken: (error) => this.#update({ broken: error.message }),
      value: (value) => this.#receive(value),
      message: (message) => {
        if (message.type === 'state') this.#update({ state: message.state });
        else if (message.type === 'tree') this.#update({ tree: message.tree });
        else if (message.type === 'log') this.#takeLines(message.lines);
        else this.#takeJournal(message.entries);
      },
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): Snapshot => this.#snapshot;

  channel(id: string): Channel {
    let channel = this.#channels.get(id);
    if (!channel) this.#channels.set(id, (channel = new Channel(id)));
    return channel;
  }

  /** A panel says whether it is on the screen; only what is gets sent. Returns nothing; the last word counts. */
  show(id: string, kind: 'view' | 'key', visible: boolean): void {
    if (visible) this.#visible.set(id, kind);
    else this.#visible.delete(id);
    this.#watchSoon();
  }

  /** Views that are sent whether or not they are on the screen. Returns how to stop. */
  keep(ids: readonly string[]): () => void {
    this.#kept = ids;
    this.#watchSoon();
    return () => (this.#kept = []);
  }

  request(verb: ControlVerb): Promise<Reply> {
    return this.#socket.request(verb);
  }

  retry(): void {
    this.#socket.retry();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#watchTimer);
    this.#socket.close();
  }

  #watchSoon(): void {
    clearTimeout(this.#watchTimer);
    this.#watchTimer = setTimeout(() => this.#watch(), 30);
  }

  #watch(): void {
    const of = (kind: string) => [...this.#visible].filter(([, k]) => k === kind).map(([id]) => id);
    const views = [...new Set([...of('view'), ...this.#kept])];
    const keys = of('key');
    const now = JSON.stringify([views, keys]);
    if (now === this.#watching) return;
    this.#watching = now;
    this.#socket.watch(views, keys);
  }

  #receive(value: PanelValue): void {
    const channel = this.channel(value.id);
    channel.receive(value, performance.now());
    // A scalar is tiny and its history should have no holes, also in a tab that is not looked at: do not wait for the screen.
    if (scalarOf(value) !== undefined) this.#socket.ack(value.id);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    for (const channel of this.#channels.values()) {
      if (!channel.dirty) continue;
      channel.draw();
      if (channel.newest && scalarOf(channel.newest) === undefined) this.#socket.ack(channel.id);
    }
  }

  /** What was said before this page came, or while the line was down. */
  async #catchUp(page: { readonly href: string }): Promise<void> {
    const get = async <T,>(route: string): Promise<T | undefined> => {
      try {
        const response = await fetch(endpointUrl(route, page));
        return response.ok ? ((await response.json()) as T) : undefined;
      } catch {
        return undefined;
      }
    };
    const [tree, lines, entries] = await Promise.all([get<SourceTree>(routes.tree), get<LogLine[]>(routes.logs), get<JournalEntry[]>(routes.journal)]);
    if (tree) this.#update({ tree });
    if (lines) this.#takeLines(lines);
    if (entries) this.#takeJournal(entries);
  }

  #takeLines(lines: readonly LogLine[]): void {
    this.#update({ logs: addLines(this.#snapshot.logs, lines) });
  }

  #takeJournal(entries: readonly JournalEntry[]): void {
    this.#update({ journal: merged(this.#snapshot.journal, entries).slice(-journalLimit) });
  }

  #update(change: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Adds lines to their views' logs, each once, however often it was sent. */
export function addLines(logs: ReadonlyMap<string, readonly LogLine[]>, lines: readonly LogLine[]): Map<string, readonly LogLine[]> {
  const next = new Map(logs);
  for (const [view, added] of Map.groupBy(lines, (line) => line.view)) next.set(view, merged(next.get(view) ?? [], added).slice(-logLimit));
  return next;
}

/** Both lists in the order of time; an entry that is in both counts once. */
export function merged<T extends { readonly at: number }>(before: readonly T[], added: readonly T[]): readonly T[] {
  const newest = before.at(-1)?.at ?? -Infinity;
  if (added.every(({ at }) => at > newest)) return [...before, ...added];
  const known = new Set(before.map((entry) => JSON.stringify(entry)));
  return [...before, ...added.filter((entry) => !known.has(JSON.stringify(entry)))].sort((a, b) => a.at - b.at);
}
