import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ToWorker } from '../worker/messages.ts';
import { crewOf, graphOf, trainOf } from '../crew/graphs.test.support.ts';
import { StrandQueue } from './strand-queue.ts';
import { TrainOrder } from '../pool/train-order.ts';

/** Two strands that take one view each, one that takes both, and one of raw data. */
const graphs = [1, 2].map((number) => graphOf([['a', ['X.y']], ['b', ['X.y']], ['ra', ['a'], 'reduce'], ['rb', ['b'], 'reduce'], ['rc', ['a', 'b'], 'reduce'], ['raw', ['X.y'], 'reduce']], [], number));
const crews = graphs.map(crewOf);

const script = fc.record({
  /** When a, b and what is raw come, of each train. */
  trains: fc.array(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 }), fc.nat({ max: 30 })), { minLength: 1, maxLength: 10 }),
  /** Trains from which the second generation, and each change, holds. */
  second: fc.nat({ max: 12 }),
  changes: fc.array(fc.nat({ max: 10 }), { maxLength: 3 }),
});

test('each strand goes through the trains in order; a change and a generation hold from the same train on for all', () => {
  fc.assert(fc.property(script, ({ trains, second, changes }) => {
    const queue = new StrandQueue();
    const order = new TrainOrder();
    order.onResults = (train) => queue.add(train);
    const said: { seq: number; strands: string[]; changes: number; number: number }[] = [];
    let known = 0;
    let number = 0;
    const drain = (): void => {
      while (queue.crew) {
        if (queue.crew.descriptor.number !== number) {
          if (queue.holdsBefore(queue.crew)) return;
          number = queue.crew.descriptor.number;
        }
        const next = queue.next(queue.crew);
        if (!next) return;
        known += next.before.length;
        said.push({ seq: next.work.train.seq, strands: next.work.strands.map(({ ids }) => [...ids][0]!), changes: known, number });
      }
    };
    for (const seq of [...changes].sort((x, y) => x - y)) queue.change(seq, { type: 'clear' } as ToWorker);
    const parts = trains.flatMap(([a, b, raw], seq) => {
      const train = trainOf(crews[seq >= second ? 1 : 0]!, seq);
      queue.begin(train);
      order.begin(train);
      return [{ train, at: a, view: 'a' }, { train, at: b, view: 'b' }, { train, at: raw, view: '#raw' }];
    });
    for (const { train, view } of parts.sort((x, y) => x.at - y.at)) {
      order.push(train, { views: new Set([view]), outcomes: {}, times: {}, logs: [] });
      drain();
    }
    expect([queue.isEmpty, queue.length]).toEqual([true, 0]);
    for (const strand of ['ra', 'rb', 'rc', 'raw']) {
      const mine = said.filter(({ strands }) => strands.includes(strand));
      expect(mine.map(({ seq }) => seq)).toEqual(trains.map((_, seq) => seq));
      for (const { seq, changes: told, number: of } of mine) expect([told, of]).toEqual([changes.filter((change) => change <= seq).length, seq >= second ? 2 : 1]);
    }
  }), { numRuns: 300 });
});

test('a strand does not wait for what it does not take', () => {
  const queue = new StrandQueue();
  const train = trainOf(crews[0]!, 0);
  queue.begin(train);
  train.poolLeft.delete('a');
  queue.add(train);
  expect(queue.next(crews[0]!)!.work.strands.map(({ ids }) => [...ids])).toEqual([['ra']]);
  expect(queue.next(crews[0]!)).toBeUndefined();
  train.poolLeft.delete('b');
  queue.add(train);
  expect(queue.next(crews[0]!)!.work.strands.map(({ ids }) => [...ids])).toEqual([['rb'], ['rc']]);
});
