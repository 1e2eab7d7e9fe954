import { RAW, type TrainResults, type Verdict } from '../worker/messages.ts';
import type { Crew } from './crew.ts';
import { Patience } from './patience.ts';
import type { Post } from './post.ts';
import { Quarantine, type Cell } from './quarantine.ts';
import { Roster, type RosterOptions } from './roster.ts';
import { Share } from './share.ts';
import type { PoolResults, Train } from './train.ts';
import { Wards } from './wards.ts';
import type { Running, WorkerHandle } from './worker-handle.ts';

/** A train on which so many workers died that no view is to blame for is given up. */
const MOST_DEATHS = 3;

/**
 * The pool workers of one generation at work: each train is divided into shares, so that every view has its outcome and none keeps others
 * waiting. Usually there is one share, for the worker whose turn it is.
 */
export class Shift {
  readonly crew: Crew;
  readonly patience: Patience;
  onResults: (train: Train, results: PoolResults) => void = () => undefined;
  /** Outcomes are there, and the train's data still are. */
  onComputed: (train: Train, outcomes: PoolResults['outcomes']) => void = () => undefined;
  /** A worker has time, or a train is done. */
  onRoom: () => void = () => undefined;
  onKilled: (view: string | undefined, verdict: Verdict) => void = () => undefined;
  readonly #held: () => ReadonlyMap<string, Verdict>;
  readonly #roster: Roster;
  readonly #quarantine: Quarantine;
  readonly #wards: Wards;
  readonly #open = new Map<Train, Set<Share>>();
  /** Shares for whichever worker has time, the earliest train first. */
  #waiting: Share[] = [];

  /** `marked`: views that were bad in the generation before and have not changed. `held`: views that are not run whatever they do. */
  constructor(crew: Crew, options: RosterOptions, marked: readonly string[], held: () => ReadonlyMap<string, Verdict>) {
    this.crew = crew;
    this.#held = held;
    this.patience = new Patience(options.live);
    this.#roster = new Roster(crew, options);
    this.#roster.onAnswer = (post, results) => this.#answered(post, results);
    this.#roster.onDeath = (post, reason) => this.#ended(post, { outcome: 'failed', message: `ended its worker: ${reason}` });
    this.#roster.onRoom = () => this.#handOut();
    this.#quarantine = new Quarantine(crew.graph);
    this.#wards = new Wards(this.#quarantine, this.#roster, options.live);
    this.#wards.onFree = (share) => this.#place(share);
    this.#wards.onSplit = (share, views) => this.#split(share, views);
    for (const view of marked) this.#quarantine.retry(view);
  }

  set onJoined(told: (worker: WorkerHandle) => void) {
    this.#roster.onJoined = told;
  }

  get posts(): readonly Post[] {
    return this.#roster.posts;
  }

  /** Trains of which something is still to be computed. */
  get busy(): number {
    return this.#open.size;
  }

  /** The views that are in quarantine or set aside. */
  get marked(): readonly string[] {
    return this.#quarantine.marked;
  }

  /** Whether the next train can be computed at once. */
  get hasRoom(): boolean {
    return this.#waiting.length === 0 && this.#roster.hasRoom;
  }

  /** Whether there is a worker to take over from one that hangs. */
  get hasSpare(): boolean {
    return this.#roster.free() !== undefined;
  }

  /** Computes a train: what is in quarantine apart from the rest. */
  take(train: Train): void {
    for (const [views, cell] of this.#lanes()) {
      const share = this.#begin(train, views, { ...this.#quarantine.aside, ...Object.fromEntries(this.#held()) });
      if (cell) this.#wards.enter(cell, share);
      else this.#place(share);
    }
  }

  /** A train that was dropped: its outcomes have their place among those of other trains. */
  lose(train: Train, rule: string): void {
    for (const [views] of this.#lanes()) this.#judge(this.#begin(train, views), views, { outcome: 'dropped', message: rule });
  }

  /** What goes through trains together: each cell, then all else. */
  #lanes(): [views: ReadonlySet<string>, cell: Cell | undefined][] {
    const { cells } = this.#quarantine;
    const rest = cells.reduce((views: ReadonlySet<string>, cell) => views.difference(cell.views), this.crew.graph.ofPool);
    return [...cells.map((cell): [ReadonlySet<string>, Cell] => [cell.views, cell]), [rest, undefined]];
  }

  /** Others are not kept waiting any longer: the worker keeps the view and what takes it, the rest of the train is for another. */
  leaveAlone(post: Post, view: string | undefined, running: Running): void {
    const [share] = post.shares;
    post.alone = { view };
    post.worker.leave(running);
    if (view !== undefined) this.#wards.open(this.#quarantine.suspect(view), share!.train);
    this.#divide(share!, view);
    this.onRoom();
  }

  /** Ends a worker, see `Dispatcher.end`; gives back whether it is one of these. */
  end(worker: WorkerHandle, verdict: Verdict, view?: string): boolean {
    const post = this.#roster.of(worker);
    if (post) this.#ended(post, verdict, view);
    return post !== undefined;
  }

  /** Has another worker take its place between two trains; gives back whether it is one of these. */
  renew(worker: WorkerHandle): boolean {
    const post = this.#roster.of(worker);
    if (post) void this.#roster.renew(post);
    return post !== undefined;
  }

  #ended(post: Post, verdict: Verdict, culprit?: string): void {
    const now = Date.now();
    const { index, forMs } = post.worker.running(now);
    const view = culprit ?? this.crew.graph.inPool[index]?.id;
    const [first, ...others] = post.shares;
    // What ends a worker of its own has nobody else to blame.
    const guilty = view !== undefined ? [view] : post.cell && first ? [...post.cell.suspects] : [];
    this.#roster.bury(post);
    this.#wards.lost(post);
    if (first) {
      for (const one of guilty) {
        if (verdict.outcome === 'late') this.patience.hung(one);
        this.#quarantine.fall(one, { seq: first.train.seq, trainId: first.train.trainId, reason: verdict.message, from: now - forMs, at: now });
      }
      if (view !== undefined && post.inTurn) this.#divide(first, view);
      if (guilty.length) this.#judge(first, guilty, verdict);
      else if (++first.deaths < MOST_DEATHS) this.#place(first);
      else this.#judge(first, first.views, { outcome: 'failed', message: verdict.message });
    }
    // What else waits is not for the pool any more where the view is in it.
    for (const share of [...others, ...this.#waiting.splice(0)]) this.#route(share);
    this.onKilled(guilty[0], verdict);
    this.#wards.tidy();
    this.#roster.fill();
    this.onRoom();
  }

  #answered(post: Post, results: TrainResults): void {
    const share = post.shares.shift();
    if (!share) return;
    this.patience.note(results.times, post.isFresh);
    post.isFresh = false;
    const { alone } = post;
    post.alone = undefined;
    if (alone?.view !== undefined && !this.posts.some((one) => one.alone?.view === alone.view)) this.#quarantine.clear(alone.view);
    if (post.cell) this.#quarantine.good(post.cell);
    this.#finish(share, results, post.worker);
    this.#roster.dismissIfLast(post);
    this.#wards.tidy();
    this.#handOut();
    this.onRoom();
  }

  /** What has not begun does not begin any more: of one train, or of all. */
  giveUp(verdict: Verdict, train?: Train): void {
    this.#wards.clear(verdict, train);
  }

  /** Views may be slow once more: a parameter was set, so plans are built anew. */
  freshen(): void {
    this.patience.forgetFirstRuns();
    for (const post of this.posts) post.isFresh = true;
  }

  /** Tries a view again that was set aside; gives back whether it was. */
  retry(view: string): boolean {
    if (!(view in this.#quarantine.aside)) return false;
    this.#quarantine.retry(view);
    return true;
  }

  /** Its last train is done. */
  close(): void {
    this.#roster.close();
  }

  /** What does not take the view is taken out of a share, for another worker. */
  #divide(share: Share, view: string | undefined): void {
    const stays = view === undefined ? new Set<string>() : this.crew.graph.takersOf(view);
    this.#split(share, share.views.difference(stays));
  }

  #split(share: Share, views: ReadonlySet<string>): void {
    share.views = share.views.difference(views);
    this.#place(this.#begin(share.train, views, share.verdicts));
  }

  /** Views that are kept apart go to their wards, the rest to whichever worker has time. */
  #route(share: Share): void {
    share.judgeOthers(this.#quarantine.aside);
    for (const cell of this.#quarantine.cells) {
      const views = share.views.intersection(cell.views);
      if (views.size === 0 || [...cell.suspects].some((suspect) => suspect in share.verdicts)) continue;
      share.views = share.views.difference(views);
      this.#wards.put(cell, this.#begin(share.train, views, share.verdicts));
    }
    this.#place(share);
  }

  #begin(train: Train, views: ReadonlySet<string>, verdicts: Readonly<Record<string, Verdict>> = {}): Share {
    const share = new Share(train, views, verdicts);
    train.hold();
    const shares = this.#open.get(train);
    if (shares) shares.add(share);
    else this.#open.set(train, new Set([share]));
    return share;
  }

  /** Views are not run on this train. */
  #judge(share: Share, views: Iterable<string>, verdict: Verdict): void {
    share.judge(views, verdict);
    this.#place(share);
  }

  /** A share goes to whichever worker has time, unless there is nothing to compute. */
  #place(share: Share): void {
    const outcomes = share.known;
    if (outcomes) return this.#finish(share, { outcomes, times: {}, logs: [] }, undefined);
    this.#waiting.push(share);
    this.#waiting.sort((a, b) => a.train.seq - b.train.seq);
    this.#handOut();
  }

  #handOut(): void {
    for (let post = this.#roster.free(); post && this.#waiting.length; post = this.#roster.free()) {
      post.give(this.#waiting.shift()!);
      this.#roster.toTheEnd(post);
    }
  }

  /** Whichever is first is used: what else of this train is in the results need not be computed by another worker. */
  #finish(share: Share, { outcomes, times, logs, buffer }: Pick<TrainResults, 'outcomes' | 'times' | 'logs' | 'buffer'>, maker: WorkerHandle | undefined): void {
    const { train } = share;
    let { views } = share;
    this.onComputed(train, outcomes);
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
