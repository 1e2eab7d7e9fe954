import { KernelError, needLength, type Floats } from './numbers.ts';
import { sizeOf, type Layout } from './pack.ts';
import { pixelRows } from './pixel-rows.ts';
import { StackFast } from './stack-fast.ts';
import { StackPlain } from './stack-plain.ts';
import { TILE, type Frames, type StackTile } from './stack-sums.ts';

/** What a stack of frames gives per pixel, of the frames in which the pixel is not NaN. */
export const stackImageNames = ['mean', 'sum', 'min', 'max', 'std', 'var', 'count'] as const;
export type StackImage = (typeof stackImageNames)[number];
/** Where each that is wanted goes, in C order of the pixels. A pixel that is NaN in all frames is NaN; its count is 0. */
export type StackOut = Partial<Record<StackImage, Floats>>;

/** Pixels apart in memory: so few that they stay in the cache, with all their frames, from one frame to the next. */
const APART = 1024;

/**
 * Images over the frames of a stack: the frames are its first axis, or some entries of it; all other axes are pixels. A tile of pixels goes through all
 * frames, frame after frame in float64, so the bits depend neither on tiles nor on how the stack lies in memory. The variance (ddof 0) is taken about the
 * first value of each pixel and then moved to the mean: it loses no more than 1e-16 of itself per frame. NaN counts nowhere.
 */
export class StackImages {
  #plain: StackPlain | undefined;
  #fast: StackFast | undefined;

  /** `frames`: which of them, by index; without it all. Errors: STACK_RANK, STACK_FRAME, KERNEL_LENGTH. */
  run(stack: Layout, out: StackOut, frames?: ArrayLike<number>): void {
    if (stack.shape.length === 0) throw new KernelError('STACK_RANK', 'a stack has frames along its first axis; this is a single number');
    const chosen = distances(stack, frames);
    const pixels = sizeOf(stack.shape.slice(1));
    for (const name of stackImageNames) if (out[name]) needLength(name, out[name], pixels);
    if (pixels === 0) return;
    const rows = pixelRows(stack);
    const sums = StackFast.takes(stack, rows.step, chosen) ? (this.#fast ??= new StackFast()) : (this.#plain ??= new StackPlain());
    const size = rows.step === 1 ? TILE : APART;
    const asked = stackImageNames.filter((name) => out[name]);
    const wanted = { onlyMean: asked.join() === 'mean' && out.mean instanceof Float32Array && rows.outStep === 1, sums: asked.some((name) => name !== 'min' && name !== 'max'), extremes: !!(out.min ?? out.max), squares: !!(out.std ?? out.var) };
    for (let row = 0; row < rows.starts.length; row++) {
      for (let c = 0; c < rows.length; c += size) {
        const n = Math.min(size, rows.length - c);
        const tile = sums.sum(stack, rows.starts[row] + c * rows.step, rows.step, n, chosen, wanted);
        write(tile, n, out, rows.outStarts[row] + c * rows.outStep, rows.outStep);
      }
    }
  }
}

function distances({ shape: [count], stride: [step] }: Layout, frames?: ArrayLike<number>): Frames {
  if (!frames) return Float64Array.from({ length: count }, (_, i) => i * step);
  return Float64Array.from(frames, (i) => {
    if (!(Number.isInteger(i) && i >= 0 && i < count)) throw new KernelError('STACK_FRAME', `there is no frame ${i} in a stack of ${count}`);
    return i * step;
  });
}

function write({ sum, count, min, max, squares, mean }: StackTile, n: number, out: StackOut, to: number, step: number): void {
  if (mean) {
    out.mean!.set(mean.subarray(0, n), to);
    return;
  }
  if (out.sum) for (let i = 0; i < n; i++) out.sum[to + i * step] = count[i] === 0 ? NaN : canonical(sum[i]);
  if (out.count) for (let i = 0; i < n; i++) out.count[to + i * step] = count[i];
  if (out.mean) for (let i = 0; i < n; i++) out.mean[to + i * step] = canonical(sum[i] / count[i]);
  if (out.min) for (let i = 0; i < n; i++) out.min[to + i * step] = min[i] > max[i] ? NaN : min[i] + 0;
  if (out.max) for (let i = 0; i < n; i++) out.max[to + i * step] = min[i] > max[i] ? NaN : max[i] + 0;
  if (out.var) for (let i = 0; i < n; i++) out.var[to + i * step] = canonical(squares[i] / count[i]);
  if (out.std) for (let i = 0; i < n; i++) out.std[to + i * step] = canonical(Math.sqrt(squares[i] / count[i]));
}

/** NaN of one bit pattern: those of 0 / 0 and of infinities differ by machine. */
function canonical(value: number): number {
  return value === value ? value : NaN;
}
