const PAGE = 65536;
/** 4 GiB: what one WebAssembly memory can have. */
const MAX_PAGES = 65536;
const ALIGN = 64;

// Said here because the types of Node name the namespace only.
interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}
const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: new (options: { initial: number; maximum: number; shared: true }) => SharedMemory } }).WebAssembly;

/** A region of the shared memory that holds the arrays of one train. */
export interface Slot {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * The slots of one stream: regions of one shared `WebAssembly.Memory`, so that JavaScript and WebAssembly kernels read
 * them in place. Regions are used again; the memory grows to what the stream needs, up to its limit.
 */
export class SlotMemory {
  readonly memory: SharedMemory;
  /** The largest region that there can be. */
  readonly capacity: number;
  /** Free regions by offset, never touching each other. */
  #free: Slot[] = [{ offset: 0, bytes: PAGE }];
  #lent = new Map<number, Slot>();

  /** `limit` in bytes; 4 GiB is the most that there can be. */
  constructor(limit = Infinity) {
    const maximum = Math.min(MAX_PAGES, Math.max(1, Math.floor(limit / PAGE)));
    this.memory = new Memory({ initial: 1, maximum, shared: true });
    this.capacity = maximum * PAGE;
  }

  /** The buffer as it is now; taken anew after every `acquire`, which may have grown it. */
  get buffer(): SharedArrayBuffer {
    return this.memory.buffer;
  }

  get lent(): number {
    return this.#lent.size;
  }

  /** A region of at least so many bytes; undefined when the memory is full: the caller waits for a release. */
  acquire(bytes: number): Slot | undefined {
    const wanted = Math.max(ALIGN, Math.ceil(bytes / ALIGN) * ALIGN);
    let at = this.#bestFit(wanted);
    if (at < 0) {
      if (!this.#grow(wanted)) return undefined;
      at = this.#bestFit(wanted);
    }
    const region = this.#free[at]!;
    const slot = { offset: region.offset, bytes: wanted };
    if (region.bytes === wanted) this.#free.splice(at, 1);
    else this.#free[at] = { offset: region.offset + wanted, bytes: region.bytes - wanted };
    this.#lent.set(slot.offset, slot);
    return slot;
  }

  release(offset: number): void {
    const slot = this.#lent.get(offset);
    if (!slot) return;
    this.#lent.delete(offset);
    this.#free.push(slot);
    this.#free.sort((a, b) => a.offset - b.offset);
    const merged: { offset: number; bytes: number }[] = [];
    for (const region of this.#free) {
      const last = merged.at(-1);
      if (last && last.offset + last.bytes === region.offset) last.bytes += region.bytes;
      else merged.push({ ...region });
    }
    this.#free = merged;
  }

  #bestFit(bytes: number): number {
    let best = -1;
    for (const [i, region] of this.#free.entries()) {
      if (region.bytes >= bytes && (best < 0 || region.bytes < this.#free[best]!.bytes)) best = i;
    }
    return best;
  }

  #grow(bytes: number): boolean {
    const old = this.buffer.byteLength;
    const last = this.#free.at(-1);
    const tail = last && last.offset + last.bytes === old ? last.bytes : 0;
    const pages = Math.ceil((bytes - tail) / PAGE);
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    if (tail) this.#free[this.#free.length - 1] = { offset: last!.offset, bytes: tail + pages * PAGE };
    else this.#free.push({ offset: old, bytes: pages * PAGE });
    return true;
  }
}
