import { array, ndarray, workspace, type NdArray } from '@trainyard/core';
import { AGIPD_1M, agipd1m, writeGeom } from '@trainyard/geometry';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { build } from './assemble.plugin.ts';
import { assembled, detectors } from './index.ts';
import { plugins } from './plugins.ts';

const positions = [-525, 625, -550, -10, 520, -160, 542, 475];
const geometry = agipd1m({ quadrants: [[-525, 625], [-550, -10], [520, -160], [542, 475]] });
const train = (pulses: number): NdArray => ndarray(Float32Array.from({ length: pulses * 16 * 512 * 128 }, (_, i) => (i * 7) % 1009), [pulses, 16, 512, 128]);
afterEach(() => vi.restoreAllMocks());

describe('assembled', () => {
  test('is what the geometry assembles, from positions or a file, with axes from the beam, into one image', () => {
    const data = train(2);
    vi.spyOn(workspace, 'readText').mockImplementation((path) => (path === 'agipd.geom' ? writeGeom(geometry) : ''));
    const [byPositions, byFile] = [assembled(() => ({ detector: 'AGIPD-1M', positions })), assembled(() => ({ detector: 'AGIPD-1M', geom: 'agipd.geom' }))];
    const expected = geometry.snap().assemble(data.slice('1') as NdArray);
    const of = (put: ReturnType<typeof assembled>) => put(data);
    expect(assembled(() => ({ detector: 'AGIPD-1M', positions, pulse: 1 }))(data).array.data).toEqual(expected.data);
    expect(of(byPositions).array.data).toEqual(of(byFile).array.data);
    expect(of(assembled(() => ({ geometry }))).array.data).toEqual(of(byFile).array.data);
    const first = of(byPositions);
    expect(of(byPositions).array).toBe(first.array);
    expect(first.labels.axes!.map(({ name, values }) => [name, values![0], values!.length])).toEqual([['y', -geometry.snap().centre[0], expected.shape[0]], ['x', -geometry.snap().centre[1], expected.shape[1]]]);
  });

  test('the mean over pulses leaves NaN out', () => {
    const data = train(2);
    (data.data as Float32Array)[5] = NaN;
    const mean = assembled(() => ({ detector: 'AGIPD-1M', positions, pulse: -1 }))(data).array;
    const back = geometry.snap().dismantle(mean) as NdArray;
    expect([back.dtype, back.data[5], back.data[6]]).toEqual(['float32', data.data[5 + 16 * 512 * 128], Math.fround(((data.data[6] as number) + (data.data[6 + 16 * 512 * 128] as number)) / 2)]);
  });

  test('a parameter that changes makes another plan', () => {
    let at = positions;
    const put = assembled(() => ({ detector: 'AGIPD-1M', positions: at }));
    const before = put(train(1)).array.shape;
    at = positions.map((n) => n * 1.1);
    expect(put(train(1)).array.shape).not.toEqual(before);
  });

  test('refuses by name', () => {
    const refuse = (options: Parameters<typeof assembled>[0], data: NdArray, code: string) => expect(() => assembled(options)(data)).toThrow(expect.objectContaining({ code }));
    refuse(() => ({ detector: 'AGIPD-2M' }), train(1), 'ASSEMBLE_DETECTOR');
    refuse(() => ({ detector: 'AGIPD-1M' }), train(1), 'ASSEMBLE_DETECTOR');
    refuse(() => ({ detector: 'AGIPD-1M', positions, pulse: 3 }), train(2), 'ASSEMBLE_PULSE');
    refuse(() => ({ detector: 'AGIPD-1M', positions }), array([[1, 2], [3, 4]]), 'GEOMETRY_SHAPE');
  });

  test('every detector that the plugin offers is known, and those that need no positions stand by themselves', () => {
    expect(plugins[0]!.parameters['detector']!.choices).toEqual(Object.keys(detectors));
    for (const detector of ['AGIPD-500K2G', 'pnCCD', 'ePix100', 'ePix10K']) {
      const layout = detectors[detector]!;
      const data = ndarray(new Uint16Array(layout.modules! * layout.module[0] * layout.module[1]).fill(3), [layout.modules!, ...layout.module]);
      expect(assembled(() => ({ detector }))(data).array.max()).toBe(3);
    }
  });

  test('the plugin gives the image', () => {
    const { image } = build({ inputs: { data: 'karabo#SPB_DET_AGIPD1M-1/DET[image.data]' }, params: { detector: 'AGIPD-1M', geom: '', positions, pulse: 0 } }) as unknown as { image: { call: (values: unknown[]) => { array: NdArray } } };
    expect(image.call([train(1)]).array.shape).toEqual([...geometry.snap().size]);
    expect(AGIPD_1M.places).toHaveLength(8);
    const labels = assembled(() => ({ geometry, distance: 0.2, energy: 12.39841984 }))(train(1)).labels.geometry!;
    expect([labels.detector, labels.tiles.length, labels.distance, labels.beam]).toEqual(['AGIPD-1M', 16 * 8 * 10, 0.2, geometry.snap().centre]);
    expect(labels.wavelength).toBeCloseTo(1e-10, 16);
    // 0 is how a list says that it is not known.
    expect(assembled(() => ({ geometry, distance: 0, energy: 0 }))(train(1)).labels.geometry).not.toHaveProperty('distance');
  });
});
