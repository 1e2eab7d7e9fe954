import type { Crew } from '../crew/crew.ts';
import type { ReduceGuard } from './reduce-guard.ts';

/** The final values of reducers at the end: asked for, and waited for. */
export class FinalValues {
  #said: (by?: { readonly view: string | undefined }) => void = () => undefined;

  /** The reduce worker gave them, or was ended, by this view. */
  said(by?: { readonly view: string | undefined }): void {
    this.#said(by);
  }

  /** Asks for them: a reducer that does not come back costs its own alone. What is remembered is stored before. */
  async ask(crew: Crew, guard: ReduceGuard): Promise<void> {
    const without: string[] = [];
    guard.isFinishing = true;
    while (crew.reduce) {
      const said = new Promise<{ readonly view: string | undefined } | undefined>((resolve) => (this.#said = resolve));
      crew.reduce.given();
      if (without.length === 0) crew.reduce.send({ type: 'checkpoint' });
      crew.reduce.send({ type: 'finish', without });
      const ended = await said;
      if (!ended || ended.view === undefined || without.includes(ended.view)) return;
      without.push(ended.view);
    }
  }
}
