import * as fc from 'fast-check';
import { ndarray, type NdArray } from '@trainyard/nd';
import { describe, expect, test } from 'vitest';
import { AGIPD_1M, DSSC_1M, JUNGFRAU, LPD_1M, agipd1m, dataAt, dssc1mFromFile, exampleAgipd1m, exampleDssc1m, exampleJungfrau, exampleLpd1m, generic, jungfrau, lpd1mFromFile, lpdMini, positionOf, readGeom, writeGeom } from './index.ts';

const code = (of: string) => expect.objectContaining({ code: of });
const counting = (shape: readonly number[], Type: new (n: number) => Uint16Array | Float64Array = Uint16Array): NdArray => {
  const data = new Type(shape.reduce((product, n) => product * n, 1));
  for (let i = 0; i < data.length; i++) data[i] = i % 60_000;
  return ndarray(data, shape);
};

const small = fc.record({
  ssPixels: fc.integer({ min: 1, max: 40 }), fsPixels: fc.integer({ min: 1, max: 40 }), tiles: fc.integer({ min: 1, max: 3 }), modules: fc.integer({ min: 1, max: 3 }),
  turn: fc.constantFrom<number[][]>([[1, 0, 0], [0, 1, 0]], [[0, -1, 0], [1, 0, 0]], [[-1, 0, 0], [0, -1, 0]], [[0, 1, 0], [-1, 0, 0]], [[0, -1, 0], [-1, 0, 0]]),
});
const build = ({ ssPixels, fsPixels, tiles, modules, turn }: { ssPixels: number; fsPixels: number; tiles: number; modules: number; turn: number[][] }) =>
  // So far apart that nothing overlaps.
  generic({ pixelSize: 1e-4, ssPixels, fsPixels, tiles, ss: turn[0] as never, fs: turn[1] as never, corners: Array.from({ length: modules }, (_, m) => [m * 0.05, m * -0.03, 0] as const) });

describe('assembling', () => {
  test('and taking apart again gives every pixel back; so do strided data, many frames and wider images', () => {
    fc.assert(fc.property(small, fc.integer({ min: 1, max: 3 }), (of, frames) => {
      const geometry = build(of);
      const snapped = geometry.snap();
      const data = counting([frames, ...geometry.shape]);
      const image = snapped.assemble(data);
      expect(snapped.dismantle(image).toNested()).toEqual(data.toNested());
      // As a stream brings it: (module, fs, ss, pulse), turned by its strides alone.
      const online = data.transpose(1, 3, 2, 0).copy();
      expect(snapped.assemble(online.transpose(3, 0, 2, 1)).toNested()).toEqual(image.toNested());
      const wide = snapped.assemble(data, { out: snapped.emptyImage('float32', [frames]) });
      expect(snapped.dismantle(wide).toNested()).toEqual(data.toNested());
      expect([...wide.data].filter((x) => Number.isNaN(x as number)).length).toBe(wide.size - data.size);
    }), { numRuns: 40 });
  });

  test('an image that is used again keeps what lies between the tiles', () => {
    const snapped = exampleJungfrau(2).snap();
    const out = ndarray(new Uint16Array(snapped.size[0] * snapped.size[1]).fill(7), snapped.size);
    expect(snapped.assemble(counting([2, 512, 1024]), { out })).toBe(out);
    const gaps = [...out.data].filter((x) => x === 7).length;
    expect(gaps).toBeGreaterThanOrEqual(out.size - 2 * 512 * 1024);
  });

  test('the origin in the middle also where it lies near the low edge', () => {
    const snapped = exampleJungfrau(1).snap();
    const image = snapped.assembleSymmetric(counting([1, 512, 1024], Float64Array));
    const [height, width] = image.shape as [number, number];
    const [y, x] = [(height >> 1) - snapped.centre[0], (width >> 1) - snapped.centre[1]];
    expect(image.slice(`${y}:${y + snapped.size[0]}, ${x}:${x + snapped.size[1]}`).copy().data).toEqual(snapped.assemble(counting([1, 512, 1024], Float64Array)).data);
  });

  test('refuses what does not fit, by name', () => {
    const snapped = exampleAgipd1m().snap();
    expect(() => snapped.assemble(counting([15, 512, 128]))).toThrow(code('GEOMETRY_SHAPE'));
    expect(() => snapped.assemble(counting([512, 128]))).toThrow(code('GEOMETRY_SHAPE'));
    expect(() => snapped.assemble(counting([16, 512, 128]), { out: counting([10, 10]) })).toThrow(code('GEOMETRY_OUT'));
    expect(() => snapped.assemble(counting([16, 512, 128], Float64Array), { out: snapped.emptyImage('float32') })).toThrow(code('GEOMETRY_OUT'));
    expect(() => snapped.assemble(counting([2, 512, 128]), { modules: [3, 16] })).toThrow(code('GEOMETRY_MODULE'));
    expect(() => snapped.assemble(counting([2, 512, 128]), { modules: [3, 3] })).toThrow(code('GEOMETRY_MODULE'));
    expect(() => snapped.dismantle(counting([5, 5]))).toThrow(code('GEOMETRY_SHAPE'));
  });

  test('JUNGFRAU counts its modules from 1', () => {
    const snapped = exampleJungfrau(2).snap();
    const both = snapped.assemble(counting([2, 512, 1024], Float64Array));
    const second = snapped.assemble(counting([2, 512, 1024], Float64Array).slice('1:2') as NdArray, { modules: [2] });
    expect(snapped.dismantle(second).slice('1').toNested()).toEqual(snapped.dismantle(both).slice('1').toNested());
    expect(() => snapped.assemble(counting([1, 512, 1024]), { modules: [0] })).toThrow(code('GEOMETRY_MODULE'));
  });
});

describe('places', () => {
  test.each([['AGIPD', exampleAgipd1m()], ['LPD', exampleLpd1m()], ['DSSC', exampleDssc1m()], ['JUNGFRAU', exampleJungfrau(8)]])('%s: from the data to x and y and back', (_, geometry) => {
    const [modules, rows, columns] = geometry.shape;
    fc.assert(fc.property(fc.nat(modules - 1), fc.nat(rows - 1), fc.nat(columns - 1), (module, ss, fs) => {
      const [x, y] = positionOf(geometry, { module, ss: ss + 0.5, fs: fs + 0.25 });
      const back = dataAt(geometry, x, y)!;
      expect([back.module, Math.floor(back.ss), Math.floor(back.fs)]).toEqual([module, ss, fs]);
    }), { numRuns: 100 });
    expect(dataAt(geometry, 5, 5)).toBeUndefined();
    expect(() => positionOf(geometry, { module: 99, ss: 0, fs: 0 })).toThrow(code('GEOMETRY_OUTSIDE'));
  });

  test('a unit other than the pixel makes the same detector, also where modules are turned over', () => {
    const quadrants = [[-525, 625], [-550, -10], [520, -160], [542.5, 475]] as const;
    const inMm = agipd1m({ quadrants: quadrants.map(([x, y]) => [x * 0.2, y * 0.2] as const), asicGap: 0.4, panelGap: 5.8, unit: 1e-3 });
    expect(inMm.snap().size).toEqual(exampleAgipd1m().snap().size);
    const turned = { orientations: [[-1, -1]] as const };
    const [pixels, mm] = [jungfrau({ positions: [[100, 200]], ...turned }), jungfrau({ positions: [[7.5, 15]], unit: 1e-3, asicGap: 0.15, ...turned })];
    for (const axis of [0, 1]) expect(mm.modules[0]![0]!.corner[axis]).toBeCloseTo(pixels.modules[0]![0]!.corner[axis]!, 12);
  });

  test('moving keeps what the geometry is', () => {
    const geometry = generic({ pixelSize: 1e-4, ssPixels: 4, fsPixels: 6, corners: [[0, 0, 0], [0, 0.01, 0]] }).offset([1e-3, 0], { modules: 1 });
    expect(geometry.shape).toEqual([2, 4, 6]);
    expect(geometry.modules[1]![0]!.corner).toEqual([1e-3, 0.01, 0]);
    expect(geometry.modules[0]![0]!.corner).toEqual([0, 0, 0]);
    expect(() => geometry.offset([[1, 2], [3, 4], [5, 6]])).toThrow(code('GEOMETRY_SELECTION'));
    expect(() => geometry.offset([1, 2], { modules: 'first' })).toThrow(code('GEOMETRY_SELECTION'));
    expect(() => geometry.offset([1, 2], { modules: 7 })).toThrow(code('GEOMETRY_SELECTION'));
  });
});

describe('files', () => {
  test('positions of quadrants, modules and tiles', () => {
    const file = (tiles: number) => (name: string) => (/^Q\d\/M\d\/(T\d\d\/)?Position$/.test(name) && Number(/T(\d\d)/.exec(name)?.[1] ?? 1) <= tiles ? [1, 2] : undefined);
    const quadrants = [[0, 0], [10, 0], [0, 10], [10, 10]] as const;
    expect(lpd1mFromFile(file(16), { quadrants }).modules[5]![3]!.corner[0]).toBeCloseTo(0.012 - 128 * 5e-4, 12);
    expect(dssc1mFromFile(file(2), { quadrants }).shape).toEqual([16, 128, 512]);
    expect(() => lpd1mFromFile(file(16))).toThrow(code('GEOMETRY_FILE'));
    expect(() => lpd1mFromFile(file(15), { quadrants })).toThrow(code('GEOMETRY_FILE'));
  });

  test.each([
    ['no key and value', 'data'], ['a panel without its number', 'p0a0/min_ss = 0\np0a0/min_fs = x\n'], ['a direction that is none', writeGeom(exampleAgipd1m()).replace('+1x', '+1q')],
    ['another detector', writeGeom(exampleLpd1m())], ['nothing', ''], ['two numbered axes', writeGeom(exampleAgipd1m()).replace('p0a0/dim1 = 0', 'p0a0/dim1 = 0\np0a0/dim4 = 3')],
  ])('a .geom with %s is refused', (_, text) => {
    expect(() => readGeom(text, AGIPD_1M)).toThrow(code('GEOMETRY_GEOM'));
  });

  test('what a .geom says besides is kept: energy, bad regions, groups; panels may be called anything', () => {
    const text = writeGeom(exampleAgipd1m(), { photonEnergy: '/instrument/energy eV', clen: 0.2 })
      .replaceAll('p3a5', 'some_panel')
      .concat('badstripe/panel = some_panel\nbadstripe/min_ss = 320\nbadstripe/max_ss = 330\nbadstripe/min_fs = 0\nbadstripe/max_fs = 127\nbadcorner/min_x = -10.5\nbadcorner/max_x = 3\nbadghost/panel = nobody\nbadghost/min_ss = 1\n');
    const { crystfel } = readGeom(text, AGIPD_1M).extras;
    expect(crystfel).toMatchObject({ photon_energy: '/instrument/energy eV', clen: '0.2' });
    expect(crystfel!.bad.map(({ name, panel, limits }) => [name, panel, limits['min_ss']])).toEqual([['badstripe', 'p3a5', 320], ['badcorner', undefined, undefined]]);
    expect(crystfel!.notes).toHaveLength(1);
    expect(crystfel!.groups['rigid_group_p3']).toContain('p3a5');
    const again = readGeom(writeGeom(readGeom(text, AGIPD_1M), { dims: ['frame', 'ss', 'fs'] }), AGIPD_1M).extras.crystfel!;
    expect(again.bad).toEqual(crystfel!.bad);
  });

  test('numbers of modules and quadrants', () => {
    expect(() => agipd1m({ quadrants: [[0, 0]] })).toThrow(code('GEOMETRY_QUADRANTS'));
    expect(() => lpdMini({ positions: [[0, 0]], rotations: [1, 2] })).toThrow(code('GEOMETRY_MODULES'));
    expect(() => jungfrau({ positions: [] })).toThrow(code('GEOMETRY_MODULES'));
    expect(() => generic({ pixelSize: 1, ssPixels: 1, fsPixels: 1, ss: [1, 1, 0] })).toThrow(code('GEOMETRY_GENERIC'));
    expect([LPD_1M, DSSC_1M, JUNGFRAU].map(({ places }) => places.length)).toEqual([16, 2, 8]);
  });
});
