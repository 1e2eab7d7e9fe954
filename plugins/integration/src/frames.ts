import type { NdLike } from '@trainyard/core';
import { pack, type Numbers } from '@trainyard/kernels';

/** Frames are packed together, as many as share a cache line where pulses are the dense axis, 32 MB at most. */
const TOGETHER = 16;
const MOST_PIXELS = 2 ** 23;

/**
 * Calls `visit` with each frame of a stack, the last `axes` axes: in place where its pixels lie in order (64-bit integers never),
 * else packed as float32 into `room`. `frame` counts in C order of the other axes.
 */
export function eachFrame(image: NdLike, axes: number, room: (length: number) => Float32Array, visit: (data: Numbers, from: number, frame: number) => void): void {
  const { shape, stride, offset } = image;
  const cut = shape.length - axes;
  const [inFrame, steps] = [shape.slice(cut), stride.slice(cut)];
  const size = inFrame.reduce((n, m) => n * m, 1);
  const numbers = image.dtype !== 'int64' && image.dtype !== 'uint64';
  const dense = numbers && inFrame.every((n, k) => n === 1 || steps[k] === inFrame.slice(k + 1).reduce((a, b) => a * b, 1));
  const [count, ...inner] = cut > 0 ? shape.slice(0, cut) : [1];
  const countStep = cut > 0 ? stride[0] : 0;
  const others = inner.reduce((n, m) => n * m, 1);
  const group = Math.min(count, TOGETHER, Math.max(1, Math.floor(MOST_PIXELS / size)));
  for (let m = 0; m < others; m++) {
    let at = offset;
    for (let k = inner.length - 1, rest = m; k >= 0; rest = Math.floor(rest / inner[k]), k--) at += (rest % inner[k]) * stride[k + 1];
    for (let p = 0; p < count; p += group) {
      const n = Math.min(group, count - p);
      if (dense) {
        for (let g = p; g < p + n; g++) visit(image.data as unknown as Numbers, at + g * countStep, g * others + m);
        continue;
      }
      const work = room(group * size);
      pack({ data: image.data, shape: [n, ...inFrame], stride: [countStep, ...steps], offset: at + p * countStep }, work);
      for (let g = 0; g < n; g++) visit(work, g * size, (p + g) * others + m);
    }
  }
}
