import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as nd from './index.ts';
import { NdArray, MutableNdArray, arange, array, asNdArray, concatenate, empty, full, linspace, ndarray, ones, stack, writable, zeros } from './index.ts';

const code = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    if (error instanceof nd.NdError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
};

describe('making arrays', () => {
  test('over existing memory, without a copy', () => {
    const data = new Uint16Array([1, 2, 3, 4, 5, 6]);
    const a = ndarray(data, [2, 3]);
    data[4] = 50;
    expect(a.toNested()).toEqual([[1, 2, 3], [4, 50, 6]]);
    expect([a.dtype, a.dimension, a.size, a.isContiguous]).toEqual(['uint16', 2, 6, true]);
    expect(ndarray(data, [3, 2], { stride: [1, 3] }).toNested()).toEqual([[1, 4], [2, 50], [3, 6]]);
    expect(ndarray(data, [2], { stride: [-2], offset: 5 }).toNested()).toEqual([6, 4]);
    expect(ndarray(new Uint8Array([0, 1]), [2], { dtype: 'bool' }).dtype).toBe('bool');
    expect(ndarray(new Float32Array(new SharedArrayBuffer(8))).sum()).toBe(0);
  });

  test('a layout that leaves the memory is refused', () => {
    expect(code(() => ndarray(new Float32Array(5), [2, 3]))).toMatch(/^ND_BOUNDS: shape \(2, 3\).* 5 elements/);
    expect(code(() => ndarray(new Float32Array(6), [2, 3], { offset: 1 }))).toMatch(/^ND_BOUNDS/);
    expect(code(() => ndarray(new Float32Array(6), [2], { stride: [-1] }))).toMatch(/^ND_BOUNDS/);
    expect(code(() => ndarray(new Float32Array(6), [1.5]))).toMatch(/^ND_SHAPE/);
    expect(code(() => ndarray(new Float32Array(6), [6], { dtype: 'int8' }))).toMatch(/^ND_DTYPE/);
    expect(code(() => zeros([-1]))).toMatch(/^ND_SHAPE/);
    expect(code(() => zeros([1], 'float128' as 'float64'))).toMatch(/^ND_DTYPE.*float128/);
  });

  test('from nested numbers', () => {
    expect(array([[1, 2], [3, 4]]).dtype).toBe('float64');
    expect(array([1n, 2n]).get(1)).toBe(2n);
    expect(array([true, false]).dtype).toBe('bool');
    expect(array([[1, 2], [3, 4]], 'uint8').data).toEqual(new Uint8Array([1, 2, 3, 4]));
    expect(code(() => array([[1, 2], [3]]))).toMatch(/^ND_SHAPE: ragged/);
    for (const no of ['a', null, undefined, {}]) expect(code(() => array([1, no] as unknown as number[]))).toMatch(/^ND_DTYPE: element 1 is .*no number/);
    expect(code(() => array([[1, 2], 3]))).toMatch(/^ND_SHAPE: ragged/);
    expect(array(5).shape).toEqual([]);
  });

  test('zeros, ones, full, empty, arange, linspace', () => {
    expect(zeros([2, 2], 'int64').get(0, 0)).toBe(0n);
    expect(ones(3, 'uint8').toNested()).toEqual([1, 1, 1]);
    expect(full([2], 2.5, 'float32').toNested()).toEqual([2.5, 2.5]);
    expect(empty([0, 3]).size).toBe(0);
    expect(arange(3).toNested()).toEqual([0, 1, 2]);
    expect(arange(5, 0, -2).toNested()).toEqual([5, 3, 1]);
    expect(linspace(0, 1, 5).toNested()).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  test('stack and concatenate take the common dtype and say which shapes differ', () => {
    expect(stack([arange(2), arange(2)], { axis: 1 }).toNested()).toEqual([[0, 0], [1, 1]]);
    expect(concatenate<1>([ones(1, 'uint8'), ones(1, 'int16')]).dtype).toBe('int16');
    expect(concatenate<1>([ones(1, 'uint64'), ones(1, 'int64')]).dtype).toBe('float64');
    expect(code(() => concatenate([zeros([2, 3]), zeros([2, 4])]))).toMatch(/^ND_SHAPE.*\(2, 3\) and \(2, 4\)/);
    expect(code(() => stack([]))).toMatch(/^ND_EMPTY/);
  });

  test('asNdArray takes what is there', () => {
    const a = arange(3);
    expect(asNdArray(a)).toBe(a);
    expect(asNdArray(new Int8Array(2)).dtype).toBe('int8');
    expect(asNdArray([[1, 2]]).shape).toEqual([1, 2]);
    const foreign = { data: new Float32Array(4), shape: [2, 2], stride: [1, 2], offset: 0, dtype: 'float32' as const, dimension: 2 };
    expect(asNdArray(foreign).stride).toEqual([1, 2]);
  });
});

describe('indexing', () => {
  const a = arange(12).reshape(3, 4);
  test('get, index, item', () => {
    expect([a.get(1, 2), a.get(-1, -1), a.data[a.index(2, 1)], a.slice('0, 3').item()]).toEqual([6, 11, 9, 3]);
    expect(code(() => a.get(3, 0))).toBe('ND_INDEX: index 3 is out of bounds for axis 0 with 3 elements');
    expect(code(() => a.get(1))).toMatch(/^ND_INDEX: 1 indices for an array of shape \(3, 4\)/);
    expect(code(() => a.item())).toMatch(/^ND_SHAPE/);
  });
  test('slices are views that say what they do not understand', () => {
    expect(a.slice('1:, ::-2').toNested()).toEqual([[7, 5], [11, 9]]);
    expect(code(() => a.slice('1;2'))).toMatch(/^ND_SLICE: slice '1;2' of an array of shape \(3, 4\): '1;2' is not/);
    expect(code(() => a.slice('::0'))).toMatch(/^ND_SLICE.*step cannot be 0/);
    expect(code(() => a.slice('..., ...'))).toMatch(/^ND_SLICE/);
    expect(code(() => a.slice('5'))).toMatch(/^ND_INDEX/);
  });
  test("scijs' names", () => {
    expect(a.pick(1, null).toNested()).toEqual([4, 5, 6, 7]);
    expect(a.pick(-1, 2).toNested()).toEqual([2, 6, 10]);
    expect(a.lo(1, 2).hi(2, 1).toNested()).toEqual([[6], [10]]);
    expect(a.step(-1, 2).toNested()).toEqual([[8, 10], [4, 6], [0, 2]]);
    expect(a.transpose(1, 0).shape).toEqual([4, 3]);
    expect(code(() => a.transpose(0, 0))).toMatch(/^ND_AXIS/);
  });
});

describe('writing', () => {
  test('results and scratch are written in place, inputs have no way to', () => {
    const out = zeros([2, 3], 'float32');
    out.set(1, -1, 7).assign(out.add(1));
    writable(out.slice('0')).fill(5);
    expect(out.toNested()).toEqual([[5, 5, 5], [1, 1, 8]]);
    expect(out.assign(arange(3)).toNested()).toEqual([[0, 1, 2], [0, 1, 2]]);
    expect(code(() => out.assign(arange(2)))).toMatch(/^ND_SHAPE/);
    const input = ndarray(new Float32Array(2));
    expect(input).not.toBeInstanceOf(MutableNdArray);
    expect('set' in input).toBe(false);
  });
});

describe('what differs from numpy on purpose', () => {
  test('integers neither wrap nor truncate', () => {
    expect(array([200, 100], 'uint8').add(100).toNested()).toEqual([300, 200]);
    expect(array([1, 0], 'uint16').sub(array([2, 0], 'uint16')).toNested()).toEqual([-1, 0]);
    expect(array([5, 3], 'uint16').diff().toNested()).toEqual([-2]);
    expect(array([-128], 'int8').abs().toNested()).toEqual([128]);
    const dtypes = (['bool', 'uint8', 'int16', 'float16', 'float32', 'int32', 'uint32', 'int64', 'float64'] as const).map((d) => zeros(1, d).add(1).dtype);
    expect(dtypes).toEqual(['float32', 'float32', 'float32', 'float32', 'float32', 'float64', 'float64', 'float64', 'float64']);
  });
  test('a number takes the dtype of the array it meets, as in numpy', () => {
    const a = array([0.1], 'float32');
    expect(a.eq(0.1).all()).toBe(true);
    expect(a.add(0.2).dtype).toBe('float32');
  });
  test('64-bit integers compare exactly', () => {
    const big = array([9007199254740993n, 9007199254740992n], 'uint64');
    expect(big.eq(big.slice('::-1')).any()).toBe(false);
    expect(big.gt(9007199254740992).toNested()).toEqual([1, 0]);
  });
});

describe('errors', () => {
  test('name the shapes', () => {
    expect(code(() => zeros([2, 3]).add(zeros([2, 4])))).toMatch(/^ND_SHAPE: shapes \(2, 3\) and \(2, 4\) cannot be broadcast/);
    expect(code(() => zeros([0]).max())).toMatch(/^ND_EMPTY: max of an array of shape \(0,\)/);
    expect(code(() => zeros([3]).sum({ axis: 1 }))).toMatch(/^ND_AXIS/);
    expect(code(() => zeros([3]).sum({ axis: [0, 0] }))).toMatch(/^ND_AXIS/);
    expect(code(() => zeros([3]).percentile(101))).toMatch(/^ND_ARGUMENT/);
    expect(code(() => array([1, 1, 1]).polyfit(arange(3), 1))).toMatch(/^ND_ARGUMENT.*different x/);
    expect(code(() => zeros([2, 3]).reshape(4))).toMatch(/^ND_SHAPE.*\(2, 3\) \(6 elements\) into \(4,\)/);
    expect(zeros([0]).mean()).toBeNaN();
    expect(zeros([0]).sum()).toBe(0);
  });
});

test('every free function that a method has too gives what the method gives', () => {
  const a = array([[0.5, 2, -1.25], [3, 0.75, 1]]);
  const simple = [
    'abs', 'exp', 'sqrt', 'square', 'negative', 'floor', 'ceil', 'sin', 'cos', 'log', 'log10', 'log1p', 'round', 'clip', 'isfinite', 'isnan', 'sum', 'mean', 'median',
    'nansum', 'nanmean', 'nanmedian', 'std', 'nanstd', 'nanvar', 'min', 'max', 'nanmin', 'nanmax', 'argmin', 'argmax', 'any', 'all', 'diff', 'cumsum', 'sort', 'argsort', 'ravel', 'squeeze', 'transpose',
  ];
  for (const name of simple) {
    const free = (nd as unknown as Record<string, (a: NdArray) => unknown>)[name];
    const method = (a as unknown as Record<string, () => unknown>)[name];
    expect([name, inspect(free(a))]).toEqual([name, inspect(method.call(a))]);
  }
  expect(nd.variance(a)).toBe(a.var());
  expect([nd.add(2, 3), nd.sub(1, array([1, 2])).toNested(), nd.gt(2, 1), nd.lt(a, 1).sum(), nd.sqrt(9), nd.mean([1, 2, 6]), nd.maximum(2, 7)]).toEqual([5, [0, -1], true, 3, 3, 3, 7]);
  expect(nd.where(a.gt(0), a, NaN).nanmin()).toBe(0.5);
  expect(nd.percentile(a, 50)).toBe(a.median());
  expect(nd.nanpercentile([1, NaN, 3], [0, 100]).toNested()).toEqual([1, 3]);
  expect(nd.take(a, [-1]).toNested()).toEqual([1]);
  expect(nd.compress(a.gt(1), a).toNested()).toEqual([2, 3]);
  expect(nd.reshape(a, 3, 2).shape).toEqual([3, 2]);
  expect(nd.histogram(a, { bins: 2 }).counts.toNested()).toEqual([3, 3]);
  expect(nd.interp(0.5, [0, 1], [10, 20]).item()).toBe(15);
  expect(nd.polyfit([0, 1, 2], [1, 3, 5], 1).round(9).toNested()).toEqual([2, 1]);
  expect([nd.polyval([2, 1], 3), nd.dot(arange(3), arange(3))]).toEqual([7, 5]);
  expect(nd.fftfreq(4, 0.5).toNested()).toEqual([0, 0.5, -1, -0.5]);
});

test('prints short', () => {
  expect(String(arange(4).reshape(2, 2))).toBe('float64 (2, 2) [[0 1] [2 3]]');
  expect(inspect(zeros([1000], 'uint16'))).toBe('uint16 (1000,) [0 0 0 ... 0 0 0]');
  expect(String(array([NaN, -Infinity, 0.1], 'float32'))).toBe('float32 (3,) [nan -inf 0.1]');
  expect(String(array([true, false]))).toBe('bool (2,) [True False]');
  expect(String(zeros([0, 2]))).toBe('float64 (0, 2) []');
});
