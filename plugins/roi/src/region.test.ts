import { readFileSync } from 'node:fs';
import { array, asNdArray, ndarray, Skip, zeros, type Labelled, type NdArray, type NdLike } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from './rectangle.plugin.ts';
import { projectX, projectY } from './projection.ts';
import { clampRegion, crop, type Region } from './region.ts';
import { roiMean, roiSum } from './statistics.ts';

// golden/golden.json: numpy's own results, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  shape: [number, number]; image: (number | null)[]; region: Region; sum: number; mean: number; sumX: number[]; sumY: number[]; meanX: number[]; meanY: number[];
};
const image = ndarray(Float32Array.from(golden.image, (value) => value ?? Number.NaN), golden.shape) as NdArray<2>;
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);
const curve = (of: Labelled): number[] => numbers(of.array);

describe('regions against numpy (committed results), 1e-12', () => {
  const at = golden.region;
  it('sums, means and projections without NaN', () => {
    expect(nearness([roiSum(image, at), roiMean(image, at)], [golden.sum, golden.mean]).max).toBeLessThan(1e-12);
    expect(nearness(curve(projectX(image, 'sum', at)), golden.sumX).max).toBeLessThan(1e-12);
    expect(nearness(curve(projectY(image, 'sum', at)), golden.sumY).max).toBeLessThan(1e-12);
    expect(nearness(curve(projectX(image, 'mean', at)), golden.meanX).max).toBeLessThan(1e-12);
    expect(nearness(curve(projectY(image, 'mean', at)), golden.meanY).max).toBeLessThan(1e-12);
  });
  it('are the same of a crop, whose axes then begin at 0', () => {
    const part = crop(image, at);
    expect(part.data.buffer).toBe(image.data.buffer);
    expect(curve(projectX(part))).toEqual(curve(projectX(image, 'mean', at)));
    expect(projectX(image, 'mean', at).labels.axes![0].values![0]).toBe(at.x0);
    expect(projectY(part).labels.axes![0]).toMatchObject({ name: 'y', unit: 'px' });
    expect(projectY(part).labels.axes![0].values![0]).toBe(0);
  });
});

describe.skipIf(!shared)('regions on the larger image beside the repository (skipped where ../shared is not there), 1e-12', () => {
  it('roi 30:70, 50:110', () => {
    const { data, shape } = readNpy<Float32Array>(`${shared}/oracles/imaging/nan_input.npy`);
    const whole = ndarray(data, shape) as unknown as NdArray<2>;
    const { roi } = JSON.parse(readFileSync(`${shared}/oracles/imaging/manifest.json`, 'utf8')) as { roi: { roi: number[]; sum: number; mean: number; projx: number[]; projy: number[] } };
    const [y0, y1, x0, x1] = roi.roi;
    const at = { y0, y1, x0, x1 };
    expect(nearness([roiSum(whole, at), roiMean(whole, at)], [roi.sum, roi.mean]).max).toBeLessThan(1e-12);
    expect(nearness(curve(projectX(whole, 'mean', at)), roi.projx).max).toBeLessThan(1e-12);
    expect(nearness(curve(projectY(whole, 'mean', at)), roi.projy).max).toBeLessThan(1e-12);
  });
});

describe('regions', () => {
  it('are clamped to the image, down to nothing', () => {
    expect(clampRegion({ y0: -5, y1: 99, x0: 2.9, x1: 3 }, [4, 6])).toEqual({ y0: 0, y1: 4, x0: 2, x1: 3 });
    expect(crop(image, { y0: 50, y1: 60, x0: 0, x1: 3 }).shape).toEqual([0, 3]);
    expect(crop(image, { y0: 5, y1: 2, x0: 0, x1: 3 }).shape).toEqual([0, 3]);
    expect(roiSum(image, { y0: 50, y1: 60, x0: 0, x1: 3 })).toBeNaN();
    expect(roiMean(image, { y0: 50, y1: 60, x0: 0, x1: 3 })).toBeNaN();
    expect(crop(zeros([3, 8, 9]), { y0: 1, y1: 3, x0: 0, x1: 4 }).shape).toEqual([3, 2, 4]);
  });
  it('refuse what is no image', () => {
    expect(code(() => crop(array([1, 2]) as unknown as NdArray, golden.region))).toBe('ROI_RANK');
    expect(code(() => roiSum(zeros([2, 2, 2]) as unknown as NdArray<2>))).toBe('ROI_RANK');
  });
  it('property: both projections add up to the sum, for any rectangle, layout and type', () => {
    const edge = fc.integer({ min: -3, max: 15 });
    fc.assert(fc.property(edge, edge, edge, edge, fc.constantFrom('uint16', 'float64', 'int64' as const), fc.boolean(), (y0, y1, x0, x1, dtype, turned) => {
      const data = ndarray(Float64Array.from({ length: 11 * 9 }, (_, i) => (i * 37) % 64), [11, 9]).astype(dtype as 'uint16') as NdArray<2>;
      const whole = turned ? data.T : data;
      const at = { y0, y1, x0, x1 };
      if (crop(whole, at).size === 0) {
        expect(roiSum(whole, at)).toBeNaN();
        return;
      }
      const sum = roiSum(whole, at);
      expect(sum).toBe(numbers(crop(whole, at).astype('float64')).reduce((a, b) => a + b, 0));
      expect(curve(projectX(whole, 'sum', at)).reduce((a, b) => a + b, 0)).toBe(sum);
      expect(curve(projectY(whole, 'sum', at)).reduce((a, b) => a + b, 0)).toBe(sum);
    }));
  });
});

describe('roi/rectangle', () => {
  it('gives its five results, follows its parameters, and says when nothing is inside', () => {
    const params = { ...golden.region, projection: 'sum' } as Record<string, number | string>;
    const views = build({ inputs: { image: 'stack#frame' }, params }) as unknown as Record<string, { call: (values: unknown[]) => unknown }>;
    expect((views.image.call([image]) as NdArray).shape).toEqual([7, 9]);
    expect(views.sum.call([image])).toBeCloseTo(golden.sum, 9);
    expect(views.mean.call([image])).toBeCloseTo(golden.mean, 9);
    expect(nearness(curve(views.x.call([image]) as Labelled), golden.sumX).max).toBeLessThan(1e-12);
    params.projection = 'mean';
    expect(nearness(curve(views.y.call([image]) as Labelled), golden.meanY).max).toBeLessThan(1e-12);
    params.y0 = 500;
    expect((views.sum.call([image]) as Skip).reason).toMatch(/holds no pixel of an image of 11 x 14/);
  });
});
