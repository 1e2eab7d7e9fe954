import { takeLastMoments, type Engine, type Sink } from '@trainyard/runtime';
import { colour } from './output.ts';
import { clock } from './print.ts';
import type { Supervised } from './supervised.ts';
import type { Crashed } from './supervision.ts';

/** What is known of the yard before this one, which crashed. */
export class AfterCrash {
  /** When, why and, where that is known, on which views: in a sentence. */
  readonly report: string;
  /** The last train whose results were through. */
  readonly lastTrainId: number | undefined;
  readonly #crashed: Crashed;
  readonly #suspects: readonly string[];

  /** Reads what the yard before wrote last. */
  constructor(supervised: Supervised, crashed: Crashed) {
    const moments = takeLastMoments(crashed.pid);
    this.#crashed = crashed;
    this.lastTrainId = moments?.lastTrainId;
    const running = moments?.running ?? [];
    this.#suspects = [...new Set(running.map(({ view }) => view))];
    supervised.suspects(this.#suspects);
    const views = running.map(({ view, trainId }) => `${view} on train ${trainId}`);
    const ran = views.length ? ` ${views.join(' and ')} ran then${views.length > 1 ? ': one of them may be to blame' : ', and may be to blame'}.` : moments ? ' No view ran then.' : '';
    this.report = colour('red', `The yard before this one (process ${crashed.pid}) was ended at ${clock(crashed.at)} by ${crashed.by}.${ran}`);
  }

  get crashed(): { readonly at: number; readonly by: string; readonly lastTrainId: number | undefined } {
    return { at: this.#crashed.at, by: this.#crashed.by, lastTrainId: this.lastTrainId };
  }

  /** A view that ran at two crashes in a row is not run again by itself. Gives back what is said of it. */
  setAside(engine: Engine): string[] {
    const guilty = this.#suspects.filter((view) => this.#crashed.suspects.includes(view) && engine.state().views.some(({ id }) => id === view));
    return guilty.map((view) => {
      engine.held.setAside(view, `set aside: it ran at two crashes in a row, the last by ${this.#crashed.by} at ${clock(this.#crashed.at)}; yard ctl resume ${view} tries it again`, 'supervisor');
      return colour('red', `${view} is set aside: it ran at two crashes in a row. yard ctl resume ${view} tries it again.`);
    });
  }

  /** Says at the first train which train IDs nobody computed. */
  count(say: (text: string) => void): Sink {
    let counted = this.lastTrainId === undefined;
    return {
      generation: () => undefined,
      train: ({ trainId }) => {
        if (counted) return;
        counted = true;
        const lost = trainId - this.lastTrainId! - 1;
        if (lost > 0) say(`Train ${this.lastTrainId! + 1}${lost > 1 ? ` to ${trainId - 1} (${lost} train IDs)` : ''} went by while the yard was started again.`);
        else if (lost === 0) say('No train was lost.');
      },
      close: async () => undefined,
    };
  }
}
