import { YardError, didYouMean } from '@trainyard/core';
import type { ViewDescriptor } from '../worker/generation.ts';
import type { Verdict } from '../worker/messages.ts';
import type { ProjectFolder } from '../project/project-folder.ts';

/** What the views are, and who is told of a change. */
export interface HeldViewsOptions {
  readonly project: ProjectFolder;
  /** Finds again what was held when the last yard here ended. */
  readonly keeps: boolean;
  readonly views: () => readonly ViewDescriptor[];
  /** Tries a view again that a fault took out; gives back whether one had. */
  readonly retry: (id: string) => boolean;
  readonly changed: (who: string, what: 'suspend' | 'resume', id: string) => void;
}

/** Views that are not run, whatever they do, until someone lets them: over saves and restarts. */
export class HeldViews {
  readonly #options: HeldViewsOptions;
  readonly #verdicts = new Map<string, Verdict>();

  constructor(options: HeldViewsOptions) {
    this.#options = options;
    if (options.keeps) for (const [id, verdict] of Object.entries(options.project.held())) this.#verdicts.set(id, verdict);
  }

  /** View id -> its outcome meanwhile. */
  get verdicts(): ReadonlyMap<string, Verdict> {
    return this.#verdicts;
  }

  /** The outcome of a view, or of all of a group, is none from now on. Gives back in words what was done. Throws `VIEW_UNKNOWN`. */
  suspend(name: string, who: string): string {
    const ids = this.#called(name);
    for (const id of ids) this.#hold(id, { outcome: 'none', message: `suspended by hand (${who}); yard ctl resume ${id} lets it run again` }, who);
    return `${ids.join(', ')} ${ids.length > 1 ? 'do' : 'does'} not run any more`;
  }

  /** A view that is to blame for crashes is not run any more. */
  setAside(id: string, message: string, who: string): void {
    this.#hold(id, { outcome: 'failed', message }, who);
  }

  /** Views that were suspended, or set aside, run again. Throws `VIEW_UNKNOWN`. */
  resume(name: string, who: string): string {
    const ids = this.#called(name);
    const back = ids.filter((id) => [this.#verdicts.delete(id), this.#options.retry(id)].some(Boolean));
    this.#keep();
    for (const id of back) this.#options.changed(who, 'resume', id);
    if (back.length === 0) return `${ids.join(', ')}: not suspended nor set aside, nothing is to be resumed`;
    return `${back.join(', ')} ${back.length > 1 ? 'run' : 'runs'} again`;
  }

  #hold(id: string, verdict: Verdict, who: string): void {
    this.#verdicts.set(id, verdict);
    this.#keep();
    this.#options.changed(who, 'suspend', id);
  }

  #keep(): void {
    this.#options.project.saveHeld(Object.fromEntries(this.#verdicts));
  }

  /** The views that a word names: a full id, a name, or a group. */
  #called(name: string): string[] {
    const views = this.#options.views();
    const found = views.filter((view) => [view.id, view.name, view.group].includes(name));
    if (found.length) return found.map(({ id }) => id);
    const words = views.flatMap((view) => [view.id, view.name, view.group]);
    throw new YardError('VIEW_UNKNOWN', `There is no view "${name}".${didYouMean(name, new Set(words))} There are ${views.map((view) => view.id).join(', ') || 'none'}.`);
  }
}
