import type { TreeNode } from '@trainyard/core';
import { Fixed, type Space } from './file/column.ts';
import type { GroupNode } from './file/node.ts';
import { encodeState } from './state-codec.ts';

/** Writes a reducer's tree nodes: `level`, `index`, and the bytes of each state in `bytes` at `first`, `count` long. */
export function writeState(space: Space, parent: GroupNode, name: string, nodes: readonly TreeNode<unknown>[]): void {
  const states = nodes.map((node) => encodeState(node.state));
  const group = parent.group(name);
  const counts = states.map((state) => state.length);
  const firsts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
  const integers = (values: number[]): Fixed => new Fixed(space, 'uint64', [values.length], BigUint64Array.from(values, BigInt));
  group.members.set('level', integers(nodes.map((node) => node.level)));
  group.members.set('index', integers(nodes.map((node) => node.index)));
  group.members.set('first', integers(firsts));
  group.members.set('count', integers(counts));
  const bytes = Buffer.concat(states);
  group.members.set('bytes', new Fixed(space, 'uint8', [bytes.length], bytes));
}
