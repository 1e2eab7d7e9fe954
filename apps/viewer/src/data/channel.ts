import type { PanelValue } from '@trainyard/control';
import type { NdArray } from '@trainyard/nd';
import { plainNumbers } from '../image/picture.ts';
import { ScalarHistory } from './scalar-history.ts';

/** What arrives for one id: the newest value, its rate, and for scalars the history. Outlives its panel, so that nothing is lost by scrolling. */
export class Channel {
  readonly id: string;
  readonly history = new ScalarHistory();
  newest: PanelValue | undefined;
  /** `performance.now()` of the newest value. */
  receivedAt = 0;
  /** Drawn by the scheduler at the next frame. */
  dirty = false;
  readonly #times: number[] = [];
  readonly #draws = new Set<(value: PanelValue) => void>();

  constructor(id: string) {
    this.id = id;
  }

  receive(value: PanelValue, now: number): void {
    this.newest = value;
    this.receivedAt = now;
    this.dirty = true;
    this.#times.push(now);
    if (this.#times.length > 40) this.#times.shift();
    const number = scalarOf(value);
    if (number !== undefined) this.history.push(value.trainId, number);
  }

  /** Values a second as they arrived over the last seconds. */
  rate(now: number): number {
    const recent = this.#times.filter((time) => now - time < 4000);
    return recent.length < 2 ? 0 : ((recent.length - 1) * 1000) / (now - recent[0]);
  }

  /** Calls `draw` with every value that is to be shown, at once with the newest. */
  onDraw(draw: (value: PanelValue) => void): () => void {
    this.#draws.add(draw);
    if (this.newest) draw(this.newest);
    return () => this.#draws.delete(draw);
  }

  draw(): void {
    this.dirty = false;
    if (this.newest) for (const draw of this.#draws) draw(this.newest);
  }
}

/** The number of a scalar value; undefined for anything else. */
export function scalarOf({ value }: PanelValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'object' && isArray(value) && value.size === 1 && value.shape.length === 0) return plainNumbers(value.data)[value.offset];
  return undefined;
}

export function isArray(value: unknown): value is NdArray {
  return typeof value === 'object' && value !== null && 'stride' in value && 'dtype' in value;
}
