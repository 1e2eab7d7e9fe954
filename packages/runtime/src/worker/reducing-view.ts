import { BlockTree, Sliding, blockOf, type Labels, type Reducer, type TreeNode } from '@trainyard/core';
import { carryLabels, type Folding } from './carry-labels.ts';

/** A finished block of a cumulative reducer. */
export interface FinishedBlock {
  readonly block: number;
  readonly lastTrainId: number;
  /** Undefined when the reducer has none for it. */
  readonly value: unknown;
}

/** What remembers trains for one view. */
export interface Memory {
  /** Before a train is folded in; gives back a block that ended before it. */
  enter(trainId: number): FinishedBlock | undefined;
  /** Folds a train in; `labels` are those that the value came with. */
  add(trainId: number, value: unknown, labels?: Labels): void;
  /** The train that was folded in last comes once more: takes it out if that can be done; gives back whether it is to be folded in (again). */
  takeBack(trainId: number): boolean;
  /** The result at this train. */
  result(trainId: number): unknown;
  save(): unknown;
  restore(state: unknown): void;
}

/** A reducer over the last N train IDs. */
export class WindowMemory implements Memory {
  readonly #sliding: Sliding<Folding, unknown, unknown>;
  constructor(reducer: Reducer, window: number) {
    this.#sliding = new Sliding(carryLabels(reducer), window);
  }
  enter(): undefined {
    return undefined;
  }
  add(trainId: number, value: unknown, labels?: Labels): void {
    this.#sliding.add(trainId, { value, labels });
  }
  takeBack(trainId: number): boolean {
    return this.#sliding.takeBack(trainId);
  }
  result(trainId: number): unknown {
    return this.#sliding.resultAt(trainId);
  }
  save(): unknown {
    return this.#sliding.save();
  }
  restore(state: unknown): void {
    this.#sliding.restore(state);
  }
}

interface Saved {
  /** Of the parts before this one. */
  readonly before: readonly TreeNode<unknown>[];
  readonly nodes: readonly TreeNode<unknown>[];
  readonly open: { block: number; state: unknown; lastTrainId: number } | undefined;
  readonly closed: Closed | undefined;
  readonly from: number | undefined;
}

/** The blocks from the first to the last that ended: those between them that are not there were empty. */
interface Closed {
  readonly from: number;
  readonly to: number;
}

/**
 * A reducer over all trains: blocks of 64 train IDs, joined in the one fixed tree. What goes to one results file is a part: it has a tree of its
 * own, so that a file says what its own trains give; the result that is shown, and that views take, is over all parts.
 */
export class CumulativeMemory implements Memory {
  readonly #reducer: Reducer;
  #before: BlockTree<unknown>;
  #tree: BlockTree<unknown>;
  #open: { block: number; state: unknown; lastTrainId: number } | undefined;
  /** Of this part. */
  #closed: Closed | undefined;
  /** The first block of all parts. */
  #from: number | undefined;

  constructor(reducer: Reducer) {
    this.#reducer = carryLabels(reducer);
    this.#before = new BlockTree(this.#reducer);
    this.#tree = new BlockTree(this.#reducer);
  }

  enter(trainId: number): FinishedBlock | undefined {
    return this.#open && this.#open.block !== blockOf(trainId) ? this.close() : undefined;
  }

  add(trainId: number, value: unknown, labels?: Labels): void {
    const block = blockOf(trainId);
    const state: unknown = this.#reducer.add(this.#open?.state ?? this.#reducer.initial(), { value, labels }, trainId);
    this.#open = { block, state, lastTrainId: trainId };
  }

  /** What is summed up stays: a train counts once, as it was at first. */
  takeBack(trainId: number): boolean {
    return this.#open?.lastTrainId !== trainId;
  }

  result(): unknown {
    const before = this.#before.nodes();
    const tree = before.length ? new BlockTree(this.#reducer, [...before, ...this.#tree.nodes()]) : this.#tree;
    return this.#resultOf(tree.total(this.#open));
  }

  /** Ends the open block: its value, and its state into the tree. */
  close(): FinishedBlock | undefined {
    if (!this.#open) return undefined;
    const { block, state, lastTrainId } = this.#open;
    let value: unknown;
    try {
      value = this.#reducer.result(state);
    } catch {
      // The result over all blocks says why.
    }
    this.#open = undefined;
    this.#tree.add({ level: 0, index: block, state });
    // A block that is not later than the last: the stream began anew.
    const goesOn = this.#closed && this.#closed.to < block;
    this.#closed = { from: goesOn ? this.#closed!.from : block, to: block };
    if (!goesOn) this.#from = this.#from !== undefined && this.#from < block ? this.#from : block;
    this.#tree.settle(this.#closed.from, this.#closed.to);
    return { block, lastTrainId, value };
  }

  /** The result over this part; its open block is to be closed before. */
  partResult(): unknown {
    return this.#resultOf(this.#tree.total());
  }

  /** The nodes of this part. */
  nodes(): TreeNode<unknown>[] {
    return this.#tree.nodes();
  }

  /** The next train belongs to another part. */
  beginPart(): void {
    this.close();
    for (const node of this.#tree.nodes()) this.#before.add(node);
    if (this.#closed) this.#before.settle(this.#from!, this.#closed.to);
    this.#tree = new BlockTree(this.#reducer);
    this.#closed = undefined;
  }

  save(): Saved {
    return { before: this.#before.nodes(), nodes: this.#tree.nodes(), open: this.#open, closed: this.#closed, from: this.#from };
  }

  restore(state: unknown): void {
    const { before, nodes, open, closed, from } = state as Saved;
    this.#before = new BlockTree(this.#reducer, before);
    this.#tree = new BlockTree(this.#reducer, nodes);
    this.#open = open;
    this.#closed = closed;
    this.#from = from;
  }

  #resultOf(state: unknown): unknown {
    return state === undefined ? undefined : this.#reducer.result(state);
  }
}

/** The result of a reducer over all trains from the tree nodes of parts; undefined of none. Throws what its `merge` throws. */
export function resultOfNodes(reducer: Reducer, nodes: readonly TreeNode<unknown>[]): unknown {
  const carrying = carryLabels(reducer);
  const state = new BlockTree(carrying, nodes).total() as unknown;
  return state === undefined ? undefined : carrying.result(state);
}
