import { YardError, scratch, type MutableNdArray, type NdLike } from '@trainyard/core';
import { pack, sizeOf } from '@trainyard/kernels';
import { findGpu, isUsed, loadGpuJs, type DeviceKernel, type GpuJs } from './find-gpu.ts';

/** What `this` is in a kernel: which element is computed, and the constants. */
export interface KernelThis<C = Readonly<Record<string, never>>> {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
  readonly constants: C;
}
type Given = NdLike | number;

/** One to three axes, or those of an array. */
export type GpuShape = readonly [number] | readonly [number, number] | readonly [number, number, number] | NdLike;
type RankOf<S extends GpuShape> = S extends NdLike<infer R> ? R : S extends readonly number[] ? S['length'] : never;

export interface GpuKernelOptions<A extends readonly Given[], S extends GpuShape> {
  /** Shape of the result, from what the kernel is called with: `(image) => image`. `this.thread` is x along its last axis. */
  readonly shape: (...args: A) => S;
  /** Numbers and arrays that stay the same: they are brought to the device once, as float32. */
  readonly constants?: Readonly<Record<string, Given>>;
}

/** A kernel, ready to be called with arrays and numbers; arrays travel to the device and the result back on every call. */
export type GpuKernel<A extends readonly Given[], R extends number = number> = (...args: A) => Promise<MutableNdArray<R, Float32Array>>;

interface Compiled {
  readonly run: DeviceKernel;
  readonly shape: readonly number[];
  /** Arrays as float32, used again. */
  readonly packed: Map<number, Float32Array>;
}

/** Loops whose end is not written out are cut after so many rounds; gpu.js's own thousand would be silently too few. */
const LONGEST_LOOP = 2 ** 24;
/** Shapes that a kernel is kept for. */
const KEPT = 4;
let shared: Promise<InstanceType<GpuJs['GPU']>> | undefined;

/**
 * A function of one element of the result, in the JavaScript that gpu.js translates (https://gpu.rocks): on the GPU where there is one (`yard doctor`
 * says), else on the CPU, which is right and slower than a plain loop. Arrays come as `image[y][x]`, all numbers are float32: results of the two agree to
 * float32's rounding, and two GPUs need not give the same bits. A view that calls one is async.
 *
 *     const log = gpuKernel(function (image: number[][], floor: number) {
 *       return Math.log(Math.max(image[this.thread.y][this.thread.x], floor));
 *     }, { shape: (image: NdArray<2>, _floor: number) => image });
 *     export const bright = view.image({ image }, async ({ image }) => log(image, 1));
 *
 * Errors: GPU_SHAPE (not one to three axes, or an empty one), GPU_CODE (what gpu.js cannot translate, with its words).
 */
export function gpuKernel<A extends readonly Given[], S extends GpuShape, C = Readonly<Record<string, never>>>(body: (this: KernelThis<C>, ...args: never[]) => number, { shape: shapeOf, constants = {} }: GpuKernelOptions<A, S>): GpuKernel<A, RankOf<S>> {
  const compiled = new Map<string, Compiled>();
  return async (...args) => {
    const wanted = shapeOf(...args) as readonly number[] | NdLike;
    const shape = checked('The result', 'shape' in wanted ? wanted.shape : wanted);
    const key = [shape, ...args.map((arg) => (typeof arg === 'number' ? 0 : checked('An array', arg.shape)))].join(';');
    let kernel = compiled.get(key);
    if (!kernel) {
      const gpu = await (shared ??= open());
      const run = gpu.createKernel(body, { output: [...shape].reverse(), constants: forDevice(constants), precision: 'single', loopMaxIterations: LONGEST_LOOP });
      compiled.set(key, (kernel = { run, shape, packed: new Map() }));
      if (compiled.size > KEPT) {
        const [oldest, { run: unused }] = compiled.entries().next().value!;
        unused.destroy();
        compiled.delete(oldest);
      }
    }
    const js = loadGpuJs();
    let result: unknown;
    try {
      result = await kernel.run(...args.map((arg, i) => (typeof arg === 'number' ? arg : js.input(float32(arg, kernel.packed, i), sizesOf(arg)))));
    } catch (error) {
      throw new YardError('GPU_CODE', `gpu.js cannot run this kernel: ${(error as Error).message.split('--- generated')[0]!.replaceAll(/\s+/g, ' ').trim()}. It translates a part of JavaScript only: numbers, loops, Math, arrays that are given; count with k += 1.`);
    }
    const out = scratch(shape, 'float32') as MutableNdArray<RankOf<S>, Float32Array>;
    flatten(result as ArrayLike<unknown>, out.data, 0);
    return out;
  };
}

async function open(): Promise<InstanceType<GpuJs['GPU']>> {
  const isGpu = isUsed(await findGpu());
  const { GPU } = loadGpuJs();
  return new GPU({ mode: isGpu ? 'webgpu' : 'cpu' });
}

function checked(what: string, shape: readonly number[]): readonly number[] {
  if (shape.length >= 1 && shape.length <= 3 && shape.every((n) => n > 0)) return shape;
  throw new YardError('GPU_SHAPE', `${what} of a GPU kernel has one to three axes, none of them empty, not (${shape.join(', ')}).`);
}

/** As gpu.js counts: x first. */
const sizesOf = ({ shape }: NdLike): [number] | [number, number] | [number, number, number] => [...shape].reverse() as [number];

function float32(array: NdLike, kept: Map<number, Float32Array>, i: number): Float32Array {
  let packed = kept.get(i);
  if (!packed) kept.set(i, (packed = new Float32Array(sizeOf(array.shape))));
  pack(array, packed);
  return packed;
}

function forDevice(constants: Readonly<Record<string, Given>>): Record<string, unknown> {
  const js = loadGpuJs();
  return Object.fromEntries(Object.entries(constants).map(([name, value]) => {
    if (typeof value === 'number') return [name, value];
    checked(`The constant ${name}`, value.shape);
    return [name, js.input(float32(value, new Map(), 0), sizesOf(value))];
  }));
}

/** Rows of rows as gpu.js gives them, into one array; the next free element. */
function flatten(from: ArrayLike<unknown>, out: Float32Array, at: number): number {
  if (typeof from[0] === 'number') {
    out.set(from as ArrayLike<number>, at);
    return at + from.length;
  }
  for (let i = 0; i < from.length; i++) at = flatten(from[i] as ArrayLike<unknown>, out, at);
  return at;
}
