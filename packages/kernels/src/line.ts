import type { Layout } from './pack.ts';

/** `n` elements from index `at` on, `step` apart, into `line` in its type. */
export function copyLine({ data }: Pick<Layout, 'data'>, at: number, step: number, n: number, line: Float64Array | Float32Array): void {
  if (step === 1 && typeof data[at] !== 'bigint') line.set((data as unknown as Float64Array).subarray(at, at + n));
  else for (let i = 0; i < n; i++) line[i] = Number(data[at + i * step]);
}
