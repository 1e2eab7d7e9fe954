import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockOf } from '@trainyard/core';
import { mean, variance } from '@trainyard/core/reducers';
import { packState, unpackState } from './checkpoint.ts';
import { CumulativeMemory, resultOfNodes } from './reducing-view.ts';

/** Trains in ascending order over a few dozen blocks, with gaps. */
const trains = fc.array(fc.record({ step: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 20 }) }, fc.integer({ min: 21, max: 2000 })), value: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }), { minLength: 1, maxLength: 150 })
  .map((list) => {
    let trainId = 0;
    return list.map(({ step, value }) => ({ trainId: (trainId += step), value }));
  });

const feed = (memory: CumulativeMemory, trainId: number, value: number): void => {
  memory.enter(trainId);
  memory.add(trainId, value);
};

test('however results are cut into files at blocks, what is shown has the same bits, each file says what its own trains give, and all joined are one', () => {
  fc.assert(fc.property(trains, fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), (list, cuts) => {
    for (const reducer of [mean(), variance()]) {
      const whole = new CumulativeMemory(reducer);
      const cut = new CumulativeMemory(reducer);
      let own = new CumulativeMemory(reducer);
      const nodes: ReturnType<CumulativeMemory['nodes']> = [];
      const end = (): void => {
        for (const memory of [cut, own]) memory.close();
        expect(cut.partResult()).toEqual(own.partResult());
        nodes.push(...cut.nodes());
        cut.beginPart();
        own = new CumulativeMemory(reducer);
      };
      list.forEach(({ trainId, value }, i) => {
        const before = list[i - 1]?.trainId;
        if (before !== undefined && blockOf(before) !== blockOf(trainId) && cuts[i % cuts.length]) end();
        for (const memory of [whole, cut, own]) feed(memory, trainId, value);
        expect(cut.result()).toEqual(whole.result());
      });
      end();
      whole.close();
      expect(resultOfNodes(reducer, nodes)).toEqual(whole.result());
    }
  }), { numRuns: 60 });
});

test('a checkpoint at any train goes on with the same bits, also in another file', () => {
  fc.assert(fc.property(trains, fc.nat(), fc.boolean(), (list, at, fresh) => {
    const reducer = variance();
    const whole = new CumulativeMemory(reducer);
    let memory = new CumulativeMemory(reducer);
    const stop = at % list.length;
    list.forEach(({ trainId, value }, i) => {
      for (const one of [whole, memory]) feed(one, trainId, value);
      if (i !== stop) return;
      const { state } = unpackState(packState(trainId, { v: { hash: 'h', code: {}, values: '[]', state: memory.save() } }));
      memory = new CumulativeMemory(reducer);
      memory.restore(state['v']!.state);
      // Only at the end of a block can the next file begin without a seam.
      if (fresh && list[i + 1] && blockOf(list[i + 1]!.trainId) !== blockOf(trainId)) memory.beginPart();
    });
    expect(memory.result()).toEqual(whole.result());
  }), { numRuns: 100 });
});
