import type { Reducer } from './reducer.ts';

/** Train IDs of one block: ranges of a run are cut at multiples of it. */
export const BLOCK = 64;

/** The number of the block that holds a train. */
export function blockOf(trainId: number): number {
  return Math.floor(trainId / BLOCK);
}

/** The state of blocks [index * 2^level, (index + 1) * 2^level). */
export interface TreeNode<State> {
  readonly level: number;
  readonly index: number;
  readonly state: State;
}

/**
 * The one fixed binary tree over block numbers. Two neighbours merge when both are complete; what is missing counts
 * as nothing. The value depends only on the blocks, not on the order or the grouping in which they came.
 */
export class BlockTree<State> {
  readonly #merge: (a: State, b: State) => State;
  readonly #nodes = new Map<string, TreeNode<State>>();

  constructor(reducer: Pick<Reducer<unknown, State>, 'merge'>, nodes: Iterable<TreeNode<State>> = []) {
    this.#merge = (a, b) => reducer.merge(a, b);
    for (const node of nodes) this.add(node);
  }

  /**
   * Adds a block (level 0) or a node of another tree; merges upwards while its sibling is there. Trains of blocks that are there already, of a stream
   * that began anew or a file that was cut inside a block, are merged after those.
   */
  add(node: TreeNode<State>): void {
    let { level, index, state } = node;
    const [start, end] = [index * 2 ** level, (index + 1) * 2 ** level];
    const over = this.#within(start, end);
    if (over.length > 0) {
      // The larger of two that overlap holds the other; several are held by the new one.
      const whole = over.length === 1 && over[0]!.level >= level ? over[0]! : node;
      const merged = this.#merge(this.#fold(over), state);
      for (const other of over) this.#nodes.delete(`${other.level}/${other.index}`);
      ({ level, index } = whole);
      state = merged;
    }
    for (;;) {
      const odd = index % 2 === 1;
      const siblingKey = `${level}/${odd ? index - 1 : index + 1}`;
      const sibling = this.#nodes.get(siblingKey);
      if (!sibling) break;
      try {
        state = odd ? this.#merge(sibling.state, state) : this.#merge(state, sibling.state);
      } catch {
        // They stay apart, so that nothing is lost and any joining of ranges fails at the same place: `total` says why.
        break;
      }
      this.#nodes.delete(siblingKey);
      level += 1;
      index = Math.floor(index / 2);
    }
    this.#nodes.set(`${level}/${index}`, { level, index, state });
  }

  /**
   * Says that no block from `from` to `to` is to come any more: a node without a neighbour there stands for both from now on. So that also with
   * gaps the nodes are few, two per binary digit of the range; the value stays what it is.
   */
  settle(from: number, to: number): void {
    for (let moved = true; moved;) {
      moved = false;
      for (const { level, index, state } of this.nodes()) {
        const size = 2 ** level;
        const start = (index % 2 === 1 ? index - 1 : index + 1) * size;
        if (start < from || start + size - 1 > to || this.#within(start, start + size).length > 0) continue;
        this.#nodes.delete(`${level}/${index}`);
        this.add({ level: level + 1, index: Math.floor(index / 2), state });
        moved = true;
        break;
      }
    }
  }

  /** The nodes that have blocks of [start, end), in the order of their trains. */
  #within(start: number, end: number): TreeNode<State>[] {
    return this.nodes().filter(({ level, index }) => index * 2 ** level < end && (index + 1) * 2 ** level > start);
  }

  /** The nodes, in the order of their trains: what a part of a run keeps so that parts can be joined. */
  nodes(): TreeNode<State>[] {
    return [...this.#nodes.values()].sort(byStart);
  }

  /** The state over everything, with one more (unfinished) block; undefined when there is nothing. Throws what the reducer's `merge` throws. */
  total(last?: { readonly block: number; readonly state: State }): State | undefined {
    const nodes = this.nodes();
    // Before others when the stream began anew at an earlier train.
    if (last) nodes.push({ level: 0, index: last.block, state: last.state });
    nodes.sort(byStart);
    return nodes.length ? this.#fold(nodes) : undefined;
  }

  /** Folds nodes along the tree: the highest boundary that divides them is where the two halves merge last. */
  #fold(nodes: readonly TreeNode<State>[]): State {
    if (nodes.length === 1) return nodes[0]!.state;
    const firstBlock = nodes[0]!.index * 2 ** nodes[0]!.level;
    const end = nodes[nodes.length - 1]!;
    const lastBlock = (end.index + 1) * 2 ** end.level - 1;
    let size = 1;
    while (Math.floor(firstBlock / size) !== Math.floor(lastBlock / size)) size *= 2;
    const middle = Math.floor(firstBlock / size) * size + size / 2;
    const cut = nodes.findIndex((node) => node.index * 2 ** node.level >= middle);
    return this.#merge(this.#fold(nodes.slice(0, cut)), this.#fold(nodes.slice(cut)));
  }
}

function byStart(a: TreeNode<unknown>, b: TreeNode<unknown>): number {
  return a.index * 2 ** a.level - b.index * 2 ** b.level;
}
