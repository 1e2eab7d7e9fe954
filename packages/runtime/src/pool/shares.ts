import { RAW, type TrainResults, type Verdict } from '../worker/messages.ts';
import type { Roster } from './roster.ts';
import { Share } from './share.ts';
import type { PoolResults, Train } from './train.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

/** The shares of all trains under way: those that wait for a worker, and those that one has. */
export class Shares {
  onResults: (train: Train, results: PoolResults) => void = () => undefined;
  /** Outcomes are there, and the train's data still are. */
  onComputed: (train: Train, outcomes: PoolResults['outcomes']) => void = () => undefined;
  readonly #roster: Roster;
  readonly #open = new Map<Train, Set<Share>>();
  /** For whichever worker has time, the earliest train first. */
  #waiting: Share[] = [];

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /** Trains of which something is still to be computed. */
  get trains(): number {
    return this.#open.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Nothing waits any more: what did is given back. */
  takeWaiting(): Share[] {
    return this.#waiting.splice(0);
  }

  begin(train: Train, views: ReadonlySet<string>, verdicts: Readonly<Record<string, Verdict>> = {}): Share {
    const share = new Share(train, views, verdicts);
    train.hold();
    const shares = this.#open.get(train);
    if (shares) shares.add(share);
    else this.#open.set(train, new Set([share]));
    return share;
  }

  /** Views of a share become one of their own, which is given back. */
  split(share: Share, views: ReadonlySet<string>): Share {
    const other = this.begin(share.train, views.intersection(share.views), share.verdicts);
    share.views = share.views.difference(views);
    other.deaths = share.deaths;
    return other;
  }

  /** A share goes to whichever worker has time, unless there is nothing to compute. */
  place(share: Share): void {
    const outcomes = share.known;
    if (outcomes) return this.finish(share, { outcomes, times: {}, logs: [] }, undefined);
    if (this.#roster.isBare) {
      share.judge(share.views, { outcome: 'failed', message: 'no worker could be started: the file does not load any more' });
      return this.place(share);
    }
    this.#waiting.push(share);
    this.#waiting.sort((a, b) => a.train.seq - b.train.seq);
    this.handOut();
  }

  handOut(): void {
    for (let post = this.#roster.free(); post && this.#waiting.length; post = this.#roster.free()) {
      post.give(this.#waiting.shift()!);
      this.#roster.toTheEnd(post);
    }
  }

  /** Whichever is first is used: what else of this train is in the results need not be computed by another worker. */
  finish(share: Share, { outcomes, times, logs, buffer }: Pick<TrainResults, 'outcomes' | 'times' | 'logs' | 'buffer'>, maker: WorkerHandle | undefined): void {
    const { train } = share;
    let { views } = share;
    // Another was first, or this is practice.
    if (views.size) this.onComputed(train, outcomes);
    this.#close(share);
    for (const other of this.#open.get(train) ?? []) {
      if (!other.views.isSubsetOf(share.asked) || ![...other.views].every((view) => view === RAW || view in outcomes)) continue;
      views = views.union(other.views);
      other.views = new Set();
      if (!this.#waiting.includes(other)) continue;
      this.#waiting = this.#waiting.filter((one) => one !== other);
      this.#close(other);
    }
    if (views.size) this.onResults(train, { views, outcomes, times, logs, ...(buffer && { buffer }), ...(maker && { maker }) });
    else if (buffer) maker?.send({ type: 'release', buffer: buffer.id });
  }

  #close(share: Share): void {
    const shares = this.#open.get(share.train);
    shares?.delete(share);
    if (shares?.size === 0) this.#open.delete(share.train);
    share.train.letGo();
  }
}
