import type { ParameterState } from '@trainyard/control';
import { expect, it } from 'vitest';
import { view } from '../../test/script.ts';
import { handlesOf, moved, regionsOn, withCorner, withHandle, withoutCorner, type RegionType } from './region-shapes.ts';

const region = (name: string, part: Partial<ParameterState> = {}): ParameterState => ({ group: 'TT', name, type: 'rectangle', value: [1, 2, 3, 4], default: [1, 2, 3, 4], ...part });

it('a region lies on what it names, else on the pictures of its group', () => {
  const camera = view({ group: 'TT', name: 'camera', kind: 'image' });
  const parameters = [
    region('a'), region('b', { group: 'other' }), region('c', { on: 'TT/camera', group: 'other' }), region('d', { on: 'view#camera' }), region('e', { on: 'camera' }), region('f', { on: 'camera', group: 'other' }),
    region('g', { on: 'karabo#CAM:output[pixels]' }), region('h', { type: 'numbers' }), region('i', { value: 'text' }),
  ];
  expect(regionsOn(parameters, camera.id, camera).map(({ parameter }) => parameter.name)).toEqual(['a', 'c', 'd', 'e']);
  expect(regionsOn(parameters, 'karabo#CAM:output[pixels]', undefined).map(({ parameter }) => parameter.name)).toEqual(['g']);
});

it('follows what is dragged, and stays a region however far that is', () => {
  expect(withHandle('rectangle', [10, 20, 30, 40], 4, [50.3, 60.8])).toEqual([10, 20, 50, 61]);
  expect(withHandle('rectangle', [10, 20, 30, 40], 1, [99, 12])).toEqual([10, 12, 30, 40]);
  expect(withHandle('rectangle', [10, 20, 30, 40], 0, [99, 99])).toEqual([29, 39, 30, 40]);
  expect(withHandle('circle', [10, 10, 5], 0, [13, 14])).toEqual([10, 10, 5]);
  expect(withHandle('ring', [10, 10, 5, 8], 0, [10, 40])).toEqual([10, 10, 8, 8]);
  expect(withHandle('ring', [10, 10, 5, 8], 1, [10, 12])).toEqual([10, 10, 5, 5]);
  expect(withHandle('polygon', [0, 0, 10, 0, 5, 8], 2, [6.2, 9])).toEqual([0, 0, 10, 0, 6, 9]);
  const checks: Readonly<Record<RegionType, (v: readonly number[]) => boolean>> = {
    rectangle: ([a, b, c, d]) => a < c && b < d, circle: ([, , r]) => r > 0, ring: ([, , inner, outer]) => inner >= 0 && inner <= outer, polygon: (v) => v.length === 6,
  };
  let seed = 3;
  const random = () => ((seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32) * 200 - 50;
  for (const [type, start] of [['rectangle', [1, 2, 30, 40]], ['circle', [10, 10, 5]], ['ring', [10, 10, 3, 9]], ['polygon', [0, 0, 10, 0, 5, 8]]] as const) {
    let value: readonly number[] = start;
    for (let i = 0; i < 200; i++) {
      const handles = handlesOf(type, value);
      value = moved(type, withHandle(type, value, i % handles.length, [random(), random()]), random(), random());
      expect(checks[type](value) && value.every(Number.isFinite), `${type} ${value.join()}`).toBe(true);
    }
  }
});

it('moves without changing its form', () => {
  expect(moved('rectangle', [1.5, 2, 3, 4], 2.4, -1.6)).toEqual([3.5, 0, 5, 2]);
  expect(moved('ring', [1, 2, 3, 4], 0.3, 1)).toEqual([1.5, 3, 3, 4]);
  expect(moved('polygon', [0, 0, 10, 0, 5, 8], 1, 2)).toEqual([1, 2, 11, 2, 6, 10]);
});

it('a polygon gains a corner on its nearest side and keeps at least three', () => {
  const triangle = [0, 0, 10, 0, 5, 8];
  expect(withCorner(triangle, [5, -1])).toEqual([0, 0, 5, -1, 10, 0, 5, 8]);
  expect(withCorner(triangle, [1, 4])).toEqual([0, 0, 10, 0, 5, 8, 1, 4]);
  expect(withoutCorner(withCorner(triangle, [5, -1]), 1)).toEqual(triangle);
  expect(withoutCorner(triangle, 0)).toEqual(triangle);
});
