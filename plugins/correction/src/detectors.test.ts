import { readFileSync } from 'node:fs';
import { ndarray, zeros, type AnyTypedArray, type ArrayFile, type NdArray, type NdLike } from '@trainyard/core';
import { flat } from '@trainyard/kernels';
import { errorCode as code, nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Constants, type DetectorConstants } from './constants.ts';
import { correctDetector } from './correct-detector.ts';
import { badBits, type DetectorName } from './detectors.ts';

// golden/detectors.json: numpy's own results, made by golden/make_detectors.py.
interface Stored { readonly dtype: 'uint8' | 'uint16' | 'uint32' | 'float32'; readonly shape: readonly number[]; readonly data: readonly (number | null)[] }
const kinds: Readonly<Record<Stored['dtype'], new (values: number[]) => AnyTypedArray>> = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array };
const golden = JSON.parse(readFileSync(new URL('../golden/detectors.json', import.meta.url), 'utf8')) as Record<'agipd' | 'jungfrau' | 'dssc', Record<string, Stored>>;
function arrays<K extends string>(of: 'agipd' | 'jungfrau' | 'dssc'): Record<K, NdArray> {
  return Object.fromEntries(Object.entries(golden[of]).map(([name, { dtype, shape, data }]) => [name, ndarray(new kinds[dtype](data.map((v) => v ?? NaN)), shape)])) as Record<K, NdArray>;
}
const numbers = (of: NdLike | undefined): number[] => Array.from(flat<Float32Array>(of!));
const equal = (a: NdLike | undefined, b: NdLike): void => expect(numbers(a)).toEqual(numbers(b));

const agipd = arrays<'raw' | 'cells' | 'cellId' | 'offset' | 'relativeGain' | 'thresholds' | 'badPixels' | 'stage' | 'values' | 'reasons' | 'shifted'>('agipd');
const constants: DetectorConstants = { offset: agipd.offset, relativeGain: agipd.relativeGain, thresholds: agipd.thresholds, badPixels: agipd.badPixels, cellId: agipd.cellId };
const jungfrau = arrays<'raw' | 'offset' | 'gain' | 'stage' | 'values'>('jungfrau');
const dssc = arrays<'raw' | 'offset' | 'cells' | 'values'>('dssc');

describe('correctDetector', () => {
  it('AGIPD equals numpy exactly: stages, values and reasons of two modules, by cell', () => {
    const fix = correctDetector('agipd', { constants, badBits: 0xffff });
    const got = fix(agipd.raw, { cells: agipd.cells, details: true });
    expect(got.values.shape).toEqual([4, 2, 6, 8]);
    equal(got.stage, agipd.stage);
    equal(got.values, agipd.values);
    equal(got.badPixels, agipd.reasons);
    equal(fix(agipd.raw, { cells: agipd.cells }).values, agipd.values);
  });

  it('AGIPD takes the digital gain apart, and data in another order of memory', () => {
    const fix = correctDetector('agipd', { constants, badBits: 0xffff });
    const [analog, digital] = [agipd.raw.slice(':, :, 0'), agipd.raw.slice(':, :, 1')];
    equal(fix(analog, { gain: digital, cells: agipd.cells }).values, agipd.values);
    const turned = (of: NdArray): NdArray => of.transpose(1, 3, 2, 0).copy().transpose(3, 0, 2, 1);
    equal(fix(turned(analog.copy()), { gain: turned(digital.copy()), cells: agipd.cells }).values, agipd.values);
  });

  it('AGIPD subtracts the common mode of blocks', () => {
    const fix = correctDetector('agipd', { constants, commonMode: { block: [3, 4], range: [-60, 60], least: 3 } });
    expect(nearness(numbers(fix(agipd.raw, { cells: agipd.cells }).values), numbers(agipd.shifted), 1).max).toBeLessThan(1e-6);
  });

  it('a camera subtracts the medians of rows, then of columns', () => {
    const raw = ndarray(Uint16Array.of(11, 21, 31, 12, 22, 32, 13, 23, 93), [3, 3]);
    const commonMode = [{ block: [1, 3], by: 'median', range: [0, 50], least: 2 }, { block: [3, 1], by: 'median', range: [-50, 50], least: 2 }] as const;
    expect(correctDetector('camera', { constants: { offset: zeros([3, 3]) }, commonMode })(raw).values.toNested()).toEqual([[0, 0, 0], [0, 0, 0], [5, 5, 65]]);
  });

  it('JUNGFRAU equals numpy exactly, also its invalid code', () => {
    const got = correctDetector('jungfrau', { constants: { offset: jungfrau.offset, gain: jungfrau.gain } })(jungfrau.raw, { details: true });
    equal(got.values, jungfrau.values);
    equal(got.stage, jungfrau.stage);
    expect(numbers(got.badPixels)).toEqual(numbers(jungfrau.stage).map((stage) => (stage === 255 ? badBits.wrongGain : 0)));
    const adc = ndarray(Uint16Array.from(numbers(jungfrau.raw), (v) => v & 0x3fff), jungfrau.raw.shape);
    const codes = ndarray(Uint8Array.from(numbers(jungfrau.raw), (v) => v >> 14), jungfrau.raw.shape);
    equal(correctDetector('jungfrau', { constants: { offset: jungfrau.offset, gain: jungfrau.gain } })(adc, { gain: codes }).values, jungfrau.values);
    const marked = correctDetector('jungfrau', { constants: { offset: jungfrau.offset, gain: jungfrau.gain }, badValue: -1 })(jungfrau.raw).values;
    expect(numbers(marked)).toEqual(numbers(jungfrau.values).map((v) => (Number.isNaN(v) ? -1 : v)));
  });

  it('DSSC takes 0 for 256; a camera does not', () => {
    equal(correctDetector('dssc', { constants: { offset: dssc.offset } })(dssc.raw, { cells: dssc.cells }).values, dssc.values);
    const camera = correctDetector('camera', { constants: { offset: zeros([3, 5]) }, factor: 2 });
    expect(numbers(camera(dssc.raw).values)).toEqual(numbers(dssc.raw).map((v) => 2 * v));
    expect(numbers(camera(dssc.raw.slice('0').astype('uint8')).values)).toEqual(numbers(dssc.raw.slice('0').copy()).map((v) => 2 * v));
  });

  it('takes a single frame without its axis, with its cell as a number', () => {
    const [frame, cell] = [agipd.raw.slice('2, 0'), 9];
    const one: DetectorConstants = Object.fromEntries(Object.entries({ ...constants }).map(([name, of]) => [name, name === 'cellId' ? of : (of as NdArray).slice(':, :, 0').copy()]));
    const got = correctDetector('agipd', { constants: one, badBits: 0xffff })(frame, { cells: cell });
    expect(got.values.shape).toEqual([6, 8]);
    equal(got.values, agipd.values.slice('2, 0').copy());
  });

  it('gives whole photons, and reasons for what is out of range or no number', () => {
    const offset = ndarray(Float32Array.of(0, 0, NaN, 0), [2, 2]);
    const relativeGain = ndarray(Float32Array.of(1, 1e9, 1, Infinity), [2, 2]);
    const raw = ndarray(Uint16Array.of(14, 14, 14, 14), [2, 2]);
    const got = correctDetector('camera', { constants: { offset, relativeGain }, factor: 0.1, photon: 1 })(raw, { details: true });
    expect(numbers(got.values)).toEqual([1, NaN, NaN, NaN]);
    expect(numbers(got.badPixels)).toEqual([0, 4096, 4096, 4096]);
    const steps = correctDetector('camera', { constants: { offset, relativeGain }, factor: 0.1, photon: 1, commonMode: { block: [2, 2], range: [-1, 1], least: 1 } })(raw, { details: true });
    equal(steps.values, got.values);
    equal(steps.badPixels, got.badPixels!);
  });

  it('property: raw data made of photons give them back, whatever the cell', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.array(fc.tuple(fc.nat({ max: 200 }), fc.nat({ max: 3 })), { minLength: 1, maxLength: 12 }), (cells, pixels, frames) => {
      const offset = ndarray(Float32Array.from({ length: cells * pixels }, (_, i) => 100 + (i * 37) % 50), [cells, 1, pixels]);
      const raw = ndarray(Uint16Array.from({ length: frames.length * pixels }, (_, i) => {
        const [count, cell] = frames[Math.floor(i / pixels)]!;
        return 100 + (((cell % cells) * pixels + (i % pixels)) * 37) % 50 + 8 * count;
      }), [frames.length, 1, pixels]);
      const got = correctDetector('camera', { constants: { offset, cellId: ndarray(Uint16Array.from({ length: cells }, (_, i) => 10 * i), [cells]) }, factor: 1 / 8 })(raw, { cells: ndarray(Uint16Array.from(frames, ([, cell]) => 10 * (cell % cells)), [frames.length]) });
      expect(numbers(got.values)).toEqual(frames.flatMap(([count]) => Array<number>(pixels).fill(count)));
    }));
  });

  it('prepares constants again when others are given, and gives no frames for none', () => {
    let offset = zeros([2, 2]);
    const fix = correctDetector('camera', () => ({ constants: { offset } }));
    const raw = ndarray(Uint16Array.of(1, 2, 3, 4), [2, 2]);
    expect(numbers(fix(raw).values)).toEqual([1, 2, 3, 4]);
    offset = zeros([2, 2]).fill(1);
    expect(numbers(fix(raw).values)).toEqual([0, 1, 2, 3]);
    expect(fix(zeros([0, 2, 2], 'uint16')).values.shape).toEqual([0, 2, 2]);
    expect(numbers(fix(zeros([2, 2, 2], 'uint16')).values)).toEqual(Array(8).fill(-1));
  });

  it.each<[string, DetectorName, NdLike, DetectorConstants | undefined, NdLike | undefined, string]>([
    ['floats', 'agipd', zeros([4, 2, 6, 8]), constants, agipd.cells, 'RAW_DTYPE'],
    ['no digital gain', 'agipd', zeros([4, 6, 8], 'uint16'), constants, agipd.cells, 'RAW_SHAPE'],
    ['one axis', 'camera', zeros([4], 'uint16'), { offset: zeros([4]) }, undefined, 'RAW_SHAPE'],
    ['no pixels', 'camera', zeros([4, 0, 3], 'uint16'), { offset: zeros([0, 3]) }, undefined, 'RAW_SHAPE'],
    ['no offset', 'jungfrau', jungfrau.raw, { gain: jungfrau.gain }, undefined, 'CONSTANTS_MISSING'],
    ['nothing', 'jungfrau', jungfrau.raw, undefined, undefined, 'CONSTANTS_MISSING'],
    ['no thresholds', 'agipd', agipd.raw, { offset: agipd.offset }, agipd.cells, 'CONSTANTS_MISSING'],
    ['another module count', 'agipd', agipd.raw.slice(':, :1'), constants, agipd.cells, 'CONSTANTS_SHAPE'],
    ['constants without the axis of stages', 'jungfrau', jungfrau.raw, { offset: zeros([2, 5, 7]) }, undefined, 'CONSTANTS_SHAPE'],
    ['constants of another rank', 'camera', jungfrau.raw, { offset: zeros([1, 1, 5, 7]) }, undefined, 'CONSTANTS_SHAPE'],
    ['thresholds for all pixels in the constants', 'agipd', agipd.raw, { offset: agipd.offset, thresholds: zeros([2, 6, 8]) }, agipd.cells, 'CONSTANTS_SHAPE'],
    ['bits as floats', 'jungfrau', jungfrau.raw, { offset: jungfrau.offset, badPixels: jungfrau.gain }, undefined, 'CONSTANTS_DTYPE'],
    ['cells that the constants do not have', 'agipd', agipd.raw, constants, ndarray(Uint16Array.of(5, 2, 9, 3), [4]), 'CONSTANTS_CELLS'],
    ['constants of different cells', 'agipd', agipd.raw, { ...constants, relativeGain: zeros([3, 2, 2, 6, 8]) }, agipd.cells, 'CONSTANTS_CELLS'],
    ['a cell named twice', 'agipd', agipd.raw, { ...constants, cellId: ndarray(Uint16Array.of(1, 2, 1), [3]) }, agipd.cells, 'CONSTANTS_CELLS'],
    ['no cells', 'agipd', agipd.raw, constants, undefined, 'CELLS_MISSING'],
    ['another number of cells', 'agipd', agipd.raw, constants, ndarray(Uint16Array.of(5, 2), [2]), 'CELLS_SHAPE'],
  ])('refuses %s by name', (_, name, raw, from, cells, expected) => {
    expect(code(() => correctDetector(name, { constants: from })(raw, { cells }))).toBe(expected);
  });

  it('refuses a common mode of blocks that do not fill the module, and another digital gain', () => {
    expect(code(() => correctDetector('agipd', { constants, commonMode: { block: [4, 4], range: [-1, 1], least: 1 } })(agipd.raw, { cells: agipd.cells }))).toBe('COMMON_MODE_BLOCK');
    expect(code(() => correctDetector('agipd', { constants })(agipd.raw.slice(':, :, 0'), { gain: agipd.raw.slice(':3, :, 0'), cells: agipd.cells }))).toBe('RAW_SHAPE');
  });
});

describe('Constants of a file', () => {
  const file = (names: Record<string, NdArray>): ArrayFile => ({
    path: 'constants.h5', arrays: new Map(Object.entries(names).map(([name, { shape, dtype }]) => [name, { shape, dtype }])),
    read: (name, slice = []) => names[name]!.slice(slice.map(([from, to]) => `${from}:${to}`).join(', ') || ':'),
  });
  const { raw, offset, gain, values } = jungfrau;

  it('are found by name, in a group, as NAME/data, and as the viewer saved them', () => {
    for (const [group, names] of [['', { offset, gain }], ['/jungfrau/', { 'jungfrau/offset': offset, 'jungfrau/gain/data': gain }], ['', { 'entry/fix_offset/data': offset, 'entry/gain/data': gain }]] as const) {
      equal(correctDetector('jungfrau', { constants: file(names), group })(raw).values, values);
    }
    equal(correctDetector('agipd', { constants: file({ ...constants } as Record<string, NdArray>), badBits: 0xffff })(agipd.raw, { cells: agipd.cells }).values, agipd.values);
  });

  it('are refused where there are none, or several', () => {
    expect(code(() => new Constants(file({ other: offset }), '', [5, 7], 3))).toBe('CONSTANTS_FILE');
    expect(code(() => new Constants(file({ offset }), 'group', [5, 7], 3))).toBe('CONSTANTS_FILE');
    expect(code(() => new Constants(file({ 'entry/a_offset/data': offset, 'entry/b_offset/data': offset }), '', [5, 7], 3))).toBe('CONSTANTS_FILE');
    expect(code(() => correctDetector('jungfrau', { constants: 'constants.h5' })(raw))).toBe('NO_FILES');
    // A constant that is there and is none is not left out in silence, and no file makes a worker count to a billion.
    expect(code(() => new Constants({ ...file({ offset }), others: new Map([['gain', 'string']]) }, '', [5, 7], 3))).toBe('CONSTANTS_DTYPE');
    const endless: ArrayFile = { path: 'constants.h5', arrays: new Map([['offset', { shape: [3, 1e9, 5, 7], dtype: 'float32' }]]), read: () => offset };
    expect(code(() => new Constants(endless, '', [5, 7], 3))).toBe('CONSTANTS_CELLS');
  });
});
