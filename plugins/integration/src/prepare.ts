/** In place and in float32: values within `delta` of the dummy become NaN, then the dark is subtracted. */
export function prepare(data: Float32Array, from: number, n: number, dark: Float32Array | undefined, dummy: number | undefined, delta: number): void {
  if (dummy !== undefined) for (let i = from; i < from + n; i++) if (Math.abs(data[i] - dummy) <= delta) data[i] = Number.NaN;
  if (dark) for (let i = 0; i < n; i++) data[from + i] -= dark[i];
}
