import type { Reduced } from './reduce-stage.ts';
import type { Train } from '../pool/train.ts';

type Said = Pick<Reduced, 'progress' | 'scans'>;

/** What the reduce worker said of trains besides outcomes, kept until each is through. */
export class SaidOfTrains {
  readonly #said = new Map<Train, Said>();

  add(train: Train, { progress, scans }: Said): void {
    const known = this.#said.get(train);
    this.#said.set(train, { progress: [...(known?.progress ?? []), ...(progress ?? [])], scans: [...(known?.scans ?? []), ...(scans ?? [])] });
  }

  take(train: Train): Said {
    const said = this.#said.get(train) ?? {};
    this.#said.delete(train);
    return said;
  }
}
