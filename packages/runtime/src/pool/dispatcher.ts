import type { LostTrain } from '../source/matcher.ts';
import type { TrainSource } from '../source/train-source.ts';
import type { Verdict } from '../worker/messages.ts';
import type { Crew } from '../crew/crew.ts';
import type { RosterOptions } from './roster.ts';
import { Shift } from './shift.ts';
import { TrainOrder } from './train-order.ts';
import { Train, type PoolResults } from './train.ts';
import { giveUpTrain, hurryShift, watchShift } from './watch-shift.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

export interface DispatcherOptions extends RosterOptions {
  readonly source: TrainSource;
}

const WATCH_MS = { live: 10, recorded: 20 } as const;
/** Trains that may wait for an outcome of an earlier one: recorded data wait, too; live the view is stopped when it has had so long, whatever its limit. */
const MOST_OPEN = 64;
const LONGEST_MS = 3000;

/** Takes trains, has them computed by the crew in charge, and gives the results on, for each view in train order. */
export class Dispatcher {
  /** The train IDs begin anew with the train that is taken next. */
  onAnew: () => void = () => undefined;
  /** A train was taken. */
  onTrain: (train: Train) => void = () => undefined;
  /** Results of the pool, as they come; for each view in train order. */
  onResults: (train: Train, results: PoolResults) => void = () => undefined;
  /** Outcomes as they come, in any order, while the train's data are there. */
  onComputed: (train: Train, outcomes: PoolResults['outcomes']) => void = () => undefined;
  /** A crew that was replaced has no train left. */
  onIdleCrew: () => void = () => undefined;
  /** Recorded data wait while a sink is full. */
  mayTake: () => boolean = () => true;
  /** A worker joined later than others: it has to be told what was set meanwhile. */
  onReplaced: (worker: WorkerHandle) => void = () => undefined;
  /** A view ended its worker, or was stopped, and what becomes of it: for the message board and the books. */
  onKilled: (view: string | undefined, verdict: Verdict, then: string | undefined) => void = () => undefined;
  lastTrainId: number | undefined;
  /** Views that are not run whatever they do: suspended by hand, say. */
  held: ReadonlyMap<string, Verdict> = new Map();
  readonly #options: DispatcherOptions;
  readonly #order = new TrainOrder();
  readonly #shifts = new Map<Crew, Shift>();
  readonly #watch: NodeJS.Timeout;
  #shift: Shift | undefined;
  #seq = 0;
  #idle: (() => void)[] = [];
  #isStopped = false;
  #isPumping = false;
  #isHurried = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#order.onResults = (train, results) => this.onResults(train, results);
    this.#watch = setInterval(() => this.#look(Date.now()), WATCH_MS[options.live ? 'live' : 'recorded']);
  }

  /** The number of the train that is handed out next. */
  get nextSeq(): number {
    return this.#seq;
  }

  /** Trains that are being computed. */
  get busy(): number {
    return [...this.#shifts.values()].reduce((sum, shift) => sum + shift.busy, 0);
  }

  /** Whether trains of this crew are under way. */
  holds(crew: Crew): boolean {
    return (this.#shifts.get(crew)?.busy ?? 0) > 0;
  }

  /** From the next train on this crew works. Views that were bad in the one before, and are as they were, are in quarantine at once. */
  use(crew: Crew): void {
    const before = this.#shift;
    const hashes = new Map(before?.crew.descriptor.views.map((view) => [view.id, view.hash]));
    const marked = (before?.marked ?? []).filter((id) => crew.descriptor.views.some((view) => view.id === id && view.inPool && view.hash === hashes.get(id)));
    const shift = new Shift(crew, this.#options, marked, () => this.held);
    shift.onJoined = (worker) => this.onReplaced(worker);
    shift.onKilled = (view, verdict, then) => this.onKilled(view, verdict, then);
    shift.onComputed = (train, outcomes) => this.onComputed(train, outcomes);
    shift.onResults = (train, results) => this.#order.push(train, results);
    shift.onRoom = () => this.#moved(shift);
    this.#shift = shift;
    this.#shifts.set(crew, shift);
    if (before?.busy === 0) this.#dismiss(before);
    this.pump();
  }

  /** Workers whose views may be slow once more: a parameter was set, so plans are built anew. */
  freshen(): void {
    this.#shift?.freshen();
  }

  /** Tries a view again that was set aside; gives back whether it was. */
  retry(view: string): boolean {
    return this.#shift?.retry(view) ?? false;
  }

  /**
   * Ends a worker of the pool, whatever it does, and has another take its place. The train that it is at is computed again; there `view`,
   * or without one the view that runs, gets the verdict instead, and is in quarantine from then on, or set aside. Calling it again does nothing.
   */
  end(worker: WorkerHandle, verdict: Verdict, view?: string): void {
    for (const shift of this.#shifts.values()) if (shift.end(worker, verdict, view)) return;
  }

  /** Has another worker of the pool take its place between two trains. */
  renew(worker: WorkerHandle): void {
    for (const shift of this.#shifts.values()) if (shift.renew(worker)) return;
  }

  /** No train is taken any more; those under way come back. */
  stop(): void {
    this.#isStopped = true;
    this.#settle();
  }

  /** Whoever waits for the end waits no longer for views: what still runs is `late`. */
  hurry(): void {
    this.#isHurried = true;
  }

  async idle(): Promise<void> {
    if (this.busy === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  close(): void {
    clearInterval(this.#watch);
    for (const shift of this.#shifts.values()) shift.close();
  }

  /** Takes trains while there are trains and workers. Called again from inside, it leaves the rest to the call that runs. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#shift && !this.#isStopped && this.mayTake() && (this.#options.live || this.#order.size < Math.max(MOST_OPEN, 4 * this.#options.size))) {
        const lost = this.#options.source.takeLost?.();
        if (!lost && !this.#shift.hasRoom) return;
        const from = lost ?? this.#options.source.take();
        if (!from) return;
        this.#take(this.#shift, from);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #take(shift: Shift, from: LostTrain | NonNullable<ReturnType<TrainSource['take']>>): void {
    if (from.anew) {
      this.lastTrainId = from.trainId - 1;
      this.onAnew();
    }
    const train = new Train(this.#seq++, shift.crew, from);
    this.lastTrainId = train.trainId;
    this.#order.begin(train);
    this.onTrain(train);
    // Held until all of its shares are begun.
    train.hold();
    if (train.dropped === undefined) shift.take(train);
    else shift.lose(train, train.dropped);
    train.letGo();
  }

  #moved(shift: Shift): void {
    if (shift !== this.#shift && shift.busy === 0) this.#dismiss(shift);
    this.#settle();
    this.pump();
  }

  #dismiss(shift: Shift): void {
    shift.close();
    this.#shifts.delete(shift.crew);
    this.onIdleCrew();
  }

  #settle(): void {
    if (this.busy === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #look(now: number): void {
    for (const shift of this.#shifts.values()) {
      if (this.#isHurried) hurryShift(shift);
      else watchShift(shift, this.#options.live);
    }
    const { first, size } = this.#order;
    const shift = first && this.#shifts.get(first.crew);
    if (shift && this.#options.live && size > MOST_OPEN && now - first.since > LONGEST_MS) giveUpTrain(shift, first, `kept ${MOST_OPEN} trains waiting and was stopped`);
  }
}
