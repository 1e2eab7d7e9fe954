import type { TrainResults, Verdict } from '../worker/messages.ts';
import type { Crew } from '../crew/crew.ts';
import { Patience } from './patience.ts';
import type { Post } from './post.ts';
import { Quarantine, type Cell } from './quarantine.ts';
import { Roster, type RosterOptions } from './roster.ts';
import type { Share } from './share.ts';
import { Shares } from './shares.ts';
import type { PoolResults, Train } from './train.ts';
import { Wards } from './wards.ts';
import { watchNow } from '../crew/watch-clock.ts';
import type { Running, WorkerHandle } from '../crew/worker-handle.ts';

/** After so many workers that hung or died on the same views of a train, with none to blame, these are halved until one is found. */
const HALVED_AFTER = 2;

/**
 * The pool workers of one generation at work: each train is divided into shares, so that every view has its outcome and none keeps others
 * waiting. Usually there is one share, for the worker whose turn it is.
 */
export class Shift {
  readonly crew: Crew;
  readonly patience: Patience;
  /** A worker has time, or a train is done. */
  onRoom: () => void = () => undefined;
  /** A worker was ended, or ended itself: the view to blame, and what becomes of it. */
  onKilled: (view: string | undefined, verdict: Verdict, then: string | undefined) => void = () => undefined;
  readonly #live: boolean;
  readonly #held: () => ReadonlyMap<string, Verdict>;
  readonly #roster: Roster;
  readonly #shares: Shares;
  readonly #quarantine: Quarantine;
  readonly #wards: Wards;

  /** `marked`: views that were bad in the generation before and have not changed. `held`: views that are not run whatever they do. */
  constructor(crew: Crew, options: RosterOptions, marked: readonly string[], held: () => ReadonlyMap<string, Verdict>) {
    this.crew = crew;
    this.#held = held;
    this.#live = options.live;
    this.patience = new Patience(options.limitMs);
    this.#roster = new Roster(crew, options);
    this.#shares = new Shares(this.#roster);
    this.#roster.onAnswer = (post, results) => this.#answered(post, results);
    this.#roster.onDeath = (post, reason) => this.#ended(post, { outcome: 'failed', message: `ended its worker: ${reason}` });
    this.#roster.onRoom = () => {
      for (const share of this.#shares.takeWaiting()) this.#shares.place(share);
      this.onRoom();
    };
    this.#quarantine = new Quarantine(crew.graph);
    this.#wards = new Wards(this.#quarantine, this.#roster, options);
    this.#wards.onFree = (share) => this.#shares.place(share);
    this.#wards.onSplit = (share, views) => this.#shares.place(this.#shares.split(share, views));
    for (const view of marked) this.#quarantine.retry(view);
  }

  set onResults(taken: (train: Train, results: PoolResults) => void) {
    this.#shares.onResults = taken;
  }

  /** Outcomes are there, and the train's data still are. */
  set onComputed(told: (train: Train, outcomes: PoolResults['outcomes']) => void) {
    this.#shares.onComputed = told;
  }

  set onJoined(told: (worker: WorkerHandle) => void) {
    this.#roster.onJoined = told;
  }

  get posts(): readonly Post[] {
    return this.#roster.posts;
  }

  /** Trains of which something is still to be computed. */
  get busy(): number {
    return this.#shares.trains;
  }

  /** The views that are in quarantine or set aside. */
  get marked(): readonly string[] {
    return this.#quarantine.marked;
  }

  /** Whether the next train can be computed at once. */
  get hasRoom(): boolean {
    return this.#shares.waiting === 0 && this.#roster.hasRoom && !this.#wards.areWaitedFor;
  }

  /** Whether there is a worker to take over from one that hangs. */
  get hasSpare(): boolean {
    return this.#roster.free() !== undefined;
  }

  /** Computes a train: what is in quarantine apart from the rest. */
  take(train: Train): void {
    for (const [views, cell] of this.#lanes()) {
      const share = this.#shares.begin(train, views, { ...this.#quarantine.aside, ...Object.fromEntries(this.#held()) });
      if (cell) this.#wards.enter(cell, share);
      else this.#shares.place(share);
    }
  }

  /** A train that was dropped: its outcomes have their place among those of other trains. */
  lose(train: Train, rule: string): void {
    for (const [views] of this.#lanes()) this.#judge(this.#shares.begin(train, views), views, { outcome: 'dropped', message: rule });
  }

  /** What goes through trains together: each cell, then all else. */
  #lanes(): [views: ReadonlySet<string>, cell: Cell | undefined][] {
    const { cells } = this.#quarantine;
    const rest = cells.reduce((views: ReadonlySet<string>, cell) => views.difference(cell.views), this.crew.graph.ofPool);
    return [...cells.map((cell): [ReadonlySet<string>, Cell] => [cell.views, cell]), [rest, undefined]];
  }

  /** Others are not kept waiting any longer: the worker keeps the view and what takes it, the rest of the train is for another. */
  leaveAlone(post: Post, view: string | undefined, running: Running): void {
    const share = post.shares[0]!;
    const found = view ?? this.#foundIn(share);
    post.alone = { view: found };
    post.worker.leave(running);
    if (found !== undefined) this.#wards.open(this.#quarantine.suspect(found), share.train);
    const rest = this.#withoutTakers(share, found);
    if (found !== undefined) this.#shares.place(rest);
    else this.#again(rest);
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
    const now = watchNow();
    const { index, forMs } = post.worker.running();
    const [first, ...others] = post.shares;
    const view = culprit ?? this.crew.graph.inPool[index]?.id ?? post.alone?.view ?? (first && this.#foundIn(first));
    // What ends a worker of its own has nobody else to blame.
    const guilty = view !== undefined ? [view] : post.cell && first ? [...post.cell.suspects] : [];
    this.#roster.bury(post);
    this.#wards.lost(post);
    if (first) {
      for (const one of guilty) {
        if (verdict.outcome === 'late') this.patience.hung(one);
        this.#quarantine.fall(one, { seq: first.train.seq, trainId: first.train.trainId, reason: verdict.message, from: now - forMs, at: now });
      }
      if (view !== undefined && post.inTurn) this.#shares.place(this.#withoutTakers(first, view));
      if (guilty.length) this.#judge(first, guilty, verdict);
      else if (first.deaths > HALVED_AFTER) this.#judge(first, first.views, { outcome: 'failed', message: verdict.message });
      else this.#again(first);
    }
    // What else waits is not for the pool any more where the view is in it.
    for (const share of [...others, ...this.#shares.takeWaiting()]) this.#route(share);
    this.onKilled(guilty[0], verdict, guilty[0] && (guilty[0] in this.#quarantine.aside ? 'it is set aside' : 'it is in quarantine, in a worker of its own'));
    this.#wards.tidy();
    this.#roster.fill();
    this.onRoom();
  }

  #answered(post: Post, results: TrainResults): void {
    const share = post.shares.shift();
    if (!share) return;
    this.patience.note(results.times, post.warm);
    for (const view of Object.keys(results.times)) post.warm.add(view);
    const { alone } = post;
    post.alone = undefined;
    if (this.#live && !post.isPractising && !post.cell) this.#practise(share, results);
    post.isPractising = false;
    if (alone?.view !== undefined && !this.posts.some((one) => one.alone?.view === alone.view)) this.#quarantine.clear(alone.view);
    if (post.cell) this.#quarantine.good(post.cell);
    this.#shares.finish(share, results, post.worker);
    this.#roster.dismissIfLast(post);
    this.#wards.tidy();
    this.#shares.handOut();
    this.onRoom();
  }

  /** A worker where some of these views never ran has them, too: nobody waits for it, and it is warm when it has to take over. */
  #practise({ train, asked, verdicts }: Share, { times }: TrainResults): void {
    const ran = Object.keys(times);
    const post = this.posts.find((one) => one.inTurn && one.shares.length === 0 && ran.some((view) => !one.warm.has(view)));
    if (!post) return;
    post.isPractising = true;
    post.give(this.#shares.begin(train, new Set(), verdicts), asked);
  }

  /** What has not begun does not begin any more: of one train, where what takes the view that it waits for goes on; or of all. */
  giveUp(verdict: Verdict, train?: Train): void {
    this.#wards.clear(verdict, train);
    if (!train) for (const share of this.#shares.takeWaiting()) this.#judge(share, share.views, verdict);
  }

  /** Views may be slow once more: a parameter was set, so plans are built anew. */
  freshen(): void {
    this.patience.forgetFirstRuns();
    for (const post of this.posts) post.warm.clear();
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

  /** All views of a share but this one and what takes it, as a share of their own; without a view all. */
  #withoutTakers(share: Share, view: string | undefined): Share {
    return this.#shares.split(share, view === undefined ? share.views : share.views.difference(this.crew.graph.takersOf(view)));
  }

  /** Views of a share that are run. */
  #run({ views, verdicts }: Share): string[] {
    return this.crew.graph.inPool.flatMap(({ id }) => (views.has(id) && !(id in verdicts) ? [id] : []));
  }

  /** The view that workers hang or die on although they do not say so, when there is no other left. */
  #foundIn(share: Share): string | undefined {
    const run = this.#run(share);
    return share.deaths + 1 >= HALVED_AFTER && run.length === 1 ? run[0] : undefined;
  }

  /** A worker hung or died, with no view to blame: the same again; if it was not the first, in two halves. */
  #again(share: Share): void {
    share.deaths += 1;
    const run = this.#run(share);
    if (share.deaths >= HALVED_AFTER && run.length > 1) {
      share.deaths = HALVED_AFTER - 1;
      this.#shares.place(this.#shares.split(share, new Set(run.slice(Math.ceil(run.length / 2)))));
    }
    this.#shares.place(share);
  }

  /** Views that are kept apart go to their wards, the rest to whichever worker has time. */
  #route(share: Share): void {
    share.judgeOthers(this.#quarantine.aside);
    for (const cell of this.#quarantine.cells) {
      if (share.views.isDisjointFrom(cell.views) || [...cell.suspects].some((suspect) => suspect in share.verdicts)) continue;
      this.#wards.put(cell, this.#shares.split(share, cell.views));
    }
    this.#shares.place(share);
  }

  /** Views are not run on this train. */
  #judge(share: Share, views: Iterable<string>, verdict: Verdict): void {
    share.judge(views, verdict);
    this.#shares.place(share);
  }
}
