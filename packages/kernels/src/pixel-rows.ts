import type { Layout } from './pack.ts';

/** The pixels of a stack (all axes but the first) in rows as they lie in memory, and where each pixel lies in a packed result. */
export interface PixelRows {
  readonly length: number;
  /** From one pixel of a row to the next, in the stack and in the result. */
  readonly step: number;
  readonly outStep: number;
  /** Where each row begins in the first frame and in the result. */
  readonly starts: Float64Array;
  readonly outStarts: Float64Array;
}

interface Axis {
  readonly n: number;
  readonly step: number;
  readonly outStep: number;
}

/** Axes that follow each other without a gap in both are one. */
export function pixelRows({ shape, stride, offset }: Layout): PixelRows {
  const axes: Axis[] = [];
  for (let k = shape.length - 1, outStep = 1; k > 0; outStep *= shape[k], k--) if (shape[k] !== 1) axes.push({ n: shape[k], step: stride[k], outStep });
  axes.sort((a, b) => Math.abs(a.step) - Math.abs(b.step));
  const merged: Axis[] = [];
  for (const axis of axes) {
    const inner = merged.at(-1);
    if (inner && axis.step === inner.step * inner.n && axis.outStep === inner.outStep * inner.n) merged[merged.length - 1] = { ...inner, n: inner.n * axis.n };
    else merged.push(axis);
  }
  const [row = { n: 1, step: 1, outStep: 1 }, ...outer] = merged;
  const count = outer.reduce((n, axis) => n * axis.n, 1);
  const [starts, outStarts] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    let [rest, at, out] = [i, offset, 0];
    for (const { n, step, outStep } of outer) {
      at += (rest % n) * step;
      out += (rest % n) * outStep;
      rest = Math.floor(rest / n);
    }
    [starts[i], outStarts[i]] = [at, out];
  }
  return { length: row.n, step: row.step, outStep: row.outStep, starts, outStarts };
}
