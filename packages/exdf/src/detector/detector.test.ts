import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NumericArray } from '@trainyard/hdf5';
import { openRun } from '../open/open-run.ts';
import type { Run } from '../run.ts';
import { writeFile, type GroupSpec } from '../write-file.test.support.ts';
import { badPixelBits } from './bad-pixels.ts';
import { detector, type Detector } from './detector.ts';
import type { Frames } from './detector-key.ts';
import { findDetectors } from './kinds.ts';

/** Runs with what EXtra-data 1.24 reads of their detectors; kept beside the repository, not in it. */
const root = fileURLToPath(new URL('../../../../../shared/oracles/runs/', import.meta.url));
const available = existsSync(join(root, 'expected'));
if (!available) console.log('skipped: the runs of ../shared/oracles are not there');
interface ArrayFacts { shape: number[]; sha256: string }
const expected = (name: string, part: string): Record<string, unknown> => (JSON.parse(readFileSync(join(root, 'expected', `${name}.json`), 'utf8')) as Record<string, Record<string, unknown>>)[part]!;

const opened: Run[] = [];
async function open(run: string): Promise<Run> {
  const one = await openRun(join(root, 'XMPL/202450/p700000', run), { runMap: 'off' });
  opened.push(one);
  return one;
}
afterAll(() => opened.forEach((run) => run.close()));

/** EXtra-data has modules first: (module, frame, ...). */
function moduleFirst({ shape, data }: Pick<Frames, 'shape' | 'data'>): ArrayFacts {
  const [frames, modules, ...rest] = shape as [number, number, ...number[]];
  const size = rest.reduce((product, length) => product * length, 1);
  const hash = createHash('sha256');
  for (let m = 0; m < modules; m++) {
    for (let f = 0; f < frames; f++) {
      const part = (data as Uint16Array).subarray((f * modules + m) * size, (f * modules + m + 1) * size);
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    }
  }
  return { shape: [modules, frames, ...rest], sha256: hash.digest('hex') };
}
const facts = ({ shape, sha256 }: ArrayFacts): ArrayFacts => ({ shape, sha256 });
const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe.skipIf(!available)('as EXtra-data 1.24 reads them', () => {
  test('AGIPD 1M, recorded: a module misses a train, another has it without frames', async () => {
    const told = expected('raw_r0001', 'AGIPD1M_raw') as { ndarray: ArrayFacts; ndarray_gaps: ArrayFacts; pulse0: ArrayFacts; pulse_id4: ArrayFacts; roi_analog: ArrayFacts; pulse_ids: number[]; cell_ids: number[]; frame_tids: number[]; availability: number[][]; train_ids: number[]; trains_require_all: number[]; trains_any: number[]; min_modules_all: number[] };
    const run = await open('raw/r0001');
    expect(findDetectors(run).map(({ name, kind }) => [name, kind.name])).toEqual(expected('raw_r0001', 'detectors'));
    const det = detector(run, 'AGIPD1M', { raw: true });
    expect([det.name, det.raw, det.trainIds, det.modules.length]).toEqual(['SPB_DET_AGIPD1M-1', true, told.train_ids, 16]);
    const { pixels } = det;
    const all = pixels.frames();
    expect(moduleFirst(all)).toEqual(facts(told.ndarray_gaps));
    expect(moduleFirst(pixels.frames({ modules: 'present' }))).toEqual(facts(told.ndarray));
    expect(moduleFirst(pixels.pulses('0:1').frames())).toEqual(facts(told.pulse0));
    expect(moduleFirst(pixels.pulses({ ids: [4] }).frames())).toEqual(facts(told.pulse_id4));
    const signal = pixels.frames({ roi: [[0, 1]] });
    expect(moduleFirst({ ...signal, shape: [6, 16, 512, 128] })).toEqual(facts(told.roi_analog));
    expect([pixels.pulseIds(), pixels.cellIds(), all.trainIds, pixels.availability().map((one) => [...one])]).toEqual([told.pulse_ids, told.cell_ids, told.frame_tids, told.availability]);
    expect([...pixels.trains()].map(({ trainId }) => trainId)).toEqual(told.trains_require_all);
    expect([...pixels.trains({ requireAll: false })].map(({ trainId }) => trainId)).toEqual(told.trains_any);
    expect(detector(run, undefined, { minModules: 16 }).trainIds).toEqual(told.min_modules_all);
    // A train by itself is the same frames; memory may be used again.
    const into = new Uint8Array(2 * 16 * 2 * 512 * 128 * 2 + 8);
    const one = pixels.train(told.train_ids[1]!, { into, fill: 9 })!;
    const size = 16 * 2 * 512 * 128;
    const want = (all.data as Uint16Array).slice(2 * size, 4 * size);
    // Modules 1 and 2 have nothing in this train.
    for (const frame of [0, 1]) want.fill(9, frame * size + 2 * 512 * 128, frame * size + 3 * 2 * 512 * 128);
    expect(Buffer.compare(new Uint8Array(one.data.buffer, 0, one.data.byteLength), new Uint8Array(want.buffer))).toBe(0);
    expect([one.shape, one.data.buffer === into.buffer]).toEqual([[2, 16, 2, 512, 128], true]);
    const { shape, pulseIds } = pixels.stacked({ roi: [null, [0, 2], [0, 2]] });
    expect([shape, pulseIds]).toEqual([[3, 2, 16, 2, 2, 2], [0, 4]]);
    expect(det.key('header.pulseCount').frames()).toMatchObject({ shape: [3, 16], trainIds: told.train_ids });
  });

  test('AGIPD 1M, corrected: masks by bit, a module that is absent', async () => {
    const told = expected('proc_r0001', 'AGIPD1M_corr') as Record<string, ArrayFacts>;
    const run = await open('proc/r0001');
    const det = detector(run);
    expect([det.raw, det.modules.length, det.moduleCount]).toEqual([false, 15, 16]);
    expect(moduleFirst(det.pixels.frames({ modules: 'present' }))).toEqual(facts(told['ndarray']!));
    expect(moduleFirst(det.pixels.frames())).toEqual(facts(told['ndarray_gaps']!));
    expect(moduleFirst(det.key('image.mask').frames({ modules: 'present' }))).toEqual(facts(told['mask']!));
    expect(moduleFirst(det.masked().frames({ modules: 'present' }))).toEqual(facts(told['masked_data']!));
    for (const bits of [1 << badPixelBits.VALUE_IS_NAN, ['VALUE_IS_NAN'] as const]) expect(moduleFirst(det.masked({ bits, value: -1 }).frames({ modules: 'present' }))).toEqual(facts(told['masked_bit11_fill_m1']!));
    expect(errorOf(() => detector(run, undefined, { raw: true }))).toMatchObject({ code: 'EXDF_DETECTOR', message: expect.stringContaining('no recorded data') });
    expect(errorOf(() => det.masked({ bits: ['DEAD' as 'USER1'] }))).toMatchObject({ code: 'EXDF_DETECTOR', message: expect.stringContaining('VALUE_IS_NAN') });
  });

  test('LPD 1M with parallel gain: pulses by stage', async () => {
    const told = expected('raw_r0002', 'LPD1M_parallel_gain') as { shape: number[]; sha: string; pulse: number[]; gain: number[] };
    const det = detector(await open('raw/r0002'), 'LPD1M', { raw: true, parallelGain: true });
    const { shape, data, pulseIds } = det.pixels.stacked({ modules: 'present' });
    // Upstream: (module, train, gain, pulse, ss, fs).
    const [trains, gains, pulses, modules, ss, fs] = shape as [number, number, number, number, number, number];
    expect(moduleFirst({ shape: [trains * gains * pulses, modules, ss, fs], data }).sha256).toBe(told.sha);
    expect([[modules, trains, gains, pulses, ss, fs], pulseIds]).toEqual([told.shape, told.pulse]);
    expect(det.pixels.pulses('0:1').frames({ roi: [[0, 1], [0, 1]] }).trainIds).toHaveLength(9);
    expect(errorOf(() => det.pixels.pulses({ ids: 'x' }).frames())).toMatchObject({ code: 'EXDF_SELECT' });
  });

  test('DSSC 1M, with another number of frames in each train', async () => {
    const told = expected('raw_r0003', 'DSSC1M') as { ndarray: ArrayFacts; frame_counts: Record<string, number>; gaps_shape: number[] };
    const det = detector(await open('raw/r0003'), 'DSSC1M', { raw: true });
    expect(moduleFirst(det.pixels.frames({ modules: 'present' }))).toEqual(facts(told.ndarray));
    expect(Object.fromEntries(det.trainIds.map((id, i) => [id, det.frameCounts[i]]))).toEqual(told.frame_counts);
    const [modules, frames, ...rest] = told.gaps_shape;
    expect(det.pixels.shape).toEqual([frames, modules, ...rest]);
  });

  test('JUNGFRAU: memory cells, modules from 1', async () => {
    const told = expected('raw_r0004', 'JUNGFRAU') as { ndarray: ArrayFacts; train_ids: number[] };
    const det = detector(await open('raw/r0004'), 'JUNGFRAU', { raw: true });
    expect([det.modules, det.cells, det.trainIds, det.frameCounts]).toEqual([[1, 2], 2, told.train_ids, [2, 2, 2]]);
    const { shape, data } = det.pixels.frames({ modules: 'present' });
    expect(shape).toEqual([6, 2, 512, 1024]);
    // Upstream: (module, train, cell, ss, fs).
    expect(moduleFirst({ shape, data }).sha256).toBe(told.ndarray.sha256);
    expect(det.pixels.pulseIds()).toEqual([1, 2, 1, 2, 1, 2]);
    expect(det.key('data.frameNumber').frames().shape).toEqual([6, 2]);
    expect(det.key('data.trainId').frames().shape).toEqual([3, 2]);
  });

  test('a reduced AGIPD: trains without frames are not there', async () => {
    const told = expected('raw_r0007', 'AGIPD1M_reduced') as { frame_counts: number[]; train_ids: number[]; ndarray: ArrayFacts; first_pulse: ArrayFacts };
    const det = detector(await open('raw/r0007'), 'SPB_DET_AGIPD1M-1', { raw: true });
    expect([det.trainIds, det.frameCounts]).toEqual([told.train_ids, told.frame_counts]);
    expect(moduleFirst(det.pixels.frames({ modules: 'present' }))).toEqual(facts(told.ndarray));
    expect(moduleFirst(det.pixels.pulses([0]).frames({ modules: 'present' }))).toEqual(facts(told.first_pulse));
  });
});

/** A small detector of odd shapes: module m has frames (ss 2, fs 3) numbered so that every pixel tells where it is from. */
interface ModuleSpec { readonly module: number; readonly counts: readonly number[] }
const folder = mkdtempSync(join(tmpdir(), 'exdf-detector-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pixel = (module: number, train: number, frame: number, at: number): number => ((module * 10 + train) * 10 + frame) * 10 + at;

function moduleGroup(name: string, { module, counts }: ModuleSpec, extra: (frames: { train: number; frame: number }[]) => GroupSpec['keys'] = () => ({})): GroupSpec {
  const frames = counts.flatMap((count, train) => Array.from({ length: count }, (_, frame) => ({ train, frame })));
  let next = 0;
  const first = counts.map((count) => (next += count) - count);
  return {
    source: name.replace('{module}', String(module)), group: 'image', first, count: counts,
    keys: {
      'image.data': { data: Float32Array.from(frames.flatMap(({ train, frame }) => Array.from({ length: 6 }, (_, at) => pixel(module, train, frame, at)))), shape: [2, 3] },
      'image.pulseId': { data: BigUint64Array.from(frames, ({ frame }) => BigInt(frame * 4)), shape: [1] },
      'image.cellId': { data: Uint16Array.from(frames, ({ frame }) => frame) },
      'image.mask': { data: Uint32Array.from(frames.flatMap(() => [0, 1, 2, 4, 0x8000_0000, 0])), shape: [2, 3] },
      ...extra(frames),
    },
  };
}

async function small(name: string, modules: readonly ModuleSpec[], trains: number, extra?: Parameters<typeof moduleGroup>[2]): Promise<Run> {
  rmSync(folder, { recursive: true, force: true });
  for (const one of modules) await writeFile(join(folder, `CORR-R0001-X${String(one.module).padStart(2, '0')}-S00000.h5`), { trainIds: Array.from({ length: trains }, (_, i) => i + 1), groups: [moduleGroup(name, one, extra)] });
  return openRun(folder, { runMap: 'off' });
}

describe('of any counts', () => {
  test('each frame is where it belongs, by place, by train and by pulse', async () => {
    const trains = fc.array(fc.record({ frames: fc.integer({ min: 0, max: 3 }), has: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }) }), { minLength: 1, maxLength: 4 });
    await fc.assert(fc.asyncProperty(trains, fc.constantFrom(':', '1:', '::2', [0], [2, 1], { ids: '4:' }, { ids: [0, 8] }), fc.constantFrom('all', 'present') as fc.Arbitrary<'all' | 'present'>, async (spec, which, modules) => {
      const numbers = [0, 2, 3];
      const run = await small('A_DET_LPD_MINI/CORR/{module}CH0:output', numbers.map((module, m) => ({ module, counts: spec.map(({ frames, has }) => (has[m] ? frames : 0)) })), spec.length);
      const used = spec.map(({ frames, has }, train) => ({ train, frames: has.some(Boolean) ? frames : 0, has })).filter(({ frames }) => frames > 0);
      let det: Detector;
      try {
        det = detector(run);
      } catch (error) {
        expect([(error as { code: string }).code, used.length]).toEqual(['EXDF_DETECTOR', 0]);
        run.close();
        return;
      }
      expect([det.trainIds, det.frameCounts, det.moduleCount]).toEqual([used.map(({ train }) => train + 1), used.map(({ frames }) => frames), 4]);
      const chosen = (frame: number): boolean => (which === ':' || (which === '1:' && frame >= 1) || (which === '::2' && frame % 2 === 0) || (Array.isArray(which) && which.includes(frame)) || (typeof which === 'object' && 'ids' in which && (which.ids === '4:' ? frame >= 1 : frame !== 1)));
      const places = used.flatMap(({ train, frames, has }) => Array.from({ length: frames }, (_, frame) => ({ train, frame, has })).filter(({ frame }) => chosen(frame)));
      const list = modules === 'all' ? [0, 1, 2, 3] : numbers;
      const value = (module: number, { train, frame, has }: (typeof places)[number], at: number): number => (numbers.includes(module) && has[numbers.indexOf(module)] ? pixel(module, train, frame, at) : Number.NaN);
      const key = det.pixels.pulses(which);
      const found = key.frames({ modules });
      expect(found.shape).toEqual([places.length, list.length, 2, 3]);
      expect([...found.data]).toEqual(places.flatMap((place) => list.flatMap((module) => Array.from({ length: 6 }, (_, at) => value(module, place, at)))));
      expect([key.frameTrainIds(), key.pulseIds(), key.cellIds()]).toEqual([places.map(({ train }) => train + 1), places.map(({ frame }) => frame * 4), places.map(({ frame }) => frame)]);
      const cut = key.frames({ modules, roi: [[1, 2], [0, 2]], fill: -1 });
      expect([...cut.data]).toEqual(places.flatMap((place) => list.flatMap((module) => [3, 4].map((at) => value(module, place, at)).map((one) => (Number.isNaN(one) ? -1 : one)))));
      const { shape, data, pulseIds } = key.stacked({ modules });
      const ids = [...new Set(places.map(({ frame }) => frame * 4))].sort((a, b) => a - b);
      expect([shape, pulseIds]).toEqual([[used.length, ids.length, list.length, 2, 3], ids]);
      expect([...data]).toEqual(used.flatMap(({ train, frames, has }) => ids.flatMap((id) => list.flatMap((module) => Array.from({ length: 6 }, (_, at) => (id / 4 < frames ? value(module, { train, frame: id / 4, has }, at) : Number.NaN))))));
      for (const { train } of used) expect(key.train(train + 1)?.data.length ?? 0).toBe(places.filter((place) => place.train === train).length * 24);
      run.close();
    }), { numRuns: 40 });
  });

  test('bits of a mask, the highest too; a value for what is bad', async () => {
    const run = await small('A_DET_AGIPD500K2G/CORR/{module}CH0:output', [{ module: 3, counts: [1] }], 1);
    const det = detector(run, undefined);
    expect([det.kind.name, det.moduleCount]).toEqual(['AGIPD500K', 8]);
    const masked = (options: Parameters<Detector['masked']>[0]): number[] => [...det.masked(options).frames({ modules: 'present' }).data as Float32Array].map((value) => value % 10);
    expect(masked({})).toEqual([0, NaN, NaN, NaN, NaN, 5]);
    expect(masked({ bits: ['USER2'] })).toEqual([0, 1, 2, 3, NaN, 5]);
    expect(masked({ bits: 6, value: 100 })).toEqual([0, 1, 0, 0, 4, 5]);
    expect(errorOf(() => det.masked({ key: 'image.mask' }))).toMatchObject({ code: 'EXDF_DETECTOR', message: expect.stringContaining('give a value') });
    expect([...det.masked({ key: 'image.mask', value: 9 }).frames({ modules: 'present' }).data]).toEqual([0, 9, 9, 9, 9, 0]);
    expect(errorOf(() => det.masked({ key: 'image.cellId', value: 0 }))).toMatchObject({ code: 'EXDF_DETECTOR', message: expect.stringContaining('does not fit') });
    run.close();
  });

  test('any detector by the pattern of its sources', async () => {
    const run = await small('MID_EXP_NEW/DET/PANEL-{module}:out', [{ module: 5, counts: [1, 0] }, { module: 7, counts: [1, 1] }], 2);
    expect(findDetectors(run)).toEqual([]);
    const det = detector(run, { sources: 'MID_EXP_NEW/DET/PANEL-{module}:out', firstModule: 5, modules: 4 });
    expect([det.name, det.modules, det.moduleCount, det.trainIds]).toEqual(['MID_EXP_NEW', [5, 7], 4, [1, 2]]);
    expect([...det.pixels.frames().data].map((value, i) => (i % 6 === 0 ? value : undefined)).filter((value) => value !== undefined)).toEqual([5000, NaN, 7000, NaN, NaN, NaN, 7100, NaN]);
    expect(errorOf(() => detector(run))).toMatchObject({ code: 'EXDF_DETECTOR', message: expect.stringContaining('no detector of several modules') });
    expect(errorOf(() => detector(run, { sources: 'MID_EXP_NEW/DET/PANEL-5:out' }))).toMatchObject({ message: expect.stringContaining('{module}') });
    expect(errorOf(() => detector(run, { sources: 'X/{module}' }))).toMatchObject({ message: expect.stringContaining('No source fits') });
    expect(errorOf(() => detector(run, { sources: 'MID_EXP_NEW/DET/PANEL-{module}:out', modules: 4 }))).toMatchObject({ message: expect.stringContaining('Module 5, 7 is outside of 0 to 3') });
    run.close();
  });

  describe('what does not fit together is refused by name', () => {
    let run: Run;
    beforeAll(async () => {
      run = await small('A_DET_LPD1M-1/CORR/{module}CH0:output', [{ module: 0, counts: [2, 2] }, { module: 1, counts: [2, 3] }], 2);
    });
    test('counts, thirds, names, modules', () => {
      expect(errorOf(() => detector(run))).toMatchObject({ code: 'EXDF_DETECTOR', message: expect.stringContaining('In train 2 module 0 has 2 frames, module 1 3') });
      expect(detector(run, undefined, { modules: [1] }).frameCounts).toEqual([2, 3]);
      expect(detector(run.trains([1])).frameCounts).toEqual([2]);
      expect(errorOf(() => detector(run, undefined, { modules: [0], parallelGain: true }))).toMatchObject({ message: expect.stringContaining('three stages') });
      expect(errorOf(() => detector(run, 'LPD1N'))).toMatchObject({ message: expect.stringContaining('Did you mean "LPD1M"?') });
      expect(errorOf(() => detector(run, undefined, { modules: [9] }))).toMatchObject({ message: expect.stringContaining('There is none of the modules 9') });
      expect(errorOf(() => detector(run.trains([1]), undefined, { minModules: 3 }))).toMatchObject({ message: expect.stringContaining('at least 3 modules') });
      expect(errorOf(() => detector(run.trains([1])).pixels.frames({ roi: [null, null, null] }))).toMatchObject({ code: 'EXDF_SELECT' });
      expect(errorOf(() => detector(run.trains([1])).key('image.none'))).toMatchObject({ code: 'EXDF_NO_KEY' });
      expect(errorOf(() => detector(run.trains([1])).pixels.frames({ into: new Uint8Array(8) }))).toMatchObject({ message: expect.stringContaining('the buffer has 8') });
    });

    test('pulse IDs that differ, or come twice', async () => {
      const odd = await small('A_DET_DSSC1M-1/CORR/{module}CH0:output', [{ module: 0, counts: [2] }], 1, (frames) => ({ 'image.pulseId': { data: BigUint64Array.from(frames, () => 7n), shape: [1] } }));
      expect(errorOf(() => detector(odd).pixels.stacked())).toMatchObject({ message: expect.stringContaining('has pulse ID 7 twice') });
      expect(detector(odd).pixels.frames().shape[0]).toBe(2);
      odd.close();
      await writeFile(join(folder, 'CORR-R0001-X09-S00000.h5'), { trainIds: [1], groups: [moduleGroup('A_DET_DSSC1M-1/CORR/{module}CH0:output', { module: 9, counts: [2] })] });
      const two = await openRun(folder);
      expect(errorOf(() => detector(two).pixels.pulseIds())).toMatchObject({ code: 'EXDF_DETECTOR', message: expect.stringContaining('modules 0 and 9 do not have the same numbers') });
      two.close();
    });
  });
});

test('numbers of several types', async () => {
  const values: NumericArray = BigInt64Array.of(-1n, 2n);
  const run = await small('A_DET_LPD_SOLO/CORR/{module}CH0:output', [{ module: 0, counts: [2] }], 2, () => ({ 'image.big': { data: values } }));
  const det = detector(run);
  expect([det.kind.name, det.moduleCount]).toEqual(['LPDSolo', 1]);
  expect(det.key('image.big').frames({ fill: 3 })).toMatchObject({ dtype: 'int64', shape: [2, 1], data: values });
  run.close();
});
