import type { GenerationState } from '@trainyard/control';

/** A save that was taken, and what ran then. */
export interface Save {
  readonly path: string;
  /** The file belongs to what runs: other code follows. */
  readonly used: boolean;
  readonly generation: number;
  readonly failures: number;
  /** `performance.now()` when the yard had taken it. */
  readonly at: number;
}

export interface SaveOutcome {
  readonly is: 'waiting' | 'loaded' | 'refused' | 'unused';
  readonly text: string;
}

const PATIENCE_MS = 15_000;

/** What became of a save, told from the generation that runs now. */
export function saveOutcome(save: Save, generation: GenerationState, now: number): SaveOutcome {
  if (generation.number > save.generation) return { is: 'loaded', text: `Saved ${save.path}: loaded as generation ${generation.number} (${Math.round(now - save.at)} ms).` };
  if (generation.failures > save.failures) return { is: 'refused', text: `Saved ${save.path}, but it did not load: generation ${generation.number} runs on.` };
  if (!save.used) return { is: 'unused', text: `Saved ${save.path}. Nothing that runs imports it.` };
  if (now - save.at > PATIENCE_MS) return { is: 'unused', text: `Saved ${save.path}. The yard has not loaded it again: it may be the same code as before.` };
  return { is: 'waiting', text: `Saved ${save.path}, waiting for the next generation …` };
}
