import { writeSync } from 'node:fs';

/** Bytes of one slot of a crash board: the train (float64), the length of the view's ID (uint32), the ID. */
export const SLOT_BYTES = 256;
const ID_AT = 12;

/** Where a thread writes: a file that stays when the process dies. */
export interface BoardPlace {
  readonly fd: number;
  readonly at: number;
}

/**
 * This thread's place on the crash board. A view says there that it runs before it does, so that after a native crash one knows which it was.
 * Costs less than 1 µs: one write into the page cache, nothing is allocated.
 */
export class BoardSlot {
  readonly #place: BoardPlace | undefined;
  readonly #records = new Map<string, Uint8Array>();
  readonly #nothing = new Uint8Array(ID_AT);

  /** Without a place nothing is written. */
  constructor(place: BoardPlace | undefined) {
    this.#place = place;
  }

  enter(view: string, trainId: number): void {
    if (!this.#place) return;
    let record = this.#records.get(view);
    if (!record) {
      const id = new TextEncoder().encode(view).subarray(0, SLOT_BYTES - ID_AT);
      record = new Uint8Array(ID_AT + id.length);
      new DataView(record.buffer).setUint32(8, id.length, true);
      record.set(id, ID_AT);
      this.#records.set(view, record);
    }
    this.#write(record, trainId);
  }

  /** No view runs. */
  leave(): void {
    if (this.#place) this.#write(this.#nothing, 0);
  }

  #write(record: Uint8Array, trainId: number): void {
    new DataView(record.buffer).setFloat64(0, trainId, true);
    try {
      writeSync(this.#place!.fd, record, 0, record.length, this.#place!.at);
    } catch {
      // A board that cannot be written (the disk is full) is no reason to stop.
    }
  }
}

/** What a slot says: the train, and the view that runs, if one does. */
export function readSlot(bytes: Uint8Array): { readonly trainId: number; readonly view: string } {
  const head = new DataView(bytes.buffer, bytes.byteOffset, ID_AT);
  const length = Math.min(head.getUint32(8, true), bytes.length - ID_AT);
  return { trainId: head.getFloat64(0, true), view: new TextDecoder().decode(bytes.subarray(ID_AT, ID_AT + length)) };
}
