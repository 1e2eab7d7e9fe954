import { YardError, plan, scratch, type NdArray, type NdLike } from '@trainyard/core';
import { LitPixels as Counter, flat } from '@trainyard/kernels';
import { eachFrame, frameShape, keptRoom, perPixel, type FrameShape } from './frames.ts';

export interface LitPixelOptions {
  /** A pixel is lit above this. */
  readonly threshold: number;
  /** Not 0 where a pixel does not count; in the shape of a frame. */
  readonly mask?: NdLike | undefined;
  /** Rows and columns of a panel; default: a module, or the whole image. */
  readonly panel?: readonly [rows: number, columns: number] | undefined;
  /** Whether a frame is (module, ss, fs); default: data of four axes are. */
  readonly modules?: boolean | undefined;
}

/** Lit pixels of a train. */
export interface LitPixels {
  /** Of each frame, float64. */
  readonly count: NdArray<1>;
  /** Of each frame and panel, float64, shape (frames, panels); panels are counted row by row, module after module. */
  readonly panels: NdArray<2>;
}

/**
 * Counts the pixels above a threshold as a plan: `const lit = litPixels(() => ({ threshold: p.threshold }))`, then `lit(image)`. NaN is never lit; what is
 * masked does not count. The result lies in `scratch` memory. Errors: PEAKS_RANK, PEAKS_SHAPE, PEAKS_LIMIT, LIT_PANEL.
 */
export function litPixels(options: LitPixelOptions | (() => LitPixelOptions)): (image: NdLike) => LitPixels {
  const read = typeof options === 'function' ? options : () => options;
  let now: LitPixelOptions;
  let shape: FrameShape;
  const room = keptRoom();
  const counter = plan(
    () => new Counter(shape.rows, shape.columns, { panel: now.panel ?? [shape.moduleRows, shape.columns], masked: now.mask && perPixel('mask', now.mask, shape) }),
    () => shape.rows, () => shape.columns, () => shape.moduleRows, () => now.mask, () => now.panel?.[0], () => now.panel?.[1],
  );
  return (image) => {
    now = read();
    shape = frameShape(image, 'The counting of lit pixels', now.modules);
    const { threshold } = now;
    if (typeof threshold !== 'number' || Number.isNaN(threshold)) throw new YardError('PEAKS_LIMIT', `The threshold of lit pixels is ${String(threshold)}: set it to a number.`);
    const found = counter();
    const count = scratch([shape.frames], 'float64') as NdArray<1>;
    const panels = scratch([shape.frames, found.panels], 'float64') as NdArray<2>;
    const [counts, perPanel] = [flat<Float64Array>(count), flat<Float64Array>(panels)];
    eachFrame(image, shape, room, (data, from, rowStep, frame) => { counts[frame] = found.run(data, threshold, perPanel, { from, rowStep, to: frame * found.panels }); });
    return { count, panels };
  };
}
