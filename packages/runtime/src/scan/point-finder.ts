/** Where a value is that somebody else moves: on the way, or at a point, the first train there being a new one. */
export type Standing = 'moving' | 'new' | 'same';

/**
 * Finds the points of a value that moves from place to place. A train whose value differs by more than `within` from that of the place ends the
 * point; the next one begins when the value has stayed within `within` of one value for `settle` trains after the move. A function of the values
 * alone, in train order.
 */
export class PointFinder {
  readonly #within: number;
  readonly #settle: number;
  /** The first value after the last move; undefined before the first train. */
  #place: number | undefined;
  #stayed = 0;
  #isOpen = false;

  constructor(within: number, settle: number) {
    this.#within = within;
    this.#settle = settle;
  }

  /** The value of the place: of the first train after the last move. */
  get place(): number {
    return this.#place ?? NaN;
  }

  take(value: number): Standing {
    if (this.#place === undefined || !(Math.abs(value - this.#place) <= this.#within)) {
      this.#place = value;
      this.#stayed = 0;
      this.#isOpen = false;
    } else this.#stayed += 1;
    if (this.#isOpen) return 'same';
    if (this.#stayed < this.#settle || Number.isNaN(value)) return 'moving';
    this.#isOpen = true;
    return 'new';
  }

  save(): unknown {
    return { place: this.#place, stayed: this.#stayed, isOpen: this.#isOpen } satisfies Saved;
  }

  restore(saved: unknown): void {
    const { place, stayed, isOpen } = saved as Saved;
    this.#place = place;
    this.#stayed = stayed;
    this.#isOpen = isOpen;
  }
}

interface Saved {
  readonly place: number | undefined;
  readonly stayed: number;
  readonly isOpen: boolean;
}
