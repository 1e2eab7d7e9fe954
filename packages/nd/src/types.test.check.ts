import {
  add, arange, array, concatenate, fft, gt, mean, median, ndarray, sqrt, stack, sub, where, writable, zeros, type Image, type MutableNdArray, type NdArray, type NdLike, type Stack, type Vector,
} from './index.ts';

// Checked by the compiler only: each line below @ts-expect-error must not compile, every other one must.
declare const image: Image;
declare const frames: NdArray<3, Uint16Array>;
declare const ids: NdArray<1, BigUint64Array>;
declare const anything: NdArray;

// A narrower array is accepted where a wider one is asked for, never the other way.
export const asStack: Stack = frames;
export const asAny: NdArray = frames;
export const asLike: NdLike = ids;
export const freshVector: NdArray = array([1, 2]);
// @ts-expect-error an array of unknown rank is not an image
export const notImage: Image = anything;
// @ts-expect-error a stack is not an image
export const stackIsNotImage: Image = frames;

// Ranks through slices and transposes.
export const roi: Image = image.slice('350:750, 1000:1500');
export const line: Vector = image.slice('-1');
export const point: NdArray<0> = image.slice('3, 4');
export const column: Vector = image.slice('..., 0');
export const frame: NdArray<2, Uint16Array> = frames.slice('0').transpose();
export const unknownRank: NdArray = image.slice(`${image.size}`);
// @ts-expect-error an integer drops its axis
export const tooDeep: Image = image.slice('3, :');

// Elements.
export const pixel: number = image.get(1, 2);
export const id: bigint = ids.get(0);
// @ts-expect-error a 64-bit element is not a number
export const notNumber: number = ids.get(0);

// Inputs are read-only; results and scratch are not.
// @ts-expect-error no set
image.set(0, 0, 1);
// @ts-expect-error no element is assigned
image.data[0] = 1;
// @ts-expect-error not a writable typed array
export const writableData: Float32Array = image.data;
export const scratch: MutableNdArray<2, Float64Array> = zeros([2, 3]).set(0, 0, 1);
scratch.data[0] = 1;
export const opened: MutableNdArray<2> = writable(image);
export const bytes: NdArray<2, Uint8Array> = zeros([2, 3], 'bool');

// Arithmetic, reductions, factories.
export const sameRank: Image = image.sub(1).div(image).clip(0, 1);
export const wider: Stack = image.add(frames);
export const narrower: Stack = frames.add(image);
export const total: number = image.sum();
export const profile: Vector = image.mean({ axis: 0 });
export const kept: Image = image.mean({ axis: 0, keepdims: true });
export const whole: number = image.mean({ axis: undefined });
export const several: NdArray = frames.max({ axis: [0, 1] });
export const brightest: NdArray<2, Uint16Array> = frames.max({ axis: 0 });
export const every: boolean = image.gt(0).all();
export const shaped: NdArray<3, Uint16Array> = frames.reshape(4, 1024, 1024);
export const nested: NdArray<2, Float64Array> = array([[1, 2], [3, 4]]);
export const typed: NdArray<1, Float32Array> = array(new Float32Array(3));
export const plane: NdArray<2, Float32Array> = ndarray(new Float32Array(6), [2, 3]);
export const joined: Vector = concatenate([arange(3), arange(2)]);
export const piled: Image = stack([arange(3), arange(3)]);
export const picked: number = profile.dot(profile);
// @ts-expect-error the mean over an axis is not a number
export const notScalar: number = image.mean({ axis: 0 });
// @ts-expect-error a reshape to three axes is not an image
export const reshaped: Image = image.reshape(2, 3, 4);
// @ts-expect-error text is no operand
image.add('1');

// Functions.
export const two: number = sqrt(4);
export const five: number = add(2, 3);
export const offsets: Image = sub(1, image);
export const isTrue: boolean = gt(2, 1);
export const average: number = mean([1, 2, 3]);
export const rows: Vector = median(image, { axis: 1 });
export const chosen: Image = where(image.gt(0), image, NaN);
export const spectrum: Vector = fft(profile).re;
// @ts-expect-error text has no mean
mean('abc');
