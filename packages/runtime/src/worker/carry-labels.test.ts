import { Labelled, labelled, ndarray, type NdArray } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
import { expect, it } from 'vitest';
import { carryLabels } from './carry-labels.ts';

it('a mean of assembled images still says where the detector’s tiles lie, a sum over them does not', () => {
  const tiles = Int32Array.of(0, 0, 0, 0, 0, 0, 1, 0, 0, 1);
  const geometry = { detector: 'pnCCD', tile: [2, 3], tiles, beam: [1, 1], pixelSize: [75e-6, 75e-6] } as const;
  const given = labelled(ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]) as NdArray, { axes: [{ name: 'y' }, { name: 'x' }], geometry });
  const carrying = carryLabels(mean());
  const state = carrying.add(carrying.initial(), { value: given.array, labels: given.labels }, 10);
  const result = carrying.result(state) as Labelled;
  expect(result.labels.geometry).toEqual(geometry);
  // The view's own array may be written over by the next train.
  tiles.fill(9);
  expect((carrying.result(state) as Labelled).labels.geometry!.tiles[6]).toBe(1);
  const flat = carrying.add(carrying.initial(), { value: given.array.sum({ axis: 0 }), labels: given.labels }, 10);
  expect((carrying.result(flat) as Labelled).labels.geometry).toBeUndefined();
});
