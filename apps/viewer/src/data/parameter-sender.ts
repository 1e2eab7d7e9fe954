import type { ParameterValue, Reply } from '@trainyard/control';

export interface SenderState {
  /** What the user wants and the yard has not yet confirmed. */
  readonly draft: ParameterValue | undefined;
  /** Why the last one was refused. */
  readonly error: string;
}

const minGapMs = 80;
const settleMs = 1500;

/**
 * Sends what a slider does: at most one value under way and about ten a second, always ending with the last one. The draft
 * is given up when the yard's state shows it (`acknowledged`), when it was refused, or 1.5 s after the answer.
 */
export class ParameterSender {
  readonly #send: (value: ParameterValue) => Promise<Reply>;
  readonly #changed: (state: SenderState) => void;
  #state: SenderState = { draft: undefined, error: '' };
  #queued = false;
  #busy = false;
  #lastAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (value: ParameterValue) => Promise<Reply>, changed: (state: SenderState) => void) {
    this.#send = send;
    this.#changed = changed;
  }

  set(value: ParameterValue): void {
    this.#update({ draft: value, error: '' });
    this.#queued = true;
    this.#flush();
  }

  /** The yard's own value, whoever set it. */
  acknowledged(value: ParameterValue): void {
    if (!this.#busy && !this.#queued && this.#state.draft !== undefined && same(this.#state.draft, value)) this.#update({ ...this.#state, draft: undefined });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#queued = false;
  }

  #flush(): void {
    if (this.#busy || !this.#queued) return;
    clearTimeout(this.#timer);
    const wait = this.#lastAt + minGapMs - Date.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#flush(), wait);
      return;
    }
    this.#queued = false;
    this.#busy = true;
    this.#lastAt = Date.now();
    void this.#send(this.#state.draft!).then((reply) => this.#answered(reply));
  }

  #answered(reply: Reply): void {
    this.#busy = false;
    if (this.#queued) return this.#flush();
    if (!reply.ok) return this.#update({ draft: undefined, error: reply.message });
    this.#timer = setTimeout(() => this.#queued || this.#busy || this.#update({ ...this.#state, draft: undefined }), settleMs);
  }

  #update(state: SenderState): void {
    this.#state = state;
    this.#changed(state);
  }
}

export function same(a: ParameterValue, b: ParameterValue): boolean {
  return typeof a === 'object' || typeof b === 'object' ? JSON.stringify(a) === JSON.stringify(b) : a === b;
}

/** `1, 2.5 3` as numbers; undefined where one of them is none. */
export function parseNumbers(text: string): number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter(Boolean).map(Number);
  return parts.every(Number.isFinite) ? parts : undefined;
}

/** A step for a slider that has none: about 200 in the range, a round number. */
export function sliderStep(min: number, max: number): number {
  const rough = (max - min) / 200;
  const power = 10 ** Math.floor(Math.log10(rough));
  return Number((power * ([1, 2, 5].find((m) => m * power >= rough) ?? 10)).toPrecision(1));
}
