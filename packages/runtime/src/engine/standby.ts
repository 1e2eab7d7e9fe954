import type { SourceStatus } from '@trainyard/control';
import type { TrainSource } from '../source/train-source.ts';
import type { Crews } from '../crew/crew.ts';
import type { LineUp } from '../crew/line-up.ts';
import type { Dispatcher } from '../pool/dispatcher.ts';
import type { ReduceStage } from '../reduce/reduce-stage.ts';

/** Those who are put to rest, and how they are woken. */
export interface StandbyOptions {
  readonly source: TrainSource;
  readonly dispatcher: Dispatcher;
  readonly reduce: ReduceStage;
  readonly crews: Crews;
  readonly lineUp: LineUp;
  /** Loads the code as it is now, and lets it take over. Throws what is wrong with it. */
  readonly load: (who: string) => Promise<void>;
  readonly changed: (who: string, what: 'suspend' | 'resume', name: 'all') => void;
  /** The yard is about to end. */
  readonly isEnding: () => boolean;
}

/** A yard that takes no trains and has no workers, until someone resumes it: what is remembered is kept, and outputs stay open. */
export class Standby {
  readonly #options: StandbyOptions;
  #since: { readonly who: string; readonly at: number } | undefined;
  #waking: Promise<void> | undefined;

  constructor(options: StandbyOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#since !== undefined;
  }

  /** Gives back what it did, in words. */
  async suspend(who: string): Promise<string> {
    const { source, dispatcher, reduce, crews, lineUp, changed, isEnding } = this.#options;
    if (isEnding()) return 'it is ending';
    if (this.#since) return 'it is suspended already';
    this.#since = { who, at: Date.now() };
    changed(who, 'suspend', 'all');
    // Recorded trains wait where they are; of a stream, what has come is computed.
    if (!source.recorded) await source.close();
    dispatcher.pump();
    await dispatcher.idle();
    await reduce.rest();
    await Promise.all([lineUp.letGo(), crews.rest()]);
    return 'suspended: no trains are taken, no worker runs; yard ctl resume goes on';
  }

  /** Goes on, with the code as it is now. Throws what is wrong with it: then it stays suspended. */
  async resume(who: string): Promise<string> {
    const { source, dispatcher, crews, changed } = this.#options;
    if (!this.#since) return 'it is not suspended';
    await this.wake(who);
    changed(who, 'resume', 'all');
    if (!source.recorded) await source.open();
    dispatcher.pump();
    setTimeout(() => crews.refill(), 300).unref();
    return 'goes on';
  }

  /** There are workers again; no train comes yet. */
  wake(who: string): Promise<void> {
    this.#waking ??= this.#options.load(who).then(() => (this.#since = undefined)).finally(() => (this.#waking = undefined)) as Promise<void>;
    return this.#waking;
  }

  /** What is said of the source meanwhile. */
  status(status: SourceStatus): SourceStatus {
    if (!this.#since) return status;
    const { who, at } = this.#since;
    return { ...status, status: 'suspended', message: `Suspended by ${who} at ${new Date(at).toTimeString().slice(0, 5)}: no trains are taken. yard ctl resume goes on.` };
  }
}
