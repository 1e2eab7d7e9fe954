import { outcomeCode } from '@trainyard/core';
import type { TrainTask, Verdict, WireOutcome } from '../worker/messages.ts';
import type { Train } from './train.ts';

/** Some views of one train, for one worker to compute: given to it, or waiting for one. */
export class Share {
  readonly train: Train;
  /** What it is still wanted for; empty when another worker was first. */
  views: ReadonlySet<string>;
  /** What it was given to a worker for. */
  asked: ReadonlySet<string> = new Set();
  /** Views that are not run: the outcome that they have instead. */
  verdicts: Readonly<Record<string, Verdict>>;
  /** How often a worker died on it that no view was to blame for. */
  deaths = 0;

  constructor(train: Train, views: ReadonlySet<string>, verdicts: Readonly<Record<string, Verdict>> = {}) {
    this.train = train;
    this.views = views;
    this.verdicts = verdicts;
  }

  /** Views are not run on this train: they have this outcome. */
  judge(views: Iterable<string>, verdict: Verdict): void {
    this.verdicts = { ...this.verdicts, ...Object.fromEntries(Array.from(views, (view) => [view, verdict])) };
  }

  /** The same for views that have no other verdict. */
  judgeOthers(verdicts: Readonly<Record<string, Verdict>>): void {
    this.verdicts = { ...verdicts, ...this.verdicts };
  }

  /** Its outcomes when they are known without computing anything. */
  get known(): Record<string, WireOutcome> | undefined {
    const outcomes: Record<string, WireOutcome> = {};
    for (const view of this.views) {
      const verdict = this.verdicts[view];
      if (!verdict) return undefined;
      const { outcome, ...reason } = verdict;
      outcomes[view] = { code: outcomeCode(outcome), ...reason };
    }
    return outcomes;
  }

  get task(): TrainTask {
    const { seq, trainId, data, absent, crew, collects } = this.train;
    return {
      type: 'train', seq, trainId,
      ...(data && { data }),
      ...(absent && { absent }),
      ...(Object.keys(this.verdicts).length > 0 && { verdicts: this.verdicts }),
      ...(this.asked.size < crew.graph.ofPool.size && { only: [...this.asked] }),
      ...(collects.length > 0 && { collects }),
    };
  }
}
