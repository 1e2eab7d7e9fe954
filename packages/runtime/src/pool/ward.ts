import type { Post } from './post.ts';
import type { Cell } from './quarantine.ts';
import type { RosterOptions } from './roster.ts';
import type { Share } from './share.ts';

/** Live, trains that may wait for a suspect: one in quarantine, more while a view is only slow. More is late at once, so that nothing piles up. */
const MAY_WAIT = { fallen: 1, slow: 4 } as const;

/** What waits for a cell of the quarantine, and the worker of its own. */
export class Ward {
  readonly cell: Cell;
  /** Its worker, once there is one. */
  post: Post | undefined;
  isStarting = false;
  /** The train that it is at, or with which it began. */
  trainId: number;
  /** The earliest train first. */
  readonly #queue: Share[] = [];
  readonly #live: boolean;
  readonly #isPatient: boolean;

  constructor(cell: Cell, { live, isPatient }: Pick<RosterOptions, 'live' | 'isPatient'>, trainId: number) {
    this.cell = cell;
    this.#live = live;
    this.#isPatient = isPatient;
    this.trainId = trainId;
  }

  /** Whether trains are to wait for it. */
  get isWaitedFor(): boolean {
    return this.#isPatient && !this.cell.hasFallen && this.#queue.length >= this.#mayWait;
  }

  /** Why it takes no more trains; undefined while it does. */
  get busy(): string | undefined {
    if (!this.#live || this.#queue.length < this.#mayWait || this.isWaitedFor) return undefined;
    return this.isStarting ? 'the worker of its own was still being started' : `its worker was still busy with train ${this.trainId}`;
  }

  get #mayWait(): number {
    return MAY_WAIT[this.cell.hasFallen ? 'fallen' : 'slow'];
  }

  put(shares: readonly Share[]): void {
    this.#queue.push(...shares);
    this.#queue.sort((a, b) => a.train.seq - b.train.seq);
  }

  next(): Share | undefined {
    return this.#queue.shift();
  }

  /** Those that have to wait too long, after a fall: all but the newest. */
  tooMany(): Share[] {
    return this.#live && this.#queue.length > this.#mayWait ? this.#queue.splice(0, this.#queue.length - this.#mayWait) : [];
  }

  /** Nothing waits here any more. */
  clear(): Share[] {
    return this.#queue.splice(0);
  }

  get queue(): readonly Share[] {
    return this.#queue;
  }
}
