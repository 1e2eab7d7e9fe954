import type { LineUp } from '../crew/line-up.ts';
import type { ReduceStage } from '../reduce/reduce-stage.ts';
import type { Delivery } from './delivery.ts';

/** Where one part of the results ends and the next begins: another file, or train IDs that begin anew. */
export class Parts {
  readonly #delivery: Delivery;
  readonly #reduce: ReduceStage;
  readonly #lineUp: LineUp;
  #seq = 0;

  constructor(delivery: Delivery, reduce: ReduceStage, lineUp: LineUp) {
    this.#delivery = delivery;
    this.#reduce = reduce;
    this.#lineUp = lineUp;
  }

  /** The train with this number is the first of another part: what reducers have of the trains before it is asked for. */
  begin(seq: number): void {
    if (this.#seq === seq) return;
    this.#seq = seq;
    this.#delivery.part(seq);
    this.#reduce.memory.beginPart(seq);
    if (this.#lineUp.current?.descriptor.reduces) this.#reduce.tell(seq, { type: 'finish', before: seq });
  }
}
