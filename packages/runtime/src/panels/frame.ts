import { Lent } from '../engine/lent.ts';

/** A rendition of one value, encoded once for all who want it. Its bytes may be used again when everyone has let go. */
export class Frame extends Lent {
  /** Of the train: ascending also when train IDs begin anew. */
  readonly seq: number;
  /** When the train happened, in milliseconds since 1970. */
  readonly at: number | undefined;
  readonly bytes: Uint8Array;
  /** Who has taken it, of those who want it. */
  takers = 0;

  constructor(seq: number, at: number | undefined, bytes: Uint8Array, release: () => void = () => undefined) {
    super(release);
    this.seq = seq;
    this.at = at;
    this.bytes = bytes;
  }
}
