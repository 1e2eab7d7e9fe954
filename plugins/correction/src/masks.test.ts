import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ndarray, Skip, workspace, zeros, type Action, type ArrayFile, type Constant, type NdArray, type NdLike } from '@trainyard/core';
import { exampleJungfrau, writeGeom } from '@trainyard/geometry';
import { flat } from '@trainyard/kernels';
import { errorCode as code } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { intraDark } from './intra-dark.ts';
import { build as buildIntraDark } from './intra-dark.plugin.ts';
import { edgeMask, maskPixels } from './mask-pixels.ts';
import { build as buildMask } from './mask.plugin.ts';
import { photons } from './photons.ts';
import { build as buildPhotons } from './photons.plugin.ts';
import { build as buildReference } from './reference.plugin.ts';

const numbers = (of: NdLike): number[] => Array.from(flat<Float32Array>(of));
const floats = (values: readonly number[], shape: readonly number[]): NdArray => ndarray(Float32Array.from(values), shape) as NdArray;
type Built = Record<string, { call: (values: unknown[]) => unknown }> & { setReference: Action; reference: Constant };

describe('photons', () => {
  it('property: of what counts give, the counts, with noise below half a photon', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.integer({ min: -49, max: 49 })), { maxLength: 30 }), (list) => {
      expect(numbers(photons(floats(list.map(([count, noise]) => 100 * count + noise), [list.length]), 100))).toEqual(list.map(([count]) => count));
    }));
  });

  it('rounds half up, gives no negative ones, keeps NaN, and takes data in any order', () => {
    expect(numbers(photons(floats([-1e9, -6, -5, 4, 5, NaN], [6]), 10))).toEqual([0, 0, 0, 0, 1, NaN]);
    expect(numbers(photons(ndarray(Int32Array.of(10, 20, 30, 40), [2, 2]).transpose(), 10))).toEqual([1, 3, 2, 4]);
    expect(photons(zeros([0, 3]), 1).shape).toEqual([0, 3]);
    expect(code(() => photons(zeros([2]), 0))).toBe('PHOTON_ADU');
    const views = buildPhotons({ inputs: { image: 'stack#frame' }, params: { adu: 10 } }) as unknown as Built;
    expect(numbers(views.photons!.call([floats([14, 15], [2])]) as NdArray)).toEqual([1, 2]);
  });
});

describe('intraDark', () => {
  const image = ndarray(Uint16Array.of(10, 20, 1, 2, 30, 40, 3, 4, 50, 60), [5, 2]) as NdArray;
  it('subtracts the following pulse, or any other of the group', () => {
    expect(intraDark(image).toNested()).toEqual([[9, 18], [27, 36]]);
    expect(intraDark(image, { every: 2, signal: 1, dark: 0 }).toNested()).toEqual([[-9, -18], [-27, -36]]);
    expect(intraDark(image, { every: 4, signal: 2, dark: 0 }).toNested()).toEqual([[20, 20]]);
    expect(intraDark(image.astype('float64').transpose().copy().transpose()).toNested()).toEqual([[9, 18], [27, 36]]);
    expect(intraDark(image.astype('int64')).toNested()).toEqual([[9, 18], [27, 36]]);
    const views = buildIntraDark({ inputs: { image: 'stack#frame' }, params: { every: 2, signal: 0, dark: 1 } }) as unknown as Built;
    expect((views.corrected!.call([image]) as NdArray).toNested()).toEqual([[9, 18], [27, 36]]);
  });

  it('property: a dark that is the same in each frame of a group goes', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 1000 })), { minLength: 1, maxLength: 9 }), (groups) => {
      const frames = groups.flatMap(([signal, dark]) => [signal + dark, dark]);
      expect(numbers(intraDark(ndarray(Uint16Array.from(frames), [frames.length, 1])))).toEqual(groups.map(([signal]) => signal));
    }));
  });

  it('refuses what has no such group', () => {
    expect(code(() => intraDark(image, { every: 6 }))).toBe('none');
    expect(code(() => intraDark(image.slice(':1')))).toBe('INTRA_DARK');
    expect(code(() => intraDark(zeros([0, 2])))).toBe('INTRA_DARK');
    expect(code(() => intraDark(zeros([4])))).toBe('INTRA_DARK');
    expect(code(() => intraDark(image, { dark: 2 }))).toBe('INTRA_DARK');
    expect(code(() => intraDark(image, { dark: 0 }))).toBe('INTRA_DARK');
  });
});

describe('maskPixels', () => {
  const image = ndarray(Uint16Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 2, 2]) as NdArray;
  it('masks by value, and by masks of the last axes, of modules or of an assembled image', () => {
    expect(numbers(maskPixels(image, { valid: [3, 6] }))).toEqual([NaN, NaN, 3, 4, 5, 6, NaN, NaN]);
    const mask = ndarray(Uint8Array.of(0, 1, 0, 0), [2, 2], { dtype: 'bool' });
    expect(numbers(maskPixels(image, { mask }))).toEqual([1, NaN, 3, 4, 5, NaN, 7, 8]);
    expect(numbers(maskPixels(image, { mask: mask.transpose(), value: -1 }))).toEqual([1, 2, -1, 4, 5, 6, -1, 8]);
    expect(numbers(maskPixels(image, { mask: ndarray(Uint32Array.of(0, 0, 0, 4, 0, 0, 0, 0), [2, 2, 2]) }))).toEqual([1, 2, 3, NaN, 5, 6, 7, 8]);
    expect(maskPixels(zeros([0, 2, 2]), { mask, valid: [0, 1] }).shape).toEqual([0, 2, 2]);
    expect(numbers(maskPixels(floats([NaN, 1], [2]), { valid: [0, 5], value: 9 }))).toEqual([NaN, 1]);
  });

  it('refuses masks that do not fit', () => {
    expect(code(() => maskPixels(image, { mask: zeros([3, 2], 'bool') }))).toBe('MASK_SHAPE');
    expect(code(() => maskPixels(image, { mask: zeros([1, 2, 2, 2], 'bool') }))).toBe('MASK_SHAPE');
    expect(code(() => maskPixels(image, { mask: zeros([2, 2]) }))).toBe('MASK_DTYPE');
    expect(code(() => maskPixels(image, { valid: [2, 1] }))).toBe('CORRECTION_RANGE');
    expect(code(() => edgeMask(4, 4, [3, 2]))).toBe('MASK_SHAPE');
  });

  it('makes masks of the edges of blocks', () => {
    expect(edgeMask(3, 6, [3, 3]).astype('uint8').toNested()).toEqual([[1, 1, 1, 1, 1, 1], [1, 0, 1, 1, 0, 1], [1, 1, 1, 1, 1, 1]]);
  });
});

describe('correction/mask and correction/reference', () => {
  const folder = mkdtempSync(join(tmpdir(), 'correction-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const before = { ...workspace };
  afterEach(() => Object.assign(workspace, before));
  const arraysOf = (names: Record<string, NdArray>): ArrayFile => ({ path: 'some.h5', arrays: new Map(Object.entries(names).map(([name, { shape, dtype }]) => [name, { shape, dtype }])), read: (name) => names[name]! });
  const image = floats([1, 2, 3, 4], [2, 2]);

  it('takes masks of files, of an input, and of edges', () => {
    const text = `\x93NUMPY\x01\x00v\x00${"{'descr': '|b1', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117)}\n\x01\x00\x00\x00`;
    writeFileSync(join(folder, 'mask.npy'), Buffer.from(text, 'latin1'));
    workspace.readText = (path) => readFileSync(path, 'latin1');
    const params = { valid: [] as number[], file: join(folder, 'mask.npy'), dataset: '', edges: [] as number[], value: [] as number[] };
    const of = (inputs: Record<string, string> = {}): Built => buildMask({ inputs: { image: 'stack#frame', ...inputs }, params }) as unknown as Built;
    expect(numbers(of().masked!.call([image]) as NdArray)).toEqual([NaN, 2, 3, 4]);
    params.valid = [0, 3];
    expect(numbers(of({ mask: 'stack#mask' }).masked!.call([image, ndarray(Uint8Array.of(0, 1, 0, 0), [2, 2])]) as NdArray)).toEqual([NaN, NaN, 3, NaN]);
    Object.assign(params, { file: 'mask.h5', valid: [], value: [0] });
    let stored = arraysOf({ a: zeros([2, 2]), mask: ndarray(Uint8Array.of(0, 0, 1, 0), [2, 2]) as NdArray });
    workspace.openArrays = () => stored;
    const views = of();
    expect(numbers(views.masked!.call([image]) as NdArray)).toEqual([1, 2, 0, 4]);
    stored = arraysOf({ mask: ndarray(Uint8Array.of(1, 0, 0, 0), [2, 2]) as NdArray });
    expect(numbers(views.masked!.call([image]) as NdArray)).toEqual([0, 2, 3, 4]);
    params.dataset = 'other';
    expect(code(() => views.masked!.call([image]))).toBe('MASK_FILE');
    Object.assign(params, { file: '', edges: [2, 2] });
    expect(numbers(of().masked!.call([image]) as NdArray)).toEqual([0, 0, 0, 0]);
  });

  it('brings a mask of the assembled image to the modules', () => {
    const geometry = exampleJungfrau(2).snap();
    const [height, width] = geometry.size;
    const mask = zeros([height!, width!], 'bool');
    for (let i = 0; i < mask.data.length; i++) (mask.data as Uint8Array)[i] = Number(i % 7 === 0);
    workspace.readText = () => writeGeom(exampleJungfrau(2), { data: '/data' });
    workspace.openArrays = () => arraysOf({ mask: mask as unknown as NdArray });
    const params = { valid: [], file: 'mask.h5', dataset: '', edges: [], value: [], geom: 'some.geom', detector: 'JUNGFRAU' };
    const data = zeros([3, 2, 512, 1024], 'float32') as unknown as NdArray;
    const views = buildMask({ inputs: { image: 'stack#frame' }, params }) as unknown as Built;
    const masked = views.masked!.call([data]) as NdArray;
    // Assembled again it is the image with the mask.
    const image = geometry.assemble(masked.slice('1').copy());
    const [got, covered] = [numbers(image), numbers(geometry.assemble(data.slice('1').copy()))];
    let wrong = 0;
    for (let i = 0; i < got.length; i++) if (Number.isNaN(got[i]) !== (Number.isNaN(covered[i]) || i % 7 === 0)) wrong += 1;
    expect(wrong).toBe(0);
    params.detector = 'Eiger';
    expect(code(() => views.masked!.call([data]))).toBe('MASK_DETECTOR');
  });

  it('compares with a reference of a file, then with the one that was set', () => {
    const params = { by: 'subtract', trains: 3, file: '', dataset: '' };
    const none = buildReference({ inputs: { image: 'stack#frame' }, params }) as unknown as Built;
    expect(none.compared!.call([image])).toBeInstanceOf(Skip);
    expect(none.current!.call([image])).toBeInstanceOf(Skip);
    params.file = 'reference.h5';
    workspace.openArrays = () => arraysOf({ trainId: zeros([], 'uint32'), 'entry/data/data': floats([1, 1, 1, 0], [2, 2]) });
    const views = buildReference({ inputs: { image: 'stack#frame' }, params }) as unknown as Built;
    expect(numbers(views.compared!.call([image]) as NdArray)).toEqual([0, 1, 2, 4]);
    params.by = 'divide';
    expect(numbers(views.compared!.call([image]) as NdArray)).toEqual([1, 2, 3, NaN]);
    expect(views.setReference.trains).toBe(3);
    views.reference.value = floats([2, 2, 2, 2], [2, 2]);
    expect(numbers(views.compared!.call([image]) as NdArray)).toEqual([0.5, 1, 1.5, 2]);
    expect(views.current!.call([image])).toBe(views.reference.value);
    views.reference.value = undefined;
    params.dataset = 'other';
    expect(code(() => views.compared!.call([image]))).toBe('REFERENCE_FILE');
  });
});
