import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinHistory } from '../../data/scalar-line.ts';
import { elementsOf, ofOneTrain, pairsOf, withVector, type Vector } from './pairs.ts';

const scalars = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 80 }).map((trains) => trains.sort((a, b) => a - b));

it('has the trains that both have, the last of them', () => {
  fc.assert(fc.property(scalars, scalars, fc.integer({ min: 1, max: 50 }), (a, b, most) => {
    const points = (trains: readonly number[], by: number) => joinHistory(undefined, trains, trains.map((train) => train * by), 1, -Infinity, Infinity);
    const { trainId, x, y } = pairsOf(points(a, 2), points(b, 3), most);
    const both = a.filter((train) => b.includes(train)).slice(-most);
    expect([[...trainId], [...x], [...y]]).toEqual([both, both.map((train) => train * 2), both.map((train) => train * 3)]);
  }));
});

it('takes vectors of one train, the last that came of all', () => {
  const kept = (...trains: number[]) => trains.reduce<readonly Vector[]>((list, trainId, k) => withVector(list, { trainId, numbers: [k] }), []);
  const found = (...sources: (readonly Vector[])[]) => ofOneTrain(sources)?.map(({ trainId, numbers }) => [trainId, numbers[0]]);
  expect(found(kept(1, 2, 3), kept(1, 2))).toEqual([[2, 1], [2, 1]]);
  expect(found(kept(1), kept(2))).toBeUndefined();
  // A slider that went back to a train.
  expect(found(kept(1, 2, 3, 1), kept(1, 2, 3, 1))).toEqual([[1, 3], [1, 3]]);
  expect(found(kept(...Array.from({ length: 40 }, (_, k) => k)), kept(5))).toBeUndefined();
});

it('has of two vectors the elements of both', () => {
  const { trainId, x, y } = elementsOf([5, 6, 7], Float32Array.of(1, 2));
  expect([[...trainId], [...x], [...y]]).toEqual([[0, 1], [5, 6], [1, 2]]);
});
