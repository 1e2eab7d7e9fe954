/** A buffer of results, lent to whoever reads them until it is released by its number. */
export interface ResultBuffer {
  readonly id: number;
  readonly memory: SharedArrayBuffer;
}

/** A buffer that is so many times as large as what was lately asked for is given up: one large train is no reason to keep it for ever. */
const TOO_LARGE = 8;
const ALWAYS_KEPT_BYTES = 2 ** 20;

/** The result buffers of one worker: reused, so that nothing big is allocated per train. */
export class BufferRing {
  readonly #free: ResultBuffer[] = [];
  readonly #lent = new Map<number, ResultBuffer>();
  #next = 1;
  /** What is asked for: the most of late, forgotten little by little. */
  #asked = 0;

  /** A buffer of at least so many bytes: the smallest free one that fits, or a new one with room to grow. */
  acquire(bytes: number): ResultBuffer {
    this.#asked = Math.max(bytes, 0.97 * this.#asked);
    let best = -1;
    for (const [i, { memory }] of this.#free.entries()) {
      if (memory.byteLength >= bytes && (best < 0 || memory.byteLength < this.#free[best]!.memory.byteLength)) best = i;
    }
    let buffer: ResultBuffer;
    if (best >= 0) buffer = this.#free.splice(best, 1)[0]!;
    else {
      // A free one that is too small is given up, so that the ring does not keep one of every size.
      this.#free.shift();
      buffer = { id: this.#next++, memory: new SharedArrayBuffer(Math.max(4096, Math.ceil(bytes * 1.25))) };
    }
    this.#lent.set(buffer.id, buffer);
    return buffer;
  }

  release(id: number): void {
    const buffer = this.#lent.get(id);
    if (!buffer) return;
    this.#lent.delete(id);
    if (buffer.memory.byteLength <= Math.max(ALWAYS_KEPT_BYTES, TOO_LARGE * this.#asked)) this.#free.push(buffer);
  }
}
