import { expect, it } from 'vitest';
import { sampleTree, view } from '../../test/script.ts';
import { fittingKinds, usualKind } from './fitting-kinds.ts';

const of = (kind: Parameters<typeof view>[0]['kind']) => ({ view: view({ name: kind, kind }) });
const [camera, pulses, count] = [sampleTree.sources[0].keys[0], sampleTree.sources[1].keys[0], sampleTree.sources[1].keys[1]].map((key) => ({ key }));

it('one source: the usual kind first', () => {
  expect(fittingKinds([of('scalar')])).toEqual(['history', 'value', 'histogram', 'text']);
  expect(fittingKinds([of('vector')])).toEqual(['curve', 'waterfall', 'histogram', 'table']);
  expect(fittingKinds([of('points')])[0]).toBe('scatter');
  expect(fittingKinds([camera])).toEqual(['image', 'histogram']);
  for (const source of [of('scalar'), of('vector'), of('image'), of('points'), of('table'), of('text'), camera, pulses, count]) expect(fittingKinds([source])[0]).toBe(usualKind(source));
});

it('several: what can show all of them', () => {
  expect(fittingKinds([of('scalar'), count])).toEqual(['history', 'scatter', 'histogram']);
  expect(fittingKinds([of('scalar'), count, of('scalar')])).toEqual(['history', 'scatter']);
  expect(fittingKinds([of('vector'), pulses])).toEqual(['curve']);
  expect(fittingKinds([of('vector'), of('scalar')])).toEqual([]);
  expect(fittingKinds([of('image'), camera])).toEqual([]);
});

it('a view that the code no longer has fits everywhere', () => {
  expect(fittingKinds([{}])).toContain('image');
  expect(fittingKinds([{}, of('scalar')])).toEqual(['history', 'scatter', 'histogram']);
});
