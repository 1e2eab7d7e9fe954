import { describe, expect, test } from 'vitest';
import { BLOCK, Labelled, array, type Labels, type NdArray, type Reducer } from '@trainyard/core';
import { binning, mean, meanStd, rolling, variance } from '@trainyard/core/reducers';
import { CumulativeMemory, WindowMemory, resultOfNodes } from './reducing-view.ts';

const energy = { name: 'energy', unit: 'eV', values: [10, 20] };
const labels: Labels = { unit: 'ADU', axes: [energy], errors: array([1, 1]), overlay: [{ kind: 'vline', at: [1] }] };
const kept = { ...energy, values: Float64Array.of(10, 20) };

/** The labels of the result after a few trains, also over a block boundary. */
function labelsOf(reducer: Reducer, value: (trainId: number) => unknown = (id) => array([id, 2]), given: Labels | undefined = labels): Labels | undefined {
  const memory = reducer.window === undefined ? new CumulativeMemory(reducer) : new WindowMemory(reducer, reducer.window);
  let result: unknown;
  for (const id of [BLOCK - 2, BLOCK - 1, BLOCK]) {
    memory.enter(id);
    memory.add(id, value(id), given);
    result = memory.result(id);
  }
  return result instanceof Labelled ? result.labels : undefined;
}

describe('labels of what is folded', () => {
  test('are those of a mean over a window and over all trains; errors and overlays of one train are not', () => {
    expect(labelsOf(mean())).toEqual({ unit: 'ADU', axes: [kept] });
    expect(labelsOf(mean({ trains: 2 }))).toEqual({ unit: 'ADU', axes: [kept] });
    expect(labelsOf(mean(), undefined, {})).toBeUndefined();
  });

  test('of a variance are the axes alone: its unit is another', () => {
    expect(labelsOf(variance())).toEqual({ axes: [kept] });
  });

  test('stand beside those that the result has itself', () => {
    expect(labelsOf(meanStd())).toMatchObject({ unit: 'ADU', axes: [kept], counts: { trains: 3 }, errors: { shape: [2] } });
    expect(labelsOf(rolling({ trains: 2 }))).toEqual({ unit: 'ADU', axes: [{ name: 'trainId', values: Float64Array.of(63, 64) }, kept] });
    expect(labelsOf(binning({ bins: 1, range: [0, 1] }), (id) => ({ value: array([id, 2]), by: 0.5 }))).toMatchObject({ unit: 'ADU', axes: [{ name: 'by' }, kept] });
    // A value per pulse: the pulses are gone, the rest is there.
    expect(labelsOf(binning({ bins: 1, range: [0, 1] }), () => ({ value: array([[1, 2], [3, 4]]), by: array([0, 1]) }), { axes: [{ name: 'pulse' }, energy] })).toMatchObject({ axes: [{ name: 'by' }, kept] });
  });

  test('that do not fit are left out; the newest train decides', () => {
    expect(labelsOf(mean(), (id) => array([id, 2, 3]))).toEqual({ unit: 'ADU' });
    const memory = new CumulativeMemory(mean());
    memory.add(1, array([1, 2]), labels);
    memory.add(2, array([1, 2]), { axes: [{ name: 'x' }] });
    memory.add(3, array([1, 2]));
    expect((memory.result() as Labelled).labels).toEqual({ axes: [{ name: 'x' }] });
  });

  test('are copied: the memory they came in is used again', () => {
    const lent = Float64Array.of(10, 20);
    const memory = new CumulativeMemory(mean());
    memory.add(1, array([1, 2]), { axes: [{ name: 'x', values: lent }] });
    lent.fill(99);
    expect((memory.result() as Labelled).labels.axes![0]!.values).toEqual(kept.values);
  });

  test('are in the result that parts are joined to', () => {
    const parts = [[1, 2], [70, 71]].map((ids) => {
      const memory = new CumulativeMemory(mean());
      for (const id of ids) memory.add(id, array([id, 2]), labels);
      memory.close();
      return structuredClone(memory.nodes());
    });
    const joined = resultOfNodes(mean(), parts.flat()) as Labelled;
    expect([joined.array.toNested(), joined.labels]).toEqual([[36, 2], { unit: 'ADU', axes: [kept] }]);
    expect(resultOfNodes(mean(), [])).toBeUndefined();
  });
});

describe('a reducer over all trains', () => {
  test('of images keeps few of them, also when blocks without a train lie between', () => {
    const memory = new CumulativeMemory(mean());
    for (let i = 0; i < 3000; i++) {
      const id = i * 3 * BLOCK;
      memory.enter(id);
      memory.add(id, array([[1, i]]));
    }
    expect(memory.nodes().length).toBeLessThanOrEqual(28);
    expect((memory.result() as NdArray).toNested()).toEqual([[1, 2999 / 2]]);
  });

  test('goes on after a restart as if nothing had been', () => {
    const through = new CumulativeMemory(mean());
    let cut = new CumulativeMemory(mean());
    for (let i = 0; i < 500; i++) {
      const id = 777 * i;
      for (const memory of [through, cut]) {
        memory.enter(id);
        memory.add(id, Math.sin(i));
      }
      if (i % 97 === 0) {
        const saved: unknown = structuredClone(cut.save());
        cut = new CumulativeMemory(mean());
        cut.restore(saved);
      }
    }
    expect(cut.result()).toBe(through.result());
    expect(cut.nodes()).toEqual(through.nodes());
  });
});

describe('a train that comes once more', () => {
  test('takes its own place in a window, also across its blocks, and is not added to what is summed up', () => {
    const [window, all] = [new WindowMemory(mean() as unknown as Reducer, 4), new CumulativeMemory(mean() as unknown as Reducer)];
    for (let trainId = 100; trainId < 112; trainId++) {
      for (const memory of [window, all]) memory.add(trainId, trainId);
      window.result(trainId);
      for (const value of [1000, trainId]) if (window.takeBack(trainId)) window.add(trainId, value);
      expect(window.result(trainId)).toBeCloseTo(Array.from({ length: Math.min(4, trainId - 99) }, (_, i) => trainId - i).reduce((sum, id) => sum + id, 0) / Math.min(4, trainId - 99), 9);
      expect(all.takeBack(trainId)).toBe(false);
    }
    expect(all.result()).toBeCloseTo(105.5, 9);
    expect(all.takeBack(112)).toBe(true);
  });
});
