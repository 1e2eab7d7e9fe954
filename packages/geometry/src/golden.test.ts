import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { ndarray, type NdArray } from '@trainyard/nd';
import { describe, expect, test } from 'vitest';
import {
  AGIPD_1M, DSSC_1M, EPIX_100, EPIX_10K, JUNGFRAU, LPD_1M, agipd1m, agipd500k2g, agipdSeams, epix100Pair, epixAt, epixPixelAreas, epixSeams, exampleAgipd1m, exampleDssc1m, exampleJungfrau,
  exampleLpd1m, generic, jungfrau, lpd1m, lpdMini, pixelCorners, pixelPositions, pnccdWithGap, positionOf, readGeom, writeGeom, type Geometry,
} from './index.ts';

interface Golden {
  readonly shape: [number, number, number];
  readonly size?: [number, number];
  readonly centre?: [number, number];
  readonly images: Readonly<Record<string, string>>;
  readonly positions: string | null;
  readonly exactPositions: string | null;
  readonly corners: string | null;
  readonly coordinates: { module: number[]; ss: number[]; fs: number[]; xyz: number[][] } | null;
}

// golden/golden.json: EXtra-geom's own results, made by golden/take_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as { refs: Record<string, Golden>; extra: Record<string, { sha256: string }> };

const jf4m = { positions: [[-1125, -1078], [-1125, -564], [-1090, -43], [-1125, 471], [91, 471], [91, -43], [91, -564], [91, -1078]], orientations: [...Array.from({ length: 4 }, () => [-1, -1]), ...Array.from({ length: 4 }, () => [1, 1])] } as unknown as Parameters<typeof jungfrau>[0];
const perModule = Array.from({ length: 16 }, (_, m) => (m === 5 ? [0, 2e-3, 0] : m === 10 ? [0, -1e-3, 0] : [0, 0, 0]) as unknown as readonly [number, number, number]);
const made: Record<string, () => Geometry> = {
  agipd1m: exampleAgipd1m,
  agipd1m_gaps: () => agipd1m({ quadrants: [[-520.5, 612.25], [-560.5, 4.5], [518.5, -151.5], [541.5, 474.5]], asicGap: 2.5, panelGap: 30.25 }),
  agipd500k2g: () => agipd500k2g(),
  agipd500k2g_origin: () => agipd500k2g({ origin: [100, 40], asicGap: 1, panelGap: [10, 20] }),
  lpd1m: exampleLpd1m,
  lpd1m_gaps: () => lpd1m({ quadrants: [[11.4, 299], [-11.5, 8], [254.5, -16], [278.5, 275]], asicGap: 1.5, panelGap: 3 }),
  dssc1m: exampleDssc1m,
  lpd_mini: () => lpdMini({ positions: [[0, 0], [0, 40], [90, 0]], rotations: [0, 90, 180] }),
  jungfrau_8: () => exampleJungfrau(8),
  jungfrau_4m: () => jungfrau(jf4m),
  jungfrau_1: () => jungfrau({ positions: [[0, 0]] }),
  pnccd: () => pnccdWithGap(),
  epix100: () => epixAt(EPIX_100),
  epix100_pair: epix100Pair,
  epix10k: () => epixAt(EPIX_10K),
  generic: () => generic({ pixelSize: 1e-4, ssPixels: 20, fsPixels: 30, corners: [[0, 0, 0], [0.005, -0.002, 0.001]], ss: [0, -1, 0], fs: [1, 0, 0], tiles: 3 }),
  agipd1m_offset_q1: () => exampleAgipd1m().offset([0, 2e-3], { modules: '0:4' }),
  agipd1m_offset_permodule: () => exampleAgipd1m().offset(perModule),
  agipd1m_rot90: () => exampleAgipd1m().rotate([0, 0, 90]),
  agipd1m_rot1deg: () => exampleAgipd1m().rotate([0, 0, 1]),
  agipd1m_rot_module: () => exampleAgipd1m().rotate([1, 2, 3], { modules: ':1' }),
  agipd1m_rot45: () => exampleAgipd1m().rotate([0, 0, 45]),
};
const turned = (name: string): boolean => name.includes('rot') || name === 'lpd_mini';

function pixels(shape: readonly number[], dtype: 'uint16' | 'float32' = 'uint16'): NdArray {
  const length = shape.reduce((product, n) => product * n, 1);
  const numbers = Uint16Array.from({ length }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 16);
  return ndarray(dtype === 'uint16' ? numbers : Float32Array.from(numbers, (x) => x / 8), shape);
}

function sha(array: NdArray | ArrayBufferView): string {
  const data = ('stride' in array ? array.data : array) as unknown as ArrayBufferView;
  return createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex');
}

/** Nanometres, as EXtra-geom's were rounded: 2 parts in 10^9 of a turned detector may differ by the order of a sum. */
function nanometres(positions: NdArray<4, Float64Array>): BigInt64Array {
  return BigInt64Array.from(positions.data as Float64Array, (x) => {
    const scaled = x * 1e9;
    const floor = Math.floor(scaled);
    const rest = scaled - floor;
    return BigInt(rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1);
  });
}

test('every geometry of EXtra-geom that is made without a file is compared', () => {
  expect(Object.keys(made).sort()).toEqual(Object.keys(golden.refs).sort());
});

describe.each(Object.keys(made))('%s', (name) => {
  const ref = golden.refs[name]!;
  const geometry = made[name]!();

  test('assembled images are those of EXtra-geom, byte for byte', () => {
    expect(geometry.shape).toEqual(ref.shape);
    if (!ref.size) {
      expect(() => geometry.snap()).toThrow(expect.objectContaining({ code: 'GEOMETRY_SNAP' }));
      return;
    }
    const snapped = geometry.snap();
    expect([snapped.size, snapped.centre]).toEqual([ref.size, ref.centre]);
    const one = pixels(geometry.shape);
    const two = pixels([2, ...geometry.shape]);
    const images: Record<string, () => NdArray> = {
      u2: () => snapped.assemble(one),
      f4: () => snapped.assemble(pixels(geometry.shape, 'float32')),
      u2_2frames: () => snapped.assemble(two),
      u2_into_f4_2frames: () => snapped.assemble(two, { out: snapped.emptyImage('float32', [2]) }),
      symmetric_f4: () => snapped.assembleSymmetric(pixels(geometry.shape, 'float32')),
    };
    for (const [key, expected] of Object.entries(ref.images)) expect([key, sha(images[key]!())]).toEqual([key, expected]);
    // Taken apart again, every pixel that no other covers is what it was.
    const back = snapped.dismantle(snapped.assemble(one));
    let same = 0;
    for (let i = 0; i < one.size; i++) same += Number(back.data[i] === one.data[i]);
    expect(same / one.size).toBeGreaterThan(name === 'lpd_mini' ? 0.3 : 0.8);
  });

  test('pixel positions and corners', () => {
    const positions = pixelPositions(geometry);
    if (ref.exactPositions !== null && !turned(name)) expect(sha(positions)).toBe(ref.exactPositions);
    else if (ref.positions !== null) expect(sha(nanometres(positions))).toBe(ref.positions);
    if (ref.corners !== null && !turned(name)) expect(sha(pixelCorners(geometry))).toBe(ref.corners);
    if (ref.coordinates) {
      for (const [i, module] of ref.coordinates.module.entries()) {
        const got = positionOf(geometry, { module, ss: ref.coordinates.ss[i]!, fs: ref.coordinates.fs[i]! });
        for (const axis of [0, 1, 2]) expect(got[axis]).toBeCloseTo(ref.coordinates.xyz[i]![axis]!, 12);
      }
    }
  });

  test('written as .geom and read again it is the same, with an axis of modules and without', () => {
    for (const dims of [['frame', 'modno', 'ss', 'fs'], ['frame', 'ss', 'fs']] as const) {
      const again = readGeom(writeGeom(geometry, { dims }), geometry.layout);
      const [a, b] = [pixelPositions(geometry).data, pixelPositions(again).data];
      let worst = 0;
      for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
      expect(worst).toBeLessThan(1e-15);
    }
  });
});

describe('shapes that data come in', () => {
  test('modules that are missing stay empty', () => {
    const snapped = exampleAgipd1m().snap();
    const modules = Array.from({ length: 16 }, (_, m) => m).filter((m) => m !== 3 && m !== 11);
    expect(sha(snapped.assemble(pixels([14, 512, 128], 'float32'), { modules }))).toBe(golden.extra['agipd1m_missing_modules_3_11_f4']!.sha256);
    expect(sha(snapped.assemble(pixels([2, 14, 512, 128]), { modules }))).toBe(golden.extra['agipd1m_missing_modules_u2_2frames']!.sha256);
  });

  test('raw ePix frames, pnCCD as one frame, a single JUNGFRAU module', () => {
    expect(sha(epixAt(EPIX_100).snap().assemble(pixels([708, 768])))).toBe(golden.extra['epix100_raw_708_rows']!.sha256);
    expect(sha(pnccdWithGap().snap().assemble(pixels([1024, 1024])))).toBe(golden.extra['pnccd_1024x1024']!.sha256);
    expect(sha(jungfrau({ positions: [[0, 0]] }).snap().assemble(pixels([512, 1024])))).toBe(golden.refs['jungfrau_1']!.images['u2']);
  });

  test('seams and areas', () => {
    expect(sha(agipdSeams())).toBe(golden.extra['agipd_asic_seams']!.sha256);
    expect(sha(epixSeams(EPIX_100))).toBe(golden.extra['epix100_asic_seams']!.sha256);
    expect(epixPixelAreas(EPIX_100).sum()).toBeCloseTo(golden.extra['epix100_pixel_areas_sum'] as unknown as number, 12);
  });
});

const oracles = new URL('../../../../shared/oracles/geometry/', import.meta.url);
describe.skipIf(!existsSync(oracles))('files of the facility (needs ../shared)', () => {
  const refs = existsSync(oracles) ? (JSON.parse(readFileSync(new URL('geom_refs.json', oracles), 'utf8').replaceAll('NaN', 'null')) as { refs: { name: string; position_modules_u2: { sha256: string } }[] }).refs : [];
  const expected = (name: string): string => refs.find((ref) => ref.name === name)!.position_modules_u2.sha256;
  test.each([['agipd1m.geom', 'agipd1m_from_geom', AGIPD_1M], ['agipd1m_2d.geom', 'agipd1m_from_2d_geom', AGIPD_1M], ['jungfrau_4m.geom', 'jungfrau_4m_from_geom', JUNGFRAU], ['lpd1m.geom', 'lpd1m_from_geom', LPD_1M], ['dssc1m.geom', 'dssc1m_from_geom', DSSC_1M]] as const)('%s', (file, name, layout) => {
    const geometry = readGeom(readFileSync(new URL(file, oracles), 'utf8'), layout);
    expect(sha(geometry.snap().assemble(pixels(geometry.shape)))).toBe(expected(name));
  });
});
