import { expect, test } from 'vitest';
import { Constant, labelled, ndarray, type NdArray } from '@trainyard/core';
import { InputGuard } from './input-guard.ts';
import type { LinkedInput, LinkedView } from './link.ts';
import type { LoadedGeneration } from './load-generation.ts';
import { copyOf, sameArrays, sample } from './sample.ts';
import { ViewWarnings, type ViewWarning } from './view-warnings.ts';

const image = (fill: number): NdArray<2> => ndarray(new Float32Array(300 * 200).fill(fill), [300, 200]);
const viewOf = (id: string): LinkedView => ({ id, group: { name: id.split('/')[0] } }) as unknown as LinkedView;
const inputOf = (key: string, more: object = {}): LinkedInput => ({ name: 'camera', key, optional: false, ...more }) as LinkedInput;
const [A, B, C] = [viewOf('views/a'), viewOf('views/b'), viewOf('views/c')];
const said: ViewWarning[] = [];
const guardOf = (): InputGuard => new InputGuard({ graph: { views: [A, B, C] } } as unknown as LoadedGeneration, new ViewWarnings((warning) => said.push(warning)));

test.each([
  ['a whole array', image(1), (v: unknown) => (v as NdArray).data],
  ['a transposed array', image(1).transpose(), (v: unknown) => (v as NdArray).data],
  ['an array with labels', labelled(image(1), { unit: 'ADU' }), (v: unknown) => (v as { array: NdArray }).array.data],
  ['series with labels', labelled({ a: image(1).ravel() }, { unit: 'ADU' }), (v: unknown) => (v as { array: { a: NdArray } }).array.a.data],
  ['a column of a table', { x: ndarray(new Float64Array(50), [50]), names: ['a'] }, (v: unknown) => (v as { x: NdArray }).x.data],
  ['booleans', ndarray(new Uint8Array(77), [7, 11], { dtype: 'bool' }), (v: unknown) => (v as NdArray).data],
])('a write to %s is seen, and a copy is not touched by it', (_, value, dataOf) => {
  const copy = copyOf(value);
  expect([sample(value, 3), sameArrays(value, copy)]).toEqual([sample(copy, 3), true]);
  const before = sample(value, 3);
  (dataOf(value) as unknown as Float32Array).fill(7);
  expect([sample(value, 3) === before, sample(copy, 3) === before, sameArrays(value, copy)]).toEqual([false, true, false]);
});

test('one element is found in time: other positions on every train', () => {
  const value = image(1);
  const before = Array.from({ length: 3000 }, (_, turn) => sample(value, turn));
  (value.data as unknown as Float32Array)[12_345] = 2;
  expect(before.filter((hash, turn) => sample(value, turn) !== hash).length).toBeGreaterThan(1);
});

test('who writes loses the train with the others that took it, then has copies alone; the others share again', () => {
  const guard = guardOf();
  const shared = image(1);
  const train = (id: number): { got: NdArray[]; failed: readonly string[] } => {
    guard.beginTrain(id);
    const got = [A, B, C].map((view) => {
      const value = guard.give(view, inputOf('cam'), shared) as NdArray;
      if (view === B) (value.data as unknown as Float32Array).fill(0);
      guard.returned(view);
      return value;
    });
    return { got, failed: guard.endTrain().flatMap(({ views }) => views) };
  };
  expect(train(1)).toEqual({ got: [shared, shared, shared], failed: ['views/a', 'views/b', 'views/c'] });
  (shared.data as unknown as Float32Array).fill(1);
  const second = train(2);
  // The third comes after it is known who it was.
  expect([second.failed, second.got.map((value) => value === shared), shared.max()]).toEqual([[], [false, false, true], 1]);
  expect(said.at(-1)).toMatchObject({ view: 'views/b', kind: 'writes', message: expect.stringMatching(/writes to its input camera.*camera\.copy\(\)/) });
  const third = train(3);
  expect([third.failed, third.got.map((value) => value === shared), shared.max()]).toEqual([[], [true, false, true], 1]);
});

test('suspects that behave share again; a value taken stale is another memory', () => {
  const guard = guardOf();
  const [shared, earlier] = [image(1), image(2)];
  guard.beginTrain(1);
  for (const view of [A, B]) guard.give(view, inputOf('cam'), shared);
  guard.give(C, inputOf('cam', { stale: 5 }), earlier);
  (shared.data as unknown as Float32Array).fill(0);
  expect(guard.endTrain().flatMap(({ views }) => views)).toEqual(['views/a', 'views/b']);
  let copies = 0;
  for (let id = 2; id < 100; id++) {
    guard.beginTrain(id);
    for (const view of [A, B]) {
      if (guard.give(view, inputOf('cam'), shared) !== shared) copies += 1;
      guard.returned(view);
    }
    expect(guard.endTrain()).toEqual([]);
  }
  expect(copies).toBe(100);
});

test('a constant that a view writes to is put back, and then it is known who did it', () => {
  const guard = guardOf();
  const constant = new Constant<NdArray>('dark');
  guard.keep('views.dark', constant, () => image(5));
  const train = (id: number): readonly string[] => {
    guard.beginTrain(id);
    for (const view of [A, B, C]) {
      if (view === B) (constant.value!.data as unknown as Float32Array).fill(0);
      guard.returned(view);
    }
    return guard.endTrain().flatMap(({ views }) => views);
  };
  expect([train(1), constant.value!.max()]).toEqual([['views/a', 'views/b', 'views/c'], 5]);
  said.length = 0;
  expect([train(2), constant.value!.max(), said.map(({ view }) => view)]).toEqual([[], 5, ['views/b']]);
});
