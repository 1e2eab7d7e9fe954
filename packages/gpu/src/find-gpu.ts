import { createRequire } from 'node:module';

/** The GPU of this machine, or why there is none. */
export interface FoundGpu {
  /** As its driver calls it; undefined where there is none. */
  readonly name?: string;
  /** It is drawn by the CPU (SwiftShader, llvmpipe): right, and slower than the plain loops. */
  readonly isSoftware?: boolean;
  /** One sentence. */
  readonly message: string;
}

interface Adapter {
  readonly info: { readonly vendor: string; readonly device: string; readonly description: string; readonly isFallbackAdapter?: boolean };
}
interface WebGpu {
  requestAdapter(options?: { readonly powerPreference?: 'high-performance' }): Promise<Adapter | null>;
}

/** Held as long as the thread: an instance that is collected takes the process with it. */
let instance: WebGpu | undefined;
let found: Promise<FoundGpu> | undefined;

/**
 * Looks for a GPU, once in a thread, and puts it where gpu.js finds it (`navigator.gpu`). One that is drawn by software counts as none, but for
 * `TRAINYARD_GPU=software`; with `TRAINYARD_GPU=off` nothing is looked for. Never throws.
 */
export function findGpu(): Promise<FoundGpu> {
  return (found ??= look());
}

async function look(): Promise<FoundGpu> {
  const wish = process.env['TRAINYARD_GPU'];
  if (wish === 'off') return { message: 'TRAINYARD_GPU=off: no GPU is looked for.' };
  try {
    const dawn = (await import('webgpu')) as unknown as { create(flags: readonly string[]): WebGpu; readonly globals: object };
    Object.assign(globalThis, dawn.globals);
    instance = dawn.create([]);
    const adapter = await instance.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return { message: 'No GPU with a Vulkan, Metal or Direct3D 12 driver is there.' };
    const { vendor, device, description, isFallbackAdapter } = adapter.info;
    const name = [vendor, device, description].filter((part) => part !== '').join(', ');
    const isSoftware = isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe/i.test(name);
    if (isSoftware && wish !== 'software') return { name, isSoftware, message: `${name} is drawn by the CPU and is not used.` };
    Object.defineProperty(globalThis.navigator, 'gpu', { value: instance, configurable: true });
    return { name, isSoftware, message: name };
  } catch (error) {
    return { message: `No GPU can be used: ${(error as Error).message.split('\n')[0]}` };
  }
}

/** Whether kernels run on it. */
export const isUsed = ({ name, isSoftware }: FoundGpu): boolean => name !== undefined && (isSoftware !== true || process.env['TRAINYARD_GPU'] === 'software');

/** What is used of gpu.js; its own types leave out `input`. */
export interface GpuJs {
  readonly GPU: new (settings: { readonly mode: 'webgpu' | 'cpu' }) => { createKernel(body: unknown, settings: object): DeviceKernel };
  /** An array in C order and its sizes, x first. */
  input(values: Float32Array, sizes: readonly number[]): unknown;
}
export interface DeviceKernel {
  (...args: readonly unknown[]): unknown;
  destroy(): void;
}

/** gpu.js is a CommonJS module that looks at `navigator.gpu` when it is loaded: only after `findGpu`. */
export function loadGpuJs(): GpuJs {
  return createRequire(import.meta.url)('gpu.js') as GpuJs;
}
