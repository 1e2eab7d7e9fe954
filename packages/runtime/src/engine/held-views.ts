import { YardError, didYouMean } from '@trainyard/core';
import type { ViewDescriptor } from '../worker/generation.ts';
import type { Verdict } from '../worker/messages.ts';
import type { ProjectFolder } from './project-folder.ts';

/** Views that are not run, whatever they do, until someone lets them: over saves and restarts. */
export class HeldViews {
  /** View id -> its outcome meanwhile. */
  readonly verdicts = new Map<string, Verdict>();
  readonly #project: ProjectFolder;

  constructor(project: ProjectFolder, keeps: boolean) {
    this.#project = project;
    if (keeps) for (const [view, verdict] of Object.entries(project.held())) this.verdicts.set(view, verdict);
  }

  hold(view: string, verdict: Verdict): void {
    this.verdicts.set(view, verdict);
    this.#project.saveHeld(Object.fromEntries(this.verdicts));
  }

  /** Gives back whether it was held. */
  release(view: string): boolean {
    const was = this.verdicts.delete(view);
    if (was) this.#project.saveHeld(Object.fromEntries(this.verdicts));
    return was;
  }
}

/** The views that a word names: a full id, a name, or a group. Throws `VIEW_UNKNOWN` with the nearest one. */
export function viewsCalled(name: string, views: readonly ViewDescriptor[]): ViewDescriptor[] {
  const found = views.filter((view) => [view.id, view.name, view.group].includes(name));
  if (found.length) return found;
  const words = views.flatMap((view) => [view.id, view.name, view.group]);
  throw new YardError('VIEW_UNKNOWN', `There is no view "${name}".${didYouMean(name, new Set(words))} There are ${views.map((view) => view.id).join(', ') || 'none'}.`);
}
