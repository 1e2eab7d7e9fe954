import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RAW } from '../worker/messages.ts';
import { crewOf, graphOf, trainOf } from '../crew/graphs.test.support.ts';
import { TrainOrder } from './train-order.ts';
import type { PoolResults, Train } from './train.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const crew = crewOf(graphOf(NAMES.map((name) => [name, ['X.y']])));
const results = (views: readonly string[]): PoolResults => ({ views: new Set(views), outcomes: {}, times: {}, logs: [] });

/** Of each train: in which of its shares each view is, and when each share comes. */
const trains = fc.array(fc.record({ shareOf: fc.array(fc.nat({ max: 2 }), { minLength: 5, maxLength: 5 }), at: fc.array(fc.nat({ max: 40 }), { minLength: 3, maxLength: 3 }) }), { minLength: 1, maxLength: 12 });

test('each view goes through the trains in order, and nothing waits for another view', () => {
  fc.assert(fc.property(trains, (script) => {
    const order = new TrainOrder();
    const gone: [view: string, seq: number][] = [];
    const held = new Set<{ train: Train; views: readonly string[] }>();
    order.onResults = (train, { views }) => {
      for (const view of views) gone.push([view, train.seq]);
      for (const one of held) if (one.train === train && views.has(one.views[0]!)) held.delete(one);
    };
    const shares = script.flatMap(({ shareOf, at }, seq) => {
      const train = trainOf(crew, seq);
      order.begin(train);
      const all = [...NAMES, RAW];
      return [0, 1, 2].map((share) => ({ train, at: at[share]!, views: all.filter((_, i) => shareOf[i] === share) })).filter(({ views }) => views.length);
    });
    for (const share of shares.sort((x, y) => x.at - y.at)) {
      held.add(share);
      order.push(share.train, results(share.views));
      // What is held back is so for one of its own views, of an earlier train.
      for (const { train, views } of held) {
        const earlier = views.some((view) => gone.filter(([name]) => name === view).length < train.seq);
        expect(earlier).toBe(true);
      }
    }
    for (const view of [...NAMES, RAW]) expect(gone.filter(([name]) => name === view).map(([, seq]) => seq)).toEqual(script.map((_, seq) => seq));
    expect([order.size, order.first]).toEqual([0, undefined]);
  }), { numRuns: 300 });
});

test('who hands on may bring the next results at once', () => {
  const order = new TrainOrder();
  const [first, second] = [trainOf(crew, 0), trainOf(crew, 1)];
  order.begin(first);
  order.begin(second);
  const seen: number[] = [];
  order.onResults = (train) => {
    seen.push(train.seq);
    if (train === first && seen.length === 1) order.push(first, results(['c', 'd', RAW]));
  };
  order.push(second, results([...NAMES, RAW]));
  expect(seen).toEqual([]);
  order.push(first, results(['a', 'b']));
  expect(seen).toEqual([0, 0, 1]);
});
