import type { Rendition, Want } from '@trainyard/control';
import type { LiveSink } from '../sink/live-sink.ts';
import type { Frame } from './frame.ts';
import { FrameMaker } from './frame-maker.ts';

/** One rendition of one view or raw key, for all who want it. */
export interface Board {
  readonly id: string;
  readonly as: Rendition;
  readonly name: string;
  /** The newest that was made. */
  frame: Frame | undefined;
  /** The train that had nothing to show, or whose frame could not be made. */
  emptySeq: number;
  isBeingMade: boolean;
  users: number;
}

/** The frames of what is looked at: each is made once, when the first client can take it. */
export class FrameBoard {
  /** A frame is there that could not be given at once: `board.frame`. */
  onMade: (board: Board) => void = () => undefined;
  readonly #live: LiveSink;
  readonly #maker = new FrameMaker();
  readonly #boards = new Map<string, Board>();

  constructor(live: LiveSink) {
    this.#live = live;
  }

  set onSay(say: (text: string) => void) {
    this.#maker.onSay = say;
  }

  /** Somebody wants it; `close` comes for each. */
  open({ id, as }: Want): Board {
    const name = JSON.stringify([id, as]);
    let board = this.#boards.get(name);
    if (!board) this.#boards.set(name, (board = { id, as, name, frame: undefined, emptySeq: -1, isBeingMade: false, users: 0 }));
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

  /** The frame of the newest train, unless that is number `sent`. What is not there is made, and `onMade` called; trains that come meanwhile are skipped. */
  newer(board: Board, sent: number): Frame | undefined {
    const newest = this.#live.newest(board.id);
    if (!newest || newest.train.seq === sent || newest.train.seq === board.emptySeq) return undefined;
    if (board.frame?.seq !== newest.train.seq && !board.isBeingMade) this.#make(board);
    return board.frame?.seq === newest.train.seq ? board.frame : undefined;
  }

  /** Somebody has the frame that is there; what all have is not kept for others. */
  took(board: Board): void {
    const { frame } = board;
    if (!frame) return;
    frame.takers += 1;
    if (frame.takers < board.users) return;
    board.frame = undefined;
    frame.letGo();
  }

  async end(): Promise<void> {
    await this.#maker.close();
  }

  #make(board: Board): void {
    let [isAtOnce, seq] = [true, -1];
    board.isBeingMade = true;
    this.#maker.make({
      id: board.id,
      as: board.as,
      newest: () => {
        const newest = board.users > 0 ? this.#live.newest(board.id) : undefined;
        seq = newest?.train.seq ?? -1;
        return newest;
      },
      made: (frame) => {
        board.isBeingMade = false;
        if (board.users === 0) return frame?.letGo();
        if (!frame) board.emptySeq = seq;
        board.frame?.letGo();
        board.frame = frame;
        if (frame && !isAtOnce) this.onMade(board);
      },
    });
    isAtOnce = false;
  }
}
