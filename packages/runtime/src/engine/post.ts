import type { Cell } from './quarantine.ts';
import type { Share } from './share.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** A worker of the pool at work. */
export class Post {
  readonly worker: WorkerHandle;
  /** Whose worker it is alone; undefined for one that takes whole trains in turn with others. */
  readonly cell: Cell | undefined;
  /** What it was given and has not answered, in this order. */
  readonly shares: Share[] = [];
  /** It has not answered anything yet, or its plans are built anew: it may take longer. */
  isFresh = true;
  /** The view that it was left alone with, while others of that train are computed elsewhere; `view` is undefined where none is known. */
  alone: { readonly view: string | undefined } | undefined;
  /** Nothing more is given to it. */
  isLast = false;

  constructor(worker: WorkerHandle, cell?: Cell) {
    this.worker = worker;
    this.cell = cell;
  }

  /** Whether trains are given to it in turn. */
  get inTurn(): boolean {
    return this.cell === undefined && this.alone === undefined && !this.isLast;
  }

  give(share: Share): void {
    if (this.shares.length === 0) this.worker.given();
    this.shares.push(share);
    share.asked = share.views;
    this.worker.send(share.task);
  }
}
