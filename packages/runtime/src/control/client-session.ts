import type { WebSocket } from 'ws';
import type { ClientMessage, ControlRequest, Reply, ServerMessage } from '@trainyard/control';
import type { LiveSink } from '../sink/live-sink.ts';
import { panelFrame } from './panel-value.ts';

/** Frames of the train that is newest, made once for all viewers. */
export class FrameCache {
  readonly #frames = new Map<string, { readonly trainId: number; readonly frame: Uint8Array | undefined }>();
  readonly #live: LiveSink;
  constructor(live: LiveSink) {
    this.#live = live;
  }

  /** The newest frame of a view, when it is newer than the given train. */
  newer(id: string, than: number): { readonly trainId: number; readonly frame: Uint8Array } | undefined {
    const newest = this.#live.newest(id);
    if (!newest || newest.trainId === than) return undefined;
    let known = this.#frames.get(id);
    if (known?.trainId !== newest.trainId) this.#frames.set(id, (known = { trainId: newest.trainId, frame: panelFrame(id, newest) }));
    return known.frame && { trainId: known.trainId, frame: known.frame };
  }

  /** Somebody watches these, and nobody anything else. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#frames.keys()) if (!ids.has(id)) this.#frames.delete(id);
  }
}

/** One viewer: gets what it watches, each value when it has drawn the one before; newest wins. */
export class ClientSession {
  /** What it watches has changed. */
  onWatch: () => void = () => undefined;
  keys: readonly string[] = [];
  readonly #socket: WebSocket;
  readonly #frames: FrameCache;
  #watched: readonly string[] = [];
  /** Id -> the train sent last, while its acknowledgement is awaited. */
  readonly #unacknowledged = new Set<string>();
  readonly #sent = new Map<string, number>();

  constructor(socket: WebSocket, frames: FrameCache, control: (request: ControlRequest) => Promise<Reply>) {
    this.#socket = socket;
    this.#frames = frames;
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      let message: ClientMessage;
      try {
        message = JSON.parse((data as Buffer).toString('utf8')) as ClientMessage;
      } catch {
        return;
      }
      if (typeof message !== 'object' || message === null) return;
      if (message.type === 'watch') this.#watch(message.views, message.keys ?? []);
      else if (message.type === 'ack') {
        this.#unacknowledged.delete(message.id);
        this.push();
      } else if (message.type === 'request') void control(message).then((reply) => this.send(reply));
    });
  }

  /** Views and keys that it looks at. */
  get watched(): readonly string[] {
    return this.#watched;
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** A message that is written already: what all clients get is written once. */
  sendText(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }

  /** Sends what is new of what is watched. */
  push(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    for (const id of this.#watched) {
      if (this.#unacknowledged.has(id)) continue;
      const newer = this.#frames.newer(id, this.#sent.get(id) ?? -1);
      if (!newer) continue;
      this.#sent.set(id, newer.trainId);
      this.#unacknowledged.add(id);
      this.#socket.send(newer.frame);
    }
  }

  #watch(views: readonly string[], keys: readonly string[]): void {
    const text = (list: unknown): string[] => (Array.isArray(list) ? list.filter((item) => typeof item === 'string').slice(0, 500) : []);
    this.keys = text(keys);
    this.#watched = [...text(views), ...this.keys];
    for (const known of [this.#unacknowledged, this.#sent]) for (const id of known.keys()) if (!this.#watched.includes(id)) known.delete(id);
    this.onWatch();
    this.push();
  }
}
