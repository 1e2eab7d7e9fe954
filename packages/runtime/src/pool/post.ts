import type { Cell } from './quarantine.ts';
import type { Share } from './share.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

/** A worker of the pool at work. */
export class Post {
  readonly worker: WorkerHandle;
  /** Whose worker it is alone; undefined for one that takes whole trains in turn with others. */
  readonly cell: Cell | undefined;
  /** What it was given and has not answered, in this order. */
  readonly shares: Share[] = [];
  /** Views that ran here before, so that their plans are built and their code is warm. */
  readonly warm = new Set<string>();
  /** The view that it was left alone with, while others of that train are computed elsewhere; `view` is undefined where none is known. */
  alone: { readonly view: string | undefined } | undefined;
  /** It computes what another has computed, so that it has its plans and is warm when it is its turn. */
  isPractising = false;
  /** Nothing more is given to it. */
  isLast = false;

  constructor(worker: WorkerHandle, cell?: Cell) {
    this.worker = worker;
    this.cell = cell;
  }

  /** Whether trains are given to it in turn. */
  get inTurn(): boolean {
    return this.cell === undefined && this.alone === undefined && !this.isLast && !this.isPractising;
  }

  /** Has it compute a share; `asked`, where that is more than what is wanted of it. */
  give(share: Share, asked = share.views): void {
    if (this.shares.length === 0) this.worker.given();
    this.shares.push(share);
    share.asked = asked;
    this.worker.send(share.task);
  }
}
