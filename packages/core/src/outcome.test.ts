import { expect, test } from 'vitest';
import { array, type NdArray } from '@trainyard/nd';
import { Labelled, labelled, viewKinds } from './kinds.ts';
import { Skip, noOutcomes, outcomeCode, outcomeNames, skip } from './outcome.ts';
import { asInputRef, optional, path, pulses, shifted, stale } from './inputs.ts';
import { view } from './view.ts';

test('the codes that files carry', () => {
  expect(outcomeNames.map((name) => [name, outcomeCode(name)])).toEqual([['value', 0], ['none', 1], ['missing', 2], ['failed', 3], ['late', 4], ['dropped', 5]]);
  expect(noOutcomes()).toEqual({ value: 0, none: 0, missing: 0, failed: 0, late: 0, dropped: 0 });
  expect(noOutcomes()).not.toBe(noOutcomes());
  expect(viewKinds).toEqual(['scalar', 'vector', 'matrix', 'points', 'image', 'table', 'text', 'compute']);
});

test('skip has a reason', () => {
  expect(skip('shutter closed')).toBeInstanceOf(Skip);
  expect([skip('closed').reason, skip().reason]).toEqual(['closed', 'skipped']);
});

test('labels stay beside their array', () => {
  const numbers = array([1, 2]) as unknown as NdArray<1>;
  const value = labelled(numbers, { unit: 'ADU', axes: [{ name: 'x' }] });
  expect(value).toBeInstanceOf(Labelled);
  expect([value.array, value.labels]).toEqual([numbers, { unit: 'ADU', axes: [{ name: 'x' }] }]);
});

test('inputs: each wish is kept beside the others, the view or path stays', () => {
  const total = view.scalar({ x: 'A/B/C.x' }, () => 1);
  expect(asInputRef('A/B/C.x')).toEqual({ from: 'A/B/C.x' });
  expect(asInputRef(total)).toEqual({ from: total });
  expect(optional(stale(pulses('1::2', shifted(path('A/B/C.x'), -1)), 20))).toEqual({ from: 'A/B/C.x', shift: -1, pulses: '1::2', stale: 20, optional: true });
  expect(optional(total)).toEqual({ from: total, optional: true });
});
