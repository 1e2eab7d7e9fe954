import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NdArray, ndarray } from '@trainyard/nd';
import { BLOCK, BlockTree, blockOf, type TreeNode } from './block-tree.ts';
import { histogram } from './reducers/histogram.ts';
import { mean } from './reducers/mean.ts';
import type { Reducer } from './reducer.ts';
import { Sliding } from './sliding.ts';

type Train = readonly [trainId: number, value: number];

/** Trains with gaps, from anywhere below 2^52, values of every size, with NaN. */
const trains: fc.Arbitrary<Train[]> = fc
  .tuple(fc.maxSafeNat().map((n) => n % 2 ** 52), fc.array(fc.tuple(fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 700 }) }), fc.oneof(fc.double(), fc.double({ min: -1, max: 1, noNaN: true }))), { minLength: 1, maxLength: 250 }))
  .map(([first, steps]) => {
    let id = first;
    return steps.map(([step, value]) => [(id += step), value] as const);
  });

/** The bits of anything: NaN and -0 are told apart from what looks like them. */
function bits(value: unknown): unknown {
  if (typeof value === 'number') return new BigUint64Array(Float64Array.of(value).buffer)[0];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, bits);
  if (value instanceof NdArray) return [value.shape, Array.from(value.flatten().data as Float64Array, bits)];
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bits(item)]));
  return value;
}

function fold<S>(reducer: Reducer<number, S>, of: readonly Train[]): TreeNode<S>[] {
  const blocks = new Map<number, S>();
  for (const [id, value] of of) blocks.set(blockOf(id), reducer.add(blocks.get(blockOf(id)) ?? reducer.initial(), value, id));
  return Array.from(blocks, ([index, state]) => ({ level: 0, index, state }));
}

function total<S>(reducer: Reducer<number, S>, nodes: readonly TreeNode<S>[]): unknown {
  return bits(new BlockTree(reducer, nodes).total());
}

/** Not associative at all: shows any other grouping than the tree's. */
const shape: Reducer<number, string, string> = { '~reducer': true, name: 'shape', kind: 'text', initial: () => '', add: (s, _, id) => `${s},${id}`, merge: (a, b) => `(${a}${b})`, result: (s) => s };
const reducers: [string, Reducer][] = [['mean', mean()], ['histogram', histogram({ bins: 7, range: [-1, 1] })], ['one that is not associative', shape]];

describe.each(reducers)('the tree of %s', (_, reducer) => {
  test('gives the same bits in any order of the blocks', () => {
    fc.assert(fc.property(trains.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(fold(reducer, all), { minLength: new Set(all.map(([id]) => blockOf(id))).size }))), ([all, nodes]) => {
      expect(total(reducer, nodes)).toEqual(total(reducer, fold(reducer, all)));
    }), { numRuns: 60 });
  });

  test('gives the same bits for any cut at multiples of 64, however its parts are joined', () => {
    fc.assert(fc.property(trains, fc.array(fc.nat({ max: 249 }), { maxLength: 6 }), fc.boolean(), (all, cuts, backwards) => {
      const starts = [...new Set(cuts.map((i) => blockOf(all[i % all.length]![0])))].sort((a, b) => a - b);
      const parts = Map.groupBy(all, ([id]) => starts.filter((start) => start <= blockOf(id)).length);
      const trees = [...parts.values()].map((part) => new BlockTree(reducer, fold(reducer, part)).nodes());
      const nodes = backwards ? trees.reverse().flat() : trees.flat();
      expect(total(reducer, structuredClone(nodes))).toEqual(total(reducer, fold(reducer, all)));
    }), { numRuns: 60 });
  });

  test('the running total is that of the trains so far, and keeps few nodes', () => {
    fc.assert(fc.property(trains, (all) => {
      const tree = new BlockTree<unknown>(reducer);
      const blocks = fold<unknown>(reducer, all);
      for (const [i, { index, state }] of blocks.entries()) {
        expect(bits(tree.total({ block: index, state }))).toEqual(total(reducer, blocks.slice(0, i + 1)));
        tree.add({ level: 0, index, state });
      }
      // Without gaps as many as a binary number has digits; a gap starts at most as many anew.
      expect(tree.nodes().length).toBeLessThanOrEqual(blocks.length);
    }), { numRuns: 40 });
  });
});

describe('a tree that is told which blocks are over', () => {
  /** In order, as one range: after each block all before it is known. */
  const settled = (blocks: readonly TreeNode<unknown>[], reducer: Reducer): BlockTree<unknown> => {
    const tree = new BlockTree<unknown>(reducer);
    for (const node of blocks) {
      tree.add(node);
      tree.settle(blocks[0]!.index, node.index);
    }
    return tree;
  };
  const sparse = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 120 }).chain((steps) => fc.nat({ max: 2 ** 45 }).map((from) => steps.map((step) => (from += step))));

  test('has the same bits, also joined with others, and few nodes whatever the gaps', () => {
    fc.assert(fc.property(sparse, fc.nat({ max: 119 }), (indices, at) => {
      const blocks = indices.map((index) => ({ level: 0, index, state: `,${index}` as unknown }));
      const expected = new BlockTree<unknown>(shape, blocks).total();
      const whole = settled(blocks, shape);
      expect(whole.total()).toBe(expected);
      expect(whole.nodes().length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(indices.at(-1)! - indices[0]! + 2)));
      const cut = at % blocks.length;
      const parts = [blocks.slice(cut), blocks.slice(0, cut)].filter((part) => part.length > 0);
      expect(new BlockTree<unknown>(shape, parts.flatMap((part) => settled(part, shape).nodes())).total()).toBe(expected);
    }), { numRuns: 200 });
  });

  test('keeps one node per binary digit of a week in which every eighth block had a train', () => {
    const blocks = Array.from({ length: 10_000 }, (_, i) => ({ level: 0, index: 8 * i, state: '' }));
    expect(settled(blocks, shape).nodes().length).toBeLessThanOrEqual(18);
  });

  test('does not put what cannot be merged under one node', () => {
    const tree = new BlockTree(mean());
    for (const [index, length] of [[0, 1], [1, 2], [3, 2]] as const) {
      tree.add({ level: 0, index, state: { count: 1, last: index, shape: [length], columns: [new Float64Array(length)] } });
      tree.settle(0, index);
    }
    expect(tree.nodes().map(({ level, index }) => [level, index])).toEqual([[0, 0], [0, 1], [1, 1]]);
    expect(() => tree.total()).toThrow(expect.objectContaining({ code: 'REDUCER_SHAPE' }));
  });
});

test('a stream that began anew at an earlier train is counted in, wherever its blocks lie', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 3 })), { minLength: 1, maxLength: 30 }), fc.nat({ max: 40 }), (added, open) => {
    const tree = new BlockTree<string>(shape);
    for (const [i, [index, level]] of added.entries()) tree.add({ level, index, state: `,${i}` });
    const within = [...tree.total({ block: open, state: ',last' })!.matchAll(/\w+/g)].map(([one]) => one);
    expect(within.sort()).toEqual([...added.keys()].map(String).concat('last').sort());
    const spans = tree.nodes().map(({ level, index }) => [index * 2 ** level, (index + 1) * 2 ** level]);
    spans.forEach(([start], i) => i > 0 && expect(start).toBeGreaterThanOrEqual(spans[i - 1]![1]!));
  }));
});

test('blocks without a gap become one node per binary digit', () => {
  const tree = new BlockTree<string>(shape);
  for (let index = 0; index < 1000; index++) tree.add({ level: 0, index, state: '' });
  expect(tree.nodes().map((node) => 2 ** node.level)).toEqual([512, 256, 128, 64, 32, 8]);
});

test('the empty tree has no total, and blocks hold 64 train IDs each', () => {
  expect(new BlockTree<string>(shape).total()).toBeUndefined();
  expect([0, 63, 64, 2 ** 52, 2 ** 52 + 63, 2 ** 52 + 64].map(blockOf)).toEqual([0, 0, 1, 2 ** 46, 2 ** 46, 2 ** 46 + 1]);
  expect(BLOCK).toBe(64);
});

test('blocks that cannot be merged are all kept, and the total says why there is none', () => {
  const tree = new BlockTree(mean());
  const shapes = [[1], [1], [2], [2], [1]];
  for (const [index, shape] of shapes.entries()) tree.add({ level: 0, index, state: { count: 1, last: index * BLOCK, shape, columns: [new Float64Array(shape[0]!)] } });
  expect(tree.nodes().map(({ level, index }) => [level, index])).toEqual([[1, 0], [1, 1], [0, 4]]);
  expect(() => tree.total()).toThrow(expect.objectContaining({ code: 'REDUCER_SHAPE' }));
});

test('trains of a block that come again after a restart of the stream are counted, too', () => {
  const tree = new BlockTree(mean());
  const one = { count: 1, last: 260, shape: [], columns: [Float64Array.of(3)] };
  tree.add({ level: 0, index: 4, state: one });
  tree.add({ level: 0, index: 4, state: one });
  expect(tree.total()).toEqual({ count: 2, last: 260, shape: [], columns: [Float64Array.of(6)] });
});

describe('a sliding window', () => {
  const N = fc.integer({ min: 1, max: 150 });

  test.each(reducers)('of %s is a function of its own trains alone', (_, reducer) => {
    fc.assert(fc.property(trains, N, (all, window) => {
      const sliding = new Sliding<number, unknown, unknown>(reducer, window);
      for (const [i, [id, value]] of all.entries()) {
        sliding.add(id, value);
        if (i % 7 !== 0) continue;
        const fresh = new Sliding<number, unknown, unknown>(reducer, window);
        for (const [before, other] of all.slice(0, i + 1)) if (before > id - window) fresh.add(before, other);
        expect(bits(sliding.resultAt(id))).toEqual(bits(fresh.resultAt(id)));
      }
    }), { numRuns: 25 });
  });

  test('holds exactly the trains of the last N train IDs, in order', () => {
    fc.assert(fc.property(trains, N, (all, window) => {
      const sliding = new Sliding<number, string, string>(shape, window);
      for (const [i, [id, value]] of all.entries()) {
        sliding.add(id, value);
        const expected = all.slice(0, i + 1).filter(([other]) => other > id - window).map(([other]) => String(other));
        expect(sliding.resultAt(id)!.match(/\d+/g)).toEqual(expected);
      }
    }), { numRuns: 25 });
  });

  test('goes on after save and restore as if nothing had been, also through a structured clone', () => {
    fc.assert(fc.property(trains, N, fc.nat({ max: 249 }), (all, window, at) => {
      const through = new Sliding<number, unknown, unknown>(mean(), window);
      let cut = new Sliding<number, unknown, unknown>(mean(), window);
      for (const [i, [id, value]] of all.entries()) {
        through.add(id, value);
        cut.add(id, value);
        if (i === at % all.length) {
          const saved: unknown = structuredClone(cut.save());
          cut = new Sliding(mean(), window);
          cut.restore(saved);
        }
        expect(bits(cut.resultAt(id))).toEqual(bits(through.resultAt(id)));
      }
    }), { numRuns: 40 });
  });

  test('of no train is undefined; trains without a value leave it', () => {
    const sliding = new Sliding<number, string, string>(shape, 3);
    expect(sliding.resultAt(10)).toBeUndefined();
    sliding.add(10, 1);
    expect([11, 12, 13].map((id) => sliding.resultAt(id))).toEqual([',10', ',10', undefined]);
    expect(sliding.resultAt(1000)).toBeUndefined();
  });

  test('values that do not go together fail the windows that hold both, and no other', () => {
    const same = { ...shape, merge: (a: string, b: string) => {
      if (a[1] !== b[1]) throw new Error('another shape');
      return a + b;
    } };
    // `,1...` and `,2...`: trains 100 to 199 and 200 on.
    const sliding = new Sliding<number, string, string>(same, 20);
    const failed: number[] = [];
    for (let id = 150; id < 260; id++) {
      sliding.add(id, 1);
      try {
        sliding.resultAt(id);
      } catch {
        failed.push(id);
      }
    }
    expect(failed).toEqual(Array.from({ length: 19 }, (_, i) => 200 + i));
  });

  test('holds at most two states for each train ID of the window, and one more', () => {
    const sliding = new Sliding<number, string, string>(shape, 50);
    for (let id = 0; id < 1000; id++) {
      sliding.add(id, 1);
      sliding.resultAt(id);
      const { current, before } = sliding.save() as { current: unknown[]; before: unknown[] };
      expect(current.length + before.length).toBeLessThanOrEqual(100);
    }
  });
});

test('a block of images adds up per pixel whatever its layout', () => {
  const reducer = mean();
  const image = ndarray(Uint16Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  let state = reducer.add(reducer.initial(), image, 1);
  state = reducer.add(state, image.T.T, 2);
  expect((reducer.result(state) as NdArray).toNested()).toEqual([[1, 2, 3], [4, 5, 6]]);
  expect(() => reducer.add(state, image.T, 3)).toThrow(/^A mean over trains needs one shape; so far it was \(2, 3\), this train has \(3, 2\)/);
  expect(reducer.result(reducer.initial())).toBeUndefined();
});
