import type { ControlVerb, Hello, JournalEntry, LogLine, PanelValue, Rendition, Reply, SourceTree, YardState } from '@trainyard/control';
import { YardSocket, type LinkStatus } from '../connection/yard-socket.ts';
import { bytesOf, Channel } from './channel.ts';
import { Past } from './past.ts';

/** What the components see; replaced as a whole, never changed in place. */
export interface Snapshot {
  readonly link: LinkStatus;
  readonly state: YardState | undefined;
  readonly tree: SourceTree | undefined;
  /** Trains a second with data of each source of a stream. */
  readonly rates: Readonly<Record<string, number>>;
  readonly journal: readonly JournalEntry[];
  /** Newest last, by view. */
  readonly logs: ReadonlyMap<string, readonly LogLine[]>;
  /** The last frame that could not be read. */
  readonly broken: string | undefined;
  /** What this page may do; undefined until the yard has said it. */
  readonly hello: Hello | undefined;
  /** How often layouts, notes, masks or files were changed by somebody: a reason to ask again. */
  readonly changed: { readonly [what: string]: number };
  /** The train at which the page stands still. */
  readonly frozen: number | undefined;
}

export interface Wanted {
  readonly channel: Channel;
  drop(): void;
}

const logLimit = 200;
const journalLimit = 300;
const UNUSED_KEPT = 30;
/** Numbers, texts, and a few of them. */
const SMALL_BYTES = 4096;

/** Everything that a page knows of its yard. Values go to channels and are drawn past React; the rest is one snapshot. */
export class YardStore {
  readonly #socket: YardSocket;
  readonly #channels = new Map<string, Channel>();
  readonly #past = new Past();
  readonly #listeners = new Set<() => void>();
  /** Key of a want -> how many panels have it. */
  readonly #wanted = new Map<string, number>();
  #snapshot: Snapshot = { link: 'connecting', state: undefined, tree: undefined, rates: {}, journal: [], logs: new Map(), broken: undefined, hello: undefined, changed: {}, frozen: undefined };
  #frame = 0;
  readonly #drawn: string[] = [];
  readonly #painted = new MessageChannel();
  #watching = '';
  #watchTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: { readonly href: string }) {
    this.#painted.port2.addEventListener('message', () => this.#acknowledge());
    this.#painted.port2.start();
    this.#socket = new YardSocket(page, {
      status: (link) => this.#update({ link }),
      broken: (error) => this.#update({ broken: error.message }),
      value: (value) => this.#receive(value),
      message: (message) => {
        if (message.type === 'state') this.#update({ state: message.state });
        else if (message.type === 'tree') this.#update({ tree: message.tree });
        else if (message.type === 'rates') this.#update({ rates: { ...this.#snapshot.rates, ...message.rates } });
        else if (message.type === 'log') this.#takeLines(message.lines);
        else if (message.type === 'hello') this.#update({ hello: message.hello });
        else if (message.type === 'changed') this.#update({ changed: { ...this.#snapshot.changed, [message.what]: (this.#snapshot.changed[message.what] ?? 0) + 1 } });
        else this.#takeJournal(message.entries);
      },
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): Snapshot => this.#snapshot;

  /**
   * A panel wants a value as it shows it, from now until `drop`. Panels that want the same share a channel, and one frame travels; what nobody
   * wants is not sent.
   */
  want(id: string, as: Rendition): Wanted {
    const key = `${id} ${JSON.stringify(as)}`;
    let channel = this.#channels.get(key);
    if (!channel) {
      this.#channels.set(key, (channel = new Channel({ key, id, as }, this.#past)));
      channel.freeze(this.#snapshot.frozen);
    }
    this.#wanted.set(key, (this.#wanted.get(key) ?? 0) + 1);
    this.#watchSoon();
    let dropped = false;
    return {
      channel,
      drop: () => {
        if (dropped) return;
        dropped = true;
        const left = this.#wanted.get(key)! - 1;
        if (left > 0) this.#wanted.set(key, left);
        else this.#wanted.delete(key);
        this.#watchSoon();
      },
    };
  }

  /** The channel of this view or key that has the newest value, in whatever form panels want it. */
  newestOf(id: string): Channel | undefined {
    let found: Channel | undefined;
    for (const channel of this.#channels.values()) if (channel.want.id === id && channel.newest && channel.receivedAt >= (found?.receivedAt ?? 0)) found = channel;
    return found;
  }

  /** Train IDs that can be gone back to, ascending: those of which anything is kept. */
  pastTrains(): readonly number[] {
    return this.#past.trains();
  }

  /** The first train of which every panel still has what came. */
  wholeSince(): number {
    return this.#past.wholeSince(this.#wanted.keys());
  }

  /** All that is kept of a view or key for one train, or the newest before it, in whatever form panels wanted it. */
  pastOf(id: string, trainId: number): readonly { readonly value: PanelValue; readonly as: Rendition }[] {
    const found = [...this.#channels.values()].flatMap(({ want, past }) => {
      const value = want.id === id ? past.findLast((one) => one.trainId <= trainId) : undefined;
      return value ? [{ value, as: want.as }] : [];
    });
    const newest = Math.max(...found.map(({ value }) => value.trainId));
    return found.filter(({ value }) => value.trainId === newest);
  }

  /** Stops the page at a train that it has; undefined: live again. The yard itself goes on. */
  freeze(trainId: number | undefined): void {
    this.#update({ frozen: trainId });
    for (const channel of this.#channels.values()) channel.freeze(trainId);
    if (trainId === undefined) for (const channel of this.#channels.values()) this.#socket.ack(channel.want.key);
  }

  request(verb: ControlVerb): Promise<Reply> {
    return this.#socket.request(verb);
  }

  retry(): void {
    this.#socket.retry();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#painted.port1.close();
    clearTimeout(this.#watchTimer);
    this.#socket.close();
  }

  #watchSoon(): void {
    clearTimeout(this.#watchTimer);
    this.#watchTimer = setTimeout(() => this.#watch(), 30);
  }

  #watch(): void {
    const wants = [...this.#wanted.keys()].map((key) => this.#channels.get(key)!.want);
    const now = JSON.stringify(wants);
    if (now === this.#watching) return;
    this.#watching = now;
    this.#socket.watch(wants);
    // What has no panel any more is kept for a while, the longest unused goes first.
    const unused = [...this.#channels.keys()].filter((key) => !this.#wanted.has(key));
    for (const key of unused.slice(0, Math.max(0, unused.length - UNUSED_KEPT))) {
      this.#channels.delete(key);
      this.#past.remove(key);
    }
  }

  #receive(value: PanelValue): void {
    const channel = this.#channels.get(value.key ?? '');
    if (!channel) return;
    channel.receive(value, performance.now());
    // A tab that is not looked at draws nothing, but what is small keeps coming: an alarm sounds, a history has no holes.
    if (document.hidden && bytesOf(value) <= SMALL_BYTES) {
      channel.draw();
      this.#drawn.push(channel.want.key);
      return this.#acknowledge();
    }
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    for (const channel of this.#channels.values()) {
      if (!channel.dirty) continue;
      channel.draw();
      this.#drawn.push(channel.want.key);
    }
    // The message is taken after the browser has painted this frame: what is acknowledged has been on the screen.
    this.#painted.port1.postMessage(undefined);
  }

  #acknowledge(): void {
    const drawn = this.#drawn.splice(0);
    // While the page is frozen nothing more is asked for.
    if (this.#snapshot.frozen === undefined) for (const key of drawn) this.#socket.ack(key);
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
