import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arange, zeros, type NdArray } from '@trainyard/nd';
import { Param } from './decorators.ts';
import { groupOfClass } from './group.ts';
import { parameters, readParameter, type Parameter } from './parameters.ts';
import { circle, cut, polygon, rectangle, regionMask, ring, type Polygon, type Rectangle, type RegionKind, type Regions } from './region.ts';

describe('a region as a parameter', () => {
  test.each<[string, Parameter, unknown, unknown]>([
    ['a rectangle', rectangle([0, 0, 4, 4]), [1, 2, 3, 4], [1, 2, 3, 4]],
    ['a rectangle as text', rectangle([0, 0, 4, 4]), '350, 100,750,400', [350, 100, 750, 400]],
    ['parts of a pixel, and what lies outside', rectangle([0, 0, 4, 4]), [-1.5, -2, 0.25, 1e6], [-1.5, -2, 0.25, 1e6]],
    ['a circle of nothing', circle([1, 1, 1]), [5, 5, 0], [5, 5, 0]],
    ['a ring in brackets', ring([1, 1, 1, 2]), '[5,5,2,2]', [5, 5, 2, 2]],
    ['a triangle', polygon([0, 0, 1, 0, 0, 1]), [0, 0, 9, 0, 0, 9], [0, 0, 9, 0, 0, 9]],
  ])('takes %s', (_, spec, value, read) => {
    expect(readParameter('roi', spec, value)).toEqual(read);
  });

  test.each<[string, Parameter, unknown, string, string]>([
    ['three numbers', rectangle([0, 0, 4, 4]), [1, 2, 3], 'PARAM_TYPE', 'roi is a rectangle [x0, y0, x1, y1]: 4 numbers; not [1, 2, 3].'],
    ['x1 before x0', rectangle([0, 0, 4, 4]), '4,0,1,4', 'PARAM_RANGE', 'x0 is less than x1'],
    ['an empty rectangle', rectangle([0, 0, 4, 4]), [1, 2, 3, 2], 'PARAM_RANGE', 'y0 less than y1'],
    ['a word', rectangle([0, 0, 4, 4]), '1,2,x,4', 'PARAM_TYPE', 'a list of numbers'],
    ['no end', rectangle([0, 0, 4, 4]), [0, 0, Infinity, 4], 'PARAM_RANGE', 'numbers from'],
    ['NaN', circle([0, 0, 4]), [0, NaN, 1], 'PARAM_TYPE', 'a list of numbers'],
    ['a negative radius', circle([0, 0, 4]), [0, 0, -1], 'PARAM_RANGE', 'not negative'],
    ['radii the other way round', ring([0, 0, 1, 4]), [0, 0, 4, 1], 'PARAM_RANGE', 'not more than the outer'],
    ['two corners', polygon([0, 0, 1, 0, 0, 1]), [0, 0, 1, 1], 'PARAM_TYPE', '3 to 1000 corners'],
    ['half a corner', polygon([0, 0, 1, 0, 0, 1]), [0, 0, 1, 1, 2, 2, 3], 'PARAM_TYPE', 'two numbers for each'],
    ['too many corners', polygon([0, 0, 1, 0, 0, 1]), Array.from({ length: 2002 }, (_, i) => i), 'PARAM_TYPE', 'not a list of 2002 numbers'],
  ])('refuses %s', (_, spec, value, code, message) => {
    expect(() => readParameter('roi', spec, value)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  test('is declared with parameters(...), its numbers typed; a wrong one is refused there', () => {
    const p = parameters({ roi: rectangle([0, 1, 2, 3], { on: 'camera', unit: 'px' }) });
    const [x0, y0, x1, y1]: Rectangle = p.roi;
    expect([x0, y0, x1, y1]).toEqual([0, 1, 2, 3]);
    expect(() => parameters({ roi: rectangle([2, 1, 2, 3]) })).toThrow(expect.objectContaining({ code: 'PARAM_RANGE' }));
  });

  test('is a field of a class by @Param; a value of the field itself, or of the instance, wins', () => {
    class Tool {
      roi!: Rectangle;
      other: Rectangle = [1, 1, 2, 2];
    }
    Param(rectangle([0, 0, 9, 9], { title: 'Spot' }))(Tool.prototype, 'roi');
    Param(rectangle([0, 0, 9, 9]))(Tool.prototype, 'other');
    const { specs } = groupOfClass('Tool', Tool).params;
    expect(specs).toEqual({ roi: { type: 'rectangle', title: 'Spot', default: [0, 0, 9, 9] }, other: { type: 'rectangle', default: [1, 1, 2, 2] } });
    expect(groupOfClass('left', Tool, { roi: [1, 2, 3, 4] }).params.values['roi']).toEqual([1, 2, 3, 4]);
    expect(() => groupOfClass('left', Tool, { roi: [1, 2] })).toThrow(expect.objectContaining({ code: 'PARAM_TYPE' }));
  });
});

/** Pixel by pixel: whether its centre is inside. */
function inside(kind: RegionKind, region: readonly number[], x: number, y: number): boolean {
  const [a, b, c, d] = region as [number, number, number, number];
  if (kind === 'rectangle') return x >= a && x < c && y >= b && y < d;
  if (kind === 'circle') return (x - a) ** 2 + (y - b) ** 2 < c ** 2;
  if (kind === 'ring') return (x - a) ** 2 + (y - b) ** 2 >= c ** 2 && (x - a) ** 2 + (y - b) ** 2 < d ** 2;
  let odd = false;
  for (let i = 0, j = region.length - 2; i < region.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [region[i]!, region[i + 1]!, region[j]!, region[j + 1]!];
    if (yi <= y !== yj <= y && x >= xj + ((y - yj) / (yi - yj)) * (xi - xj)) odd = !odd;
  }
  return odd;
}

// Quarters and eighths of a pixel: edges fall on centres, too.
const at = fc.integer({ min: -40, max: 120 }).map((n) => n / 8);
const size = fc.integer({ min: 0, max: 80 }).map((n) => n / 8);
const regions: fc.Arbitrary<readonly [RegionKind, readonly number[]]> = fc.oneof(
  fc.tuple(at, at, size, size).map(([x, y, w, h]) => ['rectangle', [x, y, x + w + 0.125, y + h + 0.125]] as const),
  fc.tuple(at, at, size).map((values) => ['circle', values] as const),
  fc.tuple(at, at, size, size).map(([x, y, r, more]) => ['ring', [x, y, r, r + more]] as const),
  fc.array(fc.tuple(at, at), { minLength: 3, maxLength: 7 }).map((corners) => ['polygon', corners.flat()] as const),
);
const shapes = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }));

describe('pixels of a region', () => {
  test('property: a mask is true where the centre is inside', () => {
    fc.assert(fc.property(regions, shapes, ([kind, region], shape) => {
      const mask = regionMask(kind, region as Regions[typeof kind], shape);
      expect([mask.dtype, mask.shape]).toEqual(['bool', shape]);
      const naive = Array.from({ length: shape[0] * shape[1] }, (_, i) => Number(inside(kind, region, (i % shape[1]) + 0.5, Math.floor(i / shape[1]) + 0.5)));
      expect(Array.from(mask.data)).toEqual(naive);
    }), { numRuns: 1000 });
  });

  test('property: a cut holds the pixels that the mask of its rectangle has, of every image of a stack', () => {
    const rectangles = regions.filter(([kind]) => kind === 'rectangle').map(([, region]) => region as unknown as Rectangle);
    fc.assert(fc.property(rectangles, shapes, fc.boolean(), (region, [rows, columns], turned) => {
      const stack = arange(2 * rows * columns).reshape(2, rows, columns) as NdArray<3>;
      const image = (turned ? stack.transpose(0, 2, 1) : stack) as NdArray<3>;
      const mask = regionMask('rectangle', region, image.shape);
      const wanted = [0, 1].flatMap((k) => Array.from(image.slice(`${k}` as `0`).flatten().data).filter((_, i) => mask.data[i] === 1));
      const part = cut(image, region);
      expect(Array.from(part.flatten().data)).toEqual(wanted);
      expect(part.data).toBe(image.data);
    }));
  });

  test('rings that touch, and polygons of one edge, share no pixel and leave none out', () => {
    const whole = regionMask('circle', [8.5, 7.25, 6], [16, 16]).data;
    const parts = [regionMask('circle', [8.5, 7.25, 3], [16, 16]).data, regionMask('ring', [8.5, 7.25, 3, 6], [16, 16]).data];
    expect(Array.from(whole)).toEqual(Array.from(parts[0]!, (value, i) => value + parts[1]![i]!));
    const halves: Polygon[] = [[0, 0, 8, 0, 0, 8], [8, 0, 8, 8, 0, 8]];
    const both = halves.map((half) => regionMask('polygon', half, [8, 8]).data);
    expect(Array.from(both[0]!, (value, i) => value + both[1]![i]!)).toEqual(Array<number>(64).fill(1));
  });

  test('what has one axis is no image', () => {
    expect(() => cut(zeros([5]), [0, 0, 1, 1])).toThrow(expect.objectContaining({ code: 'REGION_RANK' }));
    expect(() => regionMask('circle', [0, 0, 1], [5])).toThrow(expect.objectContaining({ code: 'REGION_RANK' }));
  });
});
