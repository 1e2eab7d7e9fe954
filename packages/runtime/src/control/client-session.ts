import type { WebSocket } from 'ws';
import { framePieces, type ClientMessage, type ControlRequest, type Reply, type ServerMessage, type Want } from '@trainyard/control';
import type { Board, FrameBoard } from '../panels/frame-board.ts';
import type { Frame } from '../panels/frame.ts';
import { readWants } from '../panels/read-wants.ts';
import { TokenBucket } from './token-bucket.ts';

/** A line that has so much before it gets no values on top: what it gets then is newer. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** What is acknowledged so late was not on a screen that somebody looks at: the page was hidden, or frozen. */
const LOOKED_AT_MS = 5000;

/** A page that scrolls says a few times a second what it watches now; of more than this the last one counts, when there is time again. */
const WATCHES = { burst: 100, perSecond: 20 };

/** What a client wants, and how far it is. */
interface Wanted {
  readonly want: Want;
  readonly board: Board;
  /** The number of the train sent last. */
  sent: number;
  /** It is not on the screen yet. */
  isUnderWay: boolean;
  sentAt: number;
  /** When that train happened. */
  at: number | undefined;
}

/** One viewer: gets what it watches, each value when it has drawn the one before; newest wins. */
export class ClientSession {
  /** What it watches has changed. */
  onWatch: () => void = () => undefined;
  /** A value of this view or raw key is on the screen; of a train of that time. */
  onShown: (id: string, at: number) => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #frames: FrameBoard;
  #wanted = new Map<string, Wanted>();
  /** Something waits for the line. */
  #isHeldUp = false;
  readonly #watches = new TokenBucket(WATCHES);
  #newestWants: unknown;
  #watchTimer: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, frames: FrameBoard, control: (request: ControlRequest) => Promise<Reply>) {
    this.#socket = socket;
    this.#frames = frames;
    socket.on('close', () => {
      clearTimeout(this.#watchTimer);
      this.#watch([]);
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      let message: ClientMessage;
      try {
        message = JSON.parse((data as Buffer).toString('utf8')) as ClientMessage;
      } catch {
        return;
      }
      if (typeof message !== 'object' || message === null) return;
      if (message.type === 'watch') this.#take(message.wants);
      else if (message.type === 'ack') this.#ack(message.key);
      else if (message.type === 'request') void control(message).then((reply) => this.send(reply));
    });
  }

  /** Views and raw keys that it looks at. */
  get watched(): readonly string[] {
    return Array.from(this.#wanted.values(), ({ want }) => want.id);
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
    for (const wanted of this.#wanted.values()) this.#push(wanted);
  }

  /** Its frame is there, which may not be of the newest train any more. */
  made(board: Board): void {
    for (const wanted of this.#wanted.values()) if (wanted.board === board) this.#push(wanted, board.frame);
  }

  #take(wants: unknown): void {
    this.#newestWants = wants;
    if (this.#watchTimer) return;
    if (this.#watches.take()) this.#watchNewest();
    else {
      this.#watchTimer = setTimeout(() => {
        this.#watchTimer = undefined;
        this.#watches.take();
        this.#watchNewest();
      }, 1000 / WATCHES.perSecond);
    }
  }

  #watchNewest(): void {
    this.#watch(readWants(this.#newestWants));
    this.onWatch();
    this.push();
  }

  #push(wanted: Wanted, made?: Frame): void {
    const { want, board } = wanted;
    const socket = this.#socket;
    if (wanted.isUnderWay || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_WAITING_BYTES) {
      this.#isHeldUp = true;
      return;
    }
    const frame = made ?? this.#frames.newer(board, wanted.sent);
    if (!frame || frame.seq === wanted.sent) return;
    [wanted.sent, wanted.sentAt, wanted.at, wanted.isUnderWay] = [frame.seq, Date.now(), frame.at, true];
    const [head, rest] = framePieces(frame.bytes, want.key);
    frame.hold();
    this.#frames.took(board);
    socket.send(head, { binary: true, fin: false });
    socket.send(rest, { binary: true, fin: true }, () => {
      frame.letGo();
      if (this.#isHeldUp && socket.bufferedAmount <= MOST_WAITING_BYTES) {
        this.#isHeldUp = false;
        this.push();
      }
    });
  }

  #ack(key: string): void {
    const wanted = this.#wanted.get(key);
    if (!wanted?.isUnderWay) return;
    wanted.isUnderWay = false;
    if (wanted.at !== undefined && Date.now() - wanted.sentAt < LOOKED_AT_MS) this.onShown(wanted.want.id, wanted.at);
    this.#push(wanted);
  }

  /** A want that stays as it was goes on where it is. */
  #watch(wants: readonly Want[]): void {
    const before = this.#wanted;
    this.#wanted = new Map(wants.map((want) => {
      const board = this.#frames.open(want);
      const known = before.get(want.key);
      return [want.key, known?.board === board ? known : { want, board, sent: -1, sentAt: 0, isUnderWay: false, at: undefined }];
    }));
    for (const { board } of before.values()) this.#frames.close(board);
  }
}
