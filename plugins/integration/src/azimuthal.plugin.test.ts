import { Skip, asNdArray, asViewParameter, ndarray, workspace, zeros, type NdArray, type NdLike, type ParamValue, type PluginBuild } from '@trainyard/core';
import { exampleJungfrau, writeGeom } from '@trainyard/geometry';
import { errorCode as code } from '@trainyard/kernels/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { build as buildMap } from './azimuthal-map.plugin.ts';
import { build } from './azimuthal.plugin.ts';
import { azimuthal, azimuthalMap } from './azimuthal.ts';
import { plugins } from './plugins.ts';
import { writePoni, type Poni } from './poni.ts';
import type { AzimuthalProfile } from './profile.ts';

const poni: Poni = { dist: 0.1, poni1: 0.001, poni2: 0.0012, rot1: 0, rot2: 0, rot3: 0, wavelength: 1e-10, pixel1: 1e-4, pixel2: 1e-4 };
const texts: Record<string, string> = { './geo.poni': writePoni(poni), './jungfrau.geom': writeGeom(exampleJungfrau(1)) };
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);

type Callable = Record<string, { call: (values: unknown[]) => unknown }>;
function made(which: PluginBuild, id: string, given: Record<string, ParamValue>, inputs: Record<string, string> = { image: 'stack#image' }): Callable {
  const spec = plugins.find((one) => one.id === id)!;
  const params: Record<string, ParamValue> = Object.fromEntries(Object.entries(spec.parameters).map(([key, p]) => [key, asViewParameter(p).default]));
  return which({ inputs, params: Object.assign(params, { poni: './geo.poni' }, given) }) as unknown as Callable;
}

describe('the plugins of integration', () => {
  const before = { ...workspace };
  beforeEach(() => { workspace.readText = (path) => texts[path]!; });
  afterEach(() => { Object.assign(workspace, before); });
  const stack = ndarray(Float32Array.from({ length: 3 * 20 * 30 }, (_, i) => (i * 7) % 101), [3, 20, 30]);

  it('a curve of each pulse and of the train, with a sector, errors and clipping, as the function', () => {
    const views = made(build, 'integration/azimuthal', { bins: 12, unit: 'r_mm', azimuth: [150, -150], errors: 'azimuthal', clip: 3, clipCycles: 2, polarization: [0.9], polarizationAngle: 20, perPulse: true });
    const profile = views.profile.call([stack]);
    const expected = azimuthal({ poni, bins: 12, unit: 'r_mm', azimuthMin: 150, azimuthMax: -150, errors: 'azimuthal', clip: 3, clipCycles: 2, polarization: 0.9, polarizationAngle: 20 })(stack);
    const [pulses, train, radial] = [views.pulses.call([profile]), views.intensity.call([profile]), views.radial.call([profile])] as AzimuthalProfile[];
    expect(pulses.array.shape).toEqual([3, 12]);
    expect(numbers(pulses.array)).toEqual(numbers(expected.array));
    expect(numbers(train.array)).toEqual(numbers(expected.together().array));
    expect(numbers(train.sigma!)).toEqual(numbers(expected.together().sigma!));
    expect(numbers(radial.array)).toEqual([...expected.radial]);
    expect(made(build, 'integration/azimuthal', {}).pulses.call([profile])).toBeInstanceOf(Skip);
    expect(code(() => made(build, 'integration/azimuthal', { azimuth: [1] }).profile.call([stack]))).toBe('AZIMUTHAL_RANGE');
    for (const [unused, name] of [[{ radialMin: 5 }, 'AZIMUTHAL_RANGE'], [{ dummy: [-1, 0, -2] }, 'AZIMUTHAL_DUMMY'], [{ polarization: [0.9, 30] }, 'AZIMUTHAL_POLARIZATION'], [{ pixel: [1e-4, 1e-4, 1e-4] }, 'PONI_NO_PIXEL']] as const) {
      expect(code(() => made(build, 'integration/azimuthal', unused as unknown as Record<string, ParamValue>).profile.call([stack]))).toBe(name);
    }
    expect(code(() => made(build, 'integration/azimuthal', { module: 3 }).profile.call([stack]))).toBe('AZIMUTHAL_MODULE');
  });

  it('a map of the train, with a mask that stays', () => {
    const views = made(buildMap, 'integration/azimuthal-map', { bins: 6, azimuthBins: 8, unit: 'r_mm', split: 'bbox' }, { image: 'stack#image', mask: 'stack#mask' });
    const mask = zeros([20, 30], 'uint8').set(3, 4, 1);
    const first = views.profile.call([stack, mask]) as AzimuthalProfile;
    const expected = azimuthalMap({ poni, bins: 6, azimuthBins: 8, unit: 'r_mm', split: 'bbox', mask })(stack).together();
    expect(numbers((views.intensity.call([first]) as AzimuthalProfile).array)).toEqual(numbers(expected.array));
    // The same mask in another place of the memory: the matrix is not built again.
    expect((views.profile.call([stack, mask.copy()]) as AzimuthalProfile).radial).toBe(first.radial);
    expect((views.profile.call([stack, undefined]) as AzimuthalProfile).radial).not.toBe(first.radial);
  });

  it('modules where a .geom file has them', () => {
    const geometry = exampleJungfrau(1);
    const views = made(build, 'integration/azimuthal', { geom: './jungfrau.geom', detector: 'JUNGFRAU', bins: 50, unit: 'r_mm' });
    const data = ndarray(Uint16Array.from({ length: 512 * 1024 }, (_, i) => (i * 31) % 4096), [1, 512, 1024]);
    const got = views.intensity.call([views.profile.call([data])]) as AzimuthalProfile;
    const expected = azimuthal({ poni, geometry, bins: 50, unit: 'r_mm' })(data);
    // A file has fewer digits.
    for (const [b, value] of numbers(got.array).entries()) expect(Math.abs(value / numbers(expected.array)[b] - 1)).toBeLessThan(1e-2);
    expect(numbers(got.count).reduce((a, b) => a + b)).toBe(512 * 1024);
    expect(code(() => views.profile.call([zeros([2, 512, 1024]) as unknown as NdArray]))).toBe('AZIMUTHAL_SHAPE');
  });
});
