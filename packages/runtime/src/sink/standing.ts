import type { JournalEntry } from '@trainyard/control';
import type { JournalEntry as WrittenEntry } from '@trainyard/nexus';
import type { ToFile } from './file-messages.ts';

type Views = Extract<ToFile, { type: 'views' }>;

/** What holds at the moment: with it a results file begins that goes on where another ended. */
export class Standing {
  #views: Views['views'] = [];
  #parameters = new Map<string, Views['parameters'][number]>();
  /** The generation, and each constant in use. */
  readonly #journal = new Map<string, Omit<WrittenEntry, 'trainId'>>();

  /** The views and parameters of a generation. */
  take({ views, parameters }: Views): void {
    this.#views = views;
    this.#parameters = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  }

  note({ what, name, value, before, who }: JournalEntry): void {
    const parameter = this.#parameters.get(name);
    if (what === 'parameter' && parameter) this.#parameters.set(name, { ...parameter, value });
    if (what === 'generation' || what === 'constant') this.#journal.set(what === 'generation' ? what : name, { kind: what, name, value: { value, before, who } });
  }

  get views(): Views['views'] {
    return this.#views;
  }

  get parameters(): Views['parameters'] {
    return [...this.#parameters.values()];
  }

  get journal(): readonly Omit<WrittenEntry, 'trainId'>[] {
    return [...this.#journal.values()];
  }
}
