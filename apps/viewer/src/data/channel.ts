import type { PanelValue, Want } from '@trainyard/control';
import type { NdArray } from '@trainyard/nd';
import { plainNumbers } from '../image/picture.ts';
import { Past } from './past.ts';

/** What arrives for one want: the newest values, their rate. Kept for a while without a panel, so that nothing is lost by a change of tabs. */
export class Channel {
  readonly want: Want;
  newest: PanelValue | undefined;
  /** `performance.now()` of the newest value. */
  receivedAt = 0;
  /** Drawn by the scheduler at the next frame. */
  dirty = false;
  #shown: PanelValue | undefined;
  #frozenAt: number | undefined;
  readonly #times: number[] = [];
  readonly #past: Past;
  readonly #draws = new Set<(value: PanelValue) => void>();

  /** `past`: what the page keeps of all its wants. */
  constructor(want: Want, past = new Past()) {
    this.want = want;
    this.#past = past;
  }

  /** The value on the screen: the newest, or that of the frozen train. */
  get shown(): PanelValue | undefined {
    return this.#shown;
  }

  /** Oldest first. */
  get past(): readonly PanelValue[] {
    return this.#past.of(this.want.key);
  }

  receive(value: PanelValue, now: number): void {
    this.newest = value;
    this.receivedAt = now;
    this.dirty = true;
    this.#times.push(now);
    if (this.#times.length > 40) this.#times.shift();
    this.#past.add(this.want.key, value, bytesOf(value));
  }

  /** Values a second as they arrived over the last seconds. */
  rate(now: number): number {
    const recent = this.#times.filter((time) => now - time < 4000);
    return recent.length < 2 ? 0 : ((recent.length - 1) * 1000) / (now - recent[0]);
  }

  /** Shows the newest value up to this train, and keeps to it; undefined: the newest of all again. */
  freeze(trainId: number | undefined): void {
    this.#frozenAt = trainId;
    const value = trainId === undefined ? this.newest : (this.past.findLast((one) => one.trainId <= trainId) ?? this.past[0]);
    if (value && value !== this.#shown) this.#show(value);
  }

  /** Calls `draw` with every value that is to be shown, at once with the one that is. */
  onDraw(draw: (value: PanelValue) => void): () => void {
    this.#draws.add(draw);
    if (this.#shown) draw(this.#shown);
    return () => this.#draws.delete(draw);
  }

  draw(): void {
    this.dirty = false;
    if (this.#frozenAt === undefined && this.newest) this.#show(this.newest);
    // Something to look at is better than nothing, also when it came after the page was frozen.
    else if (!this.#shown && this.newest) this.#show(this.newest);
  }

  #show(value: PanelValue): void {
    this.#shown = value;
    for (const draw of this.#draws) draw(value);
  }
}

/** Roughly what a value takes. */
export function bytesOf({ value }: PanelValue): number {
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object') return 100;
  if (isArray(value)) return arrayBytes(value);
  return Object.values(value).reduce<number>((sum, item) => sum + (isArray(item) ? arrayBytes(item) : 100), 0);
}

const arrayBytes = (array: NdArray): number => array.size * ((array.data as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT);

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
