import { expect, it } from 'vitest';
import type { ViewState } from '@trainyard/control';
import { sampleTree, view } from '../../test/script.ts';
import { fittingKinds, usualKind } from './fitting-kinds.ts';

const of = (kind: Parameters<typeof view>[0]['kind']) => ({ view: view({ name: kind, kind }) });
const [camera, pulses, count] = [sampleTree.sources[0].keys[0], sampleTree.sources[1].keys[0], sampleTree.sources[1].keys[1]].map((key) => ({ key }));
const key = (dtype: string, shape: number[], kind?: ViewState['kind']) => ({ key: { key: 'data', path: 'karabo#yard/v/one[data]', dtype, shape, ...(kind && { kind }) } });

it('one source: the usual kind first', () => {
  expect(fittingKinds([of('scalar')])).toEqual(['history', 'value', 'histogram', 'text']);
  expect(fittingKinds([of('vector')])).toEqual(['curve', 'waterfall', 'histogram', 'table']);
  expect(fittingKinds([of('points')])[0]).toBe('scatter');
  expect(fittingKinds([camera])).toEqual(['image', 'histogram']);
  for (const source of [of('scalar'), of('vector'), of('image'), of('points'), of('table'), of('text'), camera, pulses, count]) expect(fittingKinds([source])[0]).toBe(usualKind(source));
});

it('results and lists as what they are', () => {
  expect(fittingKinds([key('table', [], 'table')])).toEqual(['table', 'text']);
  expect(fittingKinds([key('series', [], 'vector')])).toEqual(['curve', 'table', 'text']);
  expect(fittingKinds([key('float64', [30, 2], 'points')])).toEqual(['scatter', 'histogram', 'table']);
  for (const words of [key('list', [4]), key('object', []), key('str', [3])]) expect(fittingKinds([words])).toEqual(['text', 'value', 'table']);
  for (const one of [key('table', []), key('series', []), key('float64', [30, 3], 'points'), key('list', [4]), key('object', [])]) expect(fittingKinds([one])[0]).toBe(usualKind(one));
});

it('an array of few rows or columns is not only a picture', () => {
  expect(fittingKinds([key('float32', [64, 4096])])).toEqual(['image', 'histogram', 'curve', 'waterfall']);
  expect(fittingKinds([key('float32', [65, 51])])).toEqual(['image', 'histogram']);
  expect(fittingKinds([key('float32', [5000, 3])])).toEqual(['image', 'histogram', 'table', 'scatter']);
  expect(fittingKinds([{ ...of('matrix'), shape: [8, 40] }])).toEqual(['image', 'histogram', 'curve', 'waterfall', 'table']);
  expect(fittingKinds([key('float32', [4, 400]), pulses])).toEqual(['curve']);
});

it('several: what can show all of them', () => {
  expect(fittingKinds([of('scalar'), count])).toEqual(['history', 'scatter', 'histogram']);
  expect(fittingKinds([of('scalar'), count, of('scalar')])).toEqual(['history', 'scatter']);
  expect(fittingKinds([of('vector'), pulses])).toEqual(['curve', 'scatter']);
  expect(fittingKinds([of('vector'), key('series', [])])).toEqual(['curve']);
  expect(fittingKinds([of('vector'), of('scalar')])).toEqual([]);
  expect(fittingKinds([of('image'), camera])).toEqual([]);
});

it('a view that the code no longer has fits everywhere', () => {
  expect(fittingKinds([{}])).toContain('image');
  expect(fittingKinds([{}, of('scalar')])).toEqual(['history', 'scatter', 'histogram']);
});
