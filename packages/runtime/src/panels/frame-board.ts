import type { Rendition, Want } from '@trainyard/control';
import type { LiveSink } from '../sink/live-sink.ts';
import { Frame } from './frame.ts';
import { renderFrame } from './render-frame.ts';

/** One rendition of one view or raw key, for all who want it. */
export interface Board {
  readonly id: string;
  readonly as: Rendition;
  readonly name: string;
  /** The newest that was made. */
  frame: Frame | undefined;
  users: number;
}

/** The frames of what is looked at: each is made once, when the first client can take it. */
export class FrameBoard {
  readonly #live: LiveSink;
  readonly #boards = new Map<string, Board>();

  constructor(live: LiveSink) {
    this.#live = live;
  }

  /** Somebody wants it; `close` comes for each. */
  open({ id, as }: Want): Board {
    const name = JSON.stringify([id, as]);
    let board = this.#boards.get(name);
    if (!board) this.#boards.set(name, (board = { id, as, name, frame: undefined, users: 0 }));
    board.users += 1;
    return board;
  }

  close(board: Board): void {
    board.users -= 1;
    if (board.users > 0) return;
    this.#boards.delete(board.name);
    board.frame?.letGo();
    board.frame = undefined;
  }

  /** The frame of the newest value, unless it is the one of train number `sent`. */
  newer(board: Board, sent: number): Frame | undefined {
    const newest = this.#live.newest(board.id);
    if (!newest || newest.train.seq === sent) return undefined;
    const { seq } = newest.train;
    if (board.frame?.seq === seq) return board.frame;
    const bytes = renderFrame(board.id, newest, board.as);
    board.frame?.letGo();
    board.frame = bytes && new Frame(seq, newest.train.at, bytes);
    return board.frame;
  }
}
