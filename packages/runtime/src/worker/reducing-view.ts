import { BlockTree, Sliding, blockOf, type Reducer, type TreeNode } from '@trainyard/core';

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
  add(trainId: number, value: unknown): void;
  /** The result at this train. */
  result(trainId: number): unknown;
  save(): unknown;
  restore(state: unknown): void;
}

/** A reducer over the last N train IDs. */
export class WindowMemory implements Memory {
  readonly #sliding: Sliding<unknown, unknown, unknown>;
  constructor(reducer: Reducer, window: number) {
    this.#sliding = new Sliding(reducer, window);
  }
  enter(): undefined {
    return undefined;
  }
  add(trainId: number, value: unknown): void {
    this.#sliding.add(trainId, value);
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
  readonly nodes: readonly TreeNode<unknown>[];
  readonly open: { block: number; state: unknown; lastTrainId: number } | undefined;
}

/** A reducer over all trains: blocks of 64 train IDs, joined in the one fixed tree. */
export class CumulativeMemory implements Memory {
  readonly #reducer: Reducer;
  #tree: BlockTree<unknown>;
  #open: { block: number; state: unknown; lastTrainId: number } | undefined;

  constructor(reducer: Reducer) {
    this.#reducer = reducer;
    this.#tree = new BlockTree(reducer);
  }

  enter(trainId: number): FinishedBlock | undefined {
    return this.#open && this.#open.block !== blockOf(trainId) ? this.close() : undefined;
  }

  add(trainId: number, value: unknown): void {
    const block = blockOf(trainId);
    const state: unknown = this.#reducer.add(this.#open?.state ?? this.#reducer.initial(), value, trainId);
    this.#open = { block, state, lastTrainId: trainId };
  }

  result(): unknown {
    const state = this.#tree.total(this.#open);
    return state === undefined ? undefined : this.#reducer.result(state);
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
    this.#tree.add({ level: 0, index: block, state });
    this.#open = undefined;
    return { block, lastTrainId, value };
  }

  nodes(): TreeNode<unknown>[] {
    return this.#tree.nodes();
  }

  save(): Saved {
    return { nodes: this.#tree.nodes(), open: this.#open };
  }

  restore(state: unknown): void {
    const { nodes, open } = state as Saved;
    this.#tree = new BlockTree(this.#reducer, nodes);
    this.#open = open;
  }
}
