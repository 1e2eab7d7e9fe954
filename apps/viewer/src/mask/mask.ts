import type { Extent } from '../image/turn.ts';

/** Pixels `[from, to)` of rows and columns. */
export interface Box {
  readonly r0: number;
  readonly c0: number;
  readonly r1: number;
  readonly c1: number;
}

interface Undo {
  readonly box: Box;
  readonly before: Uint8Array;
}

const MOST_UNDO_BYTES = 32e6;

/** Which pixels of a picture are left out: 1 is masked. What changes it can be undone. */
export class Mask implements Extent {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly data: Uint8Array;
  #undo: Undo[] = [];
  #redo: Undo[] = [];

  constructor(rows: number, columns: number, data = new Uint8Array(rows * columns)) {
    this.rows = rows;
    this.columns = columns;
    this.data = data;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }
  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  count(): number {
    let count = 0;
    for (const value of this.data) count += value;
    return count;
  }

  /** Lets `change` write into the pixels of a box, which is cut to the picture; gives back what was touched, undefined when nothing lies inside. */
  edit(box: Box, change: (data: Uint8Array, box: Box) => void): Box | undefined {
    const cut = { r0: Math.max(0, Math.floor(box.r0)), c0: Math.max(0, Math.floor(box.c0)), r1: Math.min(this.rows, Math.ceil(box.r1)), c1: Math.min(this.columns, Math.ceil(box.c1)) };
    if (cut.r0 >= cut.r1 || cut.c0 >= cut.c1) return undefined;
    this.#undo.push({ box: cut, before: this.#copy(cut) });
    this.#redo = [];
    let bytes = this.#undo.reduce((sum, { before }) => sum + before.length, 0);
    while (bytes > MOST_UNDO_BYTES && this.#undo.length > 1) bytes -= this.#undo.shift()!.before.length;
    change(this.data, cut);
    return cut;
  }

  undo(): Box | undefined {
    return this.#swap(this.#undo, this.#redo);
  }

  redo(): Box | undefined {
    return this.#swap(this.#redo, this.#undo);
  }

  get all(): Box {
    return { r0: 0, c0: 0, r1: this.rows, c1: this.columns };
  }

  #swap(from: Undo[], to: Undo[]): Box | undefined {
    const step = from.pop();
    if (!step) return undefined;
    to.push({ box: step.box, before: this.#copy(step.box) });
    const { r0, c0, r1, c1 } = step.box;
    const width = c1 - c0;
    for (let r = r0; r < r1; r++) this.data.set(step.before.subarray((r - r0) * width, (r - r0 + 1) * width), r * this.columns + c0);
    return step.box;
  }

  #copy({ r0, c0, r1, c1 }: Box): Uint8Array {
    const width = c1 - c0;
    const copy = new Uint8Array((r1 - r0) * width);
    for (let r = r0; r < r1; r++) copy.set(this.data.subarray(r * this.columns + c0, r * this.columns + c1), (r - r0) * width);
    return copy;
  }
}
