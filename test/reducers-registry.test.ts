import { BlockTree, Labelled, NdArray, Sliding, blockOf, isReducer, view, type Reducer, type TreeNode } from '@trainyard/core';
import * as reducers from '@trainyard/core/reducers';
import { decodeState, encodeState } from '@trainyard/nexus';
import * as statistics from '@trainyard/statistics';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packReducerExamples, reducerExamples, type ReducerExample } from './support/reducer-examples.ts';

// Every reducer of core and of the packs: what the runtime, results files and batch parts rely on.
type Train = readonly [trainId: number, value: unknown];

/** Trains with gaps, from anywhere. */
function trainsOf(input: fc.Arbitrary<unknown>, maxLength = 150): fc.Arbitrary<Train[]> {
  const step = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 700 }) });
  return fc.tuple(fc.maxSafeNat().map((n) => n % 2 ** 50), fc.array(fc.tuple(step, input), { minLength: 1, maxLength })).map(([first, steps]) => {
    let id = first;
    return steps.map(([gap, value]) => [(id += gap), value] as const);
  });
}

/** The bits of anything: NaN and -0 are told apart from what looks like them. */
function bits(value: unknown): unknown {
  if (typeof value === 'number') return new BigUint64Array(Float64Array.of(value).buffer)[0];
  if (ArrayBuffer.isView(value)) return [value.constructor.name, ...Array.from(value as Float64Array, bits)];
  if (value instanceof NdArray) return [value.dtype, value.shape, Array.from(value.flatten().data as Float64Array, bits)];
  if (value instanceof Labelled) return { array: bits(value.array), labels: bits(value.labels) };
  if (Array.isArray(value)) return value.map(bits);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bits(item)]));
  return value;
}

/** All numbers of a result, in order. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, Number);
  if (value instanceof NdArray) return numbersOf(value.flatten().data);
  if (value instanceof Labelled) return [...numbersOf(value.array), ...numbersOf({ ...value.labels })];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(numbersOf);
  return [];
}

function blocksOf(reducer: Reducer, trains: readonly Train[]): TreeNode<unknown>[] {
  const blocks = new Map<number, unknown>();
  for (const [id, value] of trains) blocks.set(blockOf(id), reducer.add(blocks.get(blockOf(id)) ?? reducer.initial(), value, id));
  return Array.from(blocks, ([index, state]) => ({ level: 0, index, state }));
}

/** As one run folds its trains: block by block, knowing which are over. */
function treeOf(reducer: Reducer, trains: readonly Train[]): BlockTree<unknown> {
  const tree = new BlockTree<unknown>(reducer);
  const blocks = blocksOf(reducer, trains);
  for (const block of blocks) {
    tree.add(block);
    tree.settle(blocks[0]!.index, block.index);
  }
  return tree;
}

const stateOf = (reducer: Reducer, trains: readonly Train[]): unknown => trains.reduce<unknown>((state, [id, value]) => reducer.add(state, value, id), reducer.initial());

it('every reducer that core exports has an example here, and the statistics pack hands it on under the same name', () => {
  const exported = Object.entries(reducers).filter(([, made]) => typeof made === 'function').map(([name]) => name);
  expect(exported.sort()).toEqual(Object.keys(reducerExamples).sort());
  for (const name of exported) expect((statistics as Record<string, unknown>)[name]).toBe((reducers as Record<string, unknown>)[name]);
  expect(statistics.average).toBe(reducers.mean);
});

for (const [name, examples] of Object.entries({ ...reducerExamples, ...packReducerExamples }) as [string, readonly ReducerExample[]][]) {
  describe(name, () => {
    it('is named after its function, and makes a view', () => {
      for (const { reducer } of examples) {
        expect(isReducer(reducer)).toBe(true);
        expect(reducer.name).toMatch(new RegExp(`^${name}(\\(.+\\))?$`));
        expect(JSON.stringify(reducer.initial())).toBe(JSON.stringify(reducer.initial()));
        const made = view.reduce((reducer.takes ? Object.fromEntries(reducer.takes.map((input) => [input, 'karabo#A/B/C.x'])) : 'karabo#A/B/C.x') as string, reducer);
        expect(made.inputs.map((input) => input.name)).toEqual(reducer.takes ?? ['value']);
      }
    });

    for (const [i, { reducer, input, tolerance }] of examples.entries()) {
      const numRuns = Math.ceil(60 / examples.length);
      describe(`example ${i + 1}, ${reducer.name}`, () => {
        it('gives the same bits for any cut at blocks, however its parts are stored and joined', () => {
          fc.assert(fc.property(trainsOf(input), fc.array(fc.nat({ max: 149 }), { maxLength: 6 }), fc.infiniteStream(fc.nat()), (trains, cuts, order) => {
            const expected = bits(reducer.result(treeOf(reducer, trains).total()));
            const starts = [...new Set(cuts.map((at) => blockOf(trains[at % trains.length]![0])))];
            const parts = [...Map.groupBy(trains, ([id]) => starts.filter((start) => start <= blockOf(id)).length).values()];
            const nodes = parts.flatMap((part) => treeOf(reducer, part).nodes()).map((node) => ({ node: { ...node, state: decodeState(encodeState(node.state)) }, at: order.next().value! }));
            const joined = new BlockTree<unknown>(reducer, nodes.sort((a, b) => a.at - b.at).map(({ node }) => structuredClone(node)));
            expect(bits(reducer.result(joined.total()))).toEqual(expected);
            // The order in which blocks come does not matter either.
            expect(bits(reducer.result(new BlockTree<unknown>(reducer, blocksOf(reducer, trains).reverse()).total()))).toEqual(expected);
          }), { numRuns });
        });

        it('has states that merge without a change, show without one, and survive being stored', () => {
          fc.assert(fc.property(trainsOf(input, 40), fc.nat({ max: 40 }), (trains, at) => {
            const [a, b] = [stateOf(reducer, trains.slice(0, at % trains.length)), stateOf(reducer, trains.slice(at % trains.length))];
            const before = bits([a, b]);
            const merged: unknown = reducer.merge(a, b);
            const shown: unknown = reducer.result(merged);
            expect(bits([a, b])).toEqual(before);
            const whole = bits(merged);
            const said = bits(shown);
            // Whoever has the result may write to it: the labels' coordinates are the reducer's own.
            for (const written of arraysOf(shown)) (written as Float64Array).fill((written as Float64Array)[0]!);
            expect(bits(merged)).toEqual(whole);
            expect(bits([a, b])).toEqual(before);
            expect(bits(reducer.result(merged))).toEqual(said);
            for (const copy of [decodeState(encodeState(merged)), structuredClone(merged)]) {
              expect(bits(copy)).toEqual(whole);
              expect(bits(reducer.result(copy))).toEqual(said);
            }
          }), { numRuns });
        });

        it(`as a window is a fold of its own trains${tolerance === 0 ? ', to the bit' : ''}`, () => {
          fc.assert(fc.property(trainsOf(input, 60), fc.integer({ min: 1, max: 90 }), fc.nat({ max: 59 }), (trains, window, from) => {
            let sliding = new Sliding<unknown, unknown, unknown>(reducer, window);
            for (const [k, [id, value]] of trains.entries()) {
              sliding.add(id, value);
              if (k === from % trains.length) {
                const saved: unknown = structuredClone(sliding.save());
                sliding = new Sliding(reducer, window);
                sliding.restore(saved);
              }
              const got = sliding.resultAt(id);
              const expected: unknown = reducer.result(stateOf(reducer, trains.slice(0, k + 1).filter(([other]) => other > id - window)));
              if (tolerance === 0) expect(bits(got)).toEqual(bits(expected));
              else expectNear(numbersOf(got), numbersOf(expected), tolerance);
            }
          }), { numRuns });
        });

        if (reducer.takes) {
          it('counts what was complete and what was not', () => {
            fc.assert(fc.property(trainsOf(input, 30), (trains) => {
              const result: unknown = reducer.result(stateOf(reducer, trains));
              if (result === undefined) return;
              // A table with a row per bin has no room for them.
              if (!(result instanceof Labelled) && Object.values(result as Record<string, NdArray>).some((column) => column.size !== 1)) return;
              const counts = result instanceof Labelled ? result.labels.counts! : Object.fromEntries(Object.entries(result as Record<string, NdArray>).map(([key, column]) => [key, column.item() as number]));
              expect(Number.isInteger(counts['pairs']) && Number.isInteger(counts['incomplete'])).toBe(true);
              const lacking = trains.filter(([, given]) => Object.values(given as object).includes(undefined)).length;
              const empty = trains.filter(([, given]) => Object.values(given as object).some((side) => side instanceof NdArray && side.size === 0)).length;
              expect(counts['incomplete']).toBeGreaterThanOrEqual(lacking - empty);
              expect(counts['pairs']! + counts['incomplete']!).toBeGreaterThanOrEqual(trains.length - empty);
            }), { numRuns });
          });
        }
      });
    }
  });
}

/** The arrays of a result that hold its values. */
function arraysOf(value: unknown): unknown[] {
  if (value instanceof NdArray) return [value.data];
  if (value instanceof Labelled) return [value.array.data, ...(value.labels.errors ? [value.labels.errors.data] : [])];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysOf) : [];
}

function expectNear(got: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (const [i, a] of got.entries()) {
    const b = expected[i]!;
    if (Object.is(a, b) || a === b) continue;
    expect(Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b)), `${a} and ${b}`).toBeLessThanOrEqual(tolerance);
  }
}
