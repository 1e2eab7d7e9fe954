/** A buffer of results, lent to whoever reads them until it is released by its number. */
export interface ResultBuffer {
  readonly id: number;
  readonly memory: SharedArrayBuffer;
}

/** The result buffers of one worker: reused, so that nothing big is allocated per train. */
export class BufferRing {
  readonly #free: ResultBuffer[] = [];
  readonly #lent = new Map<number, ResultBuffer>();
  #next = 1;

  /** A buffer of at least so many bytes: the smallest free one that fits, or a new one with room to grow. */
  acquire(bytes: number): ResultBuffer {
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
    this.#free.push(buffer);
  }
}
