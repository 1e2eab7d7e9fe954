import type { TrainResults } from '../worker/messages.ts';
import type { Crew, Crews } from '../crew/crew.ts';
import { Post } from './post.ts';
import type { Cell } from './quarantine.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

export interface RosterOptions {
  readonly crews: Crews;
  readonly live: boolean;
  /** The time that a view has for one train when it says nothing. */
  readonly limitMs: number;
  /** Trains that are computed at once. Live there is one worker more, in turn with the others: it takes over from one that hangs. */
  readonly size: number;
  /** Live: trains wait for a view that is slow, rather than that it has no time for some; for one that fell they never do. */
  readonly isPatient: boolean;
}

/** Recorded data are at hand: a worker has the next train beside the one that it computes. */
const DEPTH = { live: 1, recorded: 2 } as const;
/** When no worker could be started, it is tried again. */
const AGAIN_MS = 1000;

/** The pool workers of one crew: who has time, and that there are enough of them. */
export class Roster {
  /** Something that a worker was given is computed: the first of its shares. */
  onAnswer: (post: Post, results: TrainResults) => void = () => undefined;
  /** A worker ended by itself. */
  onDeath: (post: Post, reason: string) => void = () => undefined;
  /** There is one more that has time. */
  onRoom: () => void = () => undefined;
  /** A worker joined later than the others: it has to be told what was set meanwhile. */
  onJoined: (worker: WorkerHandle) => void = () => undefined;
  readonly #crew: Crew;
  readonly #options: RosterOptions;
  /** The one that was given something longest ago is first. */
  #posts: Post[] = [];
  #recruits = 0;
  #isBare = false;
  #isClosed = false;

  constructor(crew: Crew, options: RosterOptions) {
    this.#crew = crew;
    this.#options = options;
    for (const worker of crew.pool) this.#take(new Post(worker));
  }

  get posts(): readonly Post[] {
    return this.#posts;
  }

  of(worker: WorkerHandle): Post | undefined {
    return this.#posts.find((post) => post.worker === worker);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Nobody is there, and the last that was to be started did not. */
  get isBare(): boolean {
    return this.#isBare && this.#posts.every((post) => post.cell !== undefined);
  }

  /** Whether one more train can be computed at once, or is given up at once. */
  get hasRoom(): boolean {
    const { live, size } = this.#options;
    if (this.isBare) return true;
    return (!live || this.#posts.filter((post) => post.inTurn && post.shares.length).length < size) && this.free() !== undefined;
  }

  /** The worker that is to have the next share, when one has time. */
  free(): Post | undefined {
    let best: Post | undefined;
    for (const post of this.#posts) if (post.inTurn && this.hasTime(post) && post.shares.length < (best?.shares.length ?? Infinity)) best = post;
    return best;
  }

  hasTime(post: Post): boolean {
    return post.shares.length < DEPTH[this.#options.live ? 'live' : 'recorded'];
  }

  /** It was given something: others are next. */
  toTheEnd(post: Post): void {
    this.#posts = [...this.#posts.filter((one) => one !== post), post];
  }

  /** One more worker for a cell alone; undefined when none could be started. */
  async startFor(cell: Cell): Promise<Post | undefined> {
    const worker = await this.#options.crews.replace(this.#crew, 'pool');
    return worker && this.#join(worker, cell);
  }

  /** Starts what is missing of those that take trains in turn. */
  fill(): void {
    const { crews, live, size } = this.#options;
    const there = this.#posts.filter((post) => !post.cell && !post.isLast).length;
    for (; there + this.#recruits < size + (live ? 1 : 0) && !this.#isClosed; this.#recruits++) {
      void crews.replace(this.#crew, 'pool').then((worker) => {
        this.#recruits -= 1;
        this.#isBare = worker === undefined;
        if (worker) this.#join(worker);
        this.onRoom();
        if (!worker) setTimeout(() => this.fill(), AGAIN_MS).unref();
      });
    }
  }

  /** Another takes its place between two trains. */
  async renew(post: Post): Promise<void> {
    const worker = await this.#options.crews.replace(this.#crew, 'pool');
    if (!worker) return;
    this.#join(worker);
    post.isLast = true;
    this.dismissIfLast(post);
  }

  dismissIfLast(post: Post): void {
    if (post.isLast && post.shares.length === 0) this.dismiss(post);
  }

  /** It takes nothing any more and has nothing left: it ends. */
  dismiss(post: Post): void {
    this.#remove(post);
    void post.worker.end();
  }

  /** It is ended, whatever it does, or has ended: what it held may be read until its thread has gone. */
  bury(post: Post): void {
    this.#remove(post);
    const { worker } = post;
    const trains = post.shares.map((share) => share.train);
    for (const train of trains) train.hold();
    void worker.end().then(() => {
      if (worker.stuck) for (const train of trains) train.retire();
    });
    void worker.gone.then(() => {
      for (const train of trains) train.letGo();
    });
  }

  /** The crew has done its last train; its workers are ended by whoever made it. */
  close(): void {
    this.#isClosed = true;
    for (const { worker } of this.#posts) {
      worker.onMessage = () => undefined;
      worker.onDeath = () => undefined;
    }
    this.#posts = [];
  }

  /** One that was started after the others. */
  #join(worker: WorkerHandle, cell?: Cell): Post {
    const post = new Post(worker, cell);
    if (this.#isClosed) void worker.end();
    else {
      this.#crew.pool.add(worker);
      this.#take(post);
      this.onJoined(worker);
    }
    return post;
  }

  #take(post: Post): void {
    const { worker } = post;
    this.#posts.push(post);
    worker.onMessage = (message) => {
      if (message.type === 'results') this.onAnswer(post, message);
    };
    worker.onDeath = (reason) => this.onDeath(post, reason);
  }

  #remove(post: Post): void {
    this.#posts = this.#posts.filter((one) => one !== post);
    this.#crew.pool.delete(post.worker);
    post.worker.onMessage = () => undefined;
    post.worker.onDeath = () => undefined;
  }
}
