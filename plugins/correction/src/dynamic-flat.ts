import { YardError, scratch, type MutableNdArray, type NdLike } from '@trainyard/core';
import { DynamicFlat, flat, pack, sizeOf, type DynamicFlatOptions, type Layout } from '@trainyard/kernels';

/** What is known of the flat fields of a camera. */
export interface FlatFields {
  /** Mean of the flat fields, and of dark frames: (rows, columns), or a list of as many pixels; in the unit of the frames. */
  readonly flat: NdLike;
  readonly dark: NdLike;
  /** Principal components of the flat fields: (components, rows, columns), or (components, pixels). */
  readonly modes: NdLike;
}

/** A dynamic flat-field correction, ready to be called on every train. */
export interface DynamicFlatCorrector {
  (frames: NdLike<2>): MutableNdArray<2, Float32Array>;
  <R extends number>(frames: NdLike<R>): MutableNdArray<R, Float32Array>;
}

/**
 * `(frame - dark) / (own flat - dark)`, scaled to the mean that the mean flat would give, where a frame's own flat field is the mean plus those shares of the
 * modes with which the result has the least total variation: for pulses that each light the field in another way. Takes a frame or a stack of them (..., rows,
 * columns) and gives float32 of that shape in `scratch` memory, without a unit, about 1 without a sample. The search for a frame of a stack begins where that of
 * the frame before ended; the first begins at the mean flat, so that a train does not depend on earlier ones.
 *
 * NaN where the frame, dark, flat or a mode is, or a flat field is not above the dark. An empty stack stays empty. What `source` gives is taken for constant:
 * it is read again only when it gives another array. Formula and options: `DynamicFlat` of `@trainyard/kernels`. Errors: CORRECTION_SHAPE.
 */
export function dynamicFlat(source: FlatFields | (() => FlatFields), options: DynamicFlatOptions = {}): DynamicFlatCorrector {
  let made: { readonly for: readonly unknown[]; readonly plan: DynamicFlat; readonly raw: Float32Array } | undefined;
  return ((frames: NdLike) => {
    const of = typeof source === 'function' ? source() : source;
    const now = [of.flat, of.dark, of.modes, frames.shape.slice(-2).join()];
    if (!made || now.some((key, i) => key !== made!.for[i])) made = { for: now, ...planFor(of, frames.shape, options) };
    const { plan, raw } = made;
    const out = scratch(frames.shape, 'float32') as MutableNdArray<number, Float32Array>;
    const pixels = plan.rows * plan.columns;
    const to = flat<Float32Array>(out);
    plan.reset();
    for (let k = 0; k < sizeOf(frames.shape) / pixels; k++) {
      pack(frameOf(frames, k), raw);
      plan.run(raw, to, { to: k * pixels });
    }
    return out;
  }) as DynamicFlatCorrector;
}

function planFor(of: FlatFields, shape: readonly number[], options: DynamicFlatOptions): { readonly plan: DynamicFlat; readonly raw: Float32Array } {
  const [rows, columns] = shape.slice(-2);
  const wrong = (what: string, has: NdLike): YardError => new YardError('CORRECTION_SHAPE', `${what} of shape (${has.shape.join(', ')}) does not fit frames of shape (${shape.join(', ')}): take flat fields of the camera as it is set now.`);
  if (shape.length < 2) throw new YardError('CORRECTION_SHAPE', `A flat-field correction takes frames, (rows, columns) or a stack of them, not shape (${shape.join(', ')}).`);
  const pixels = rows! * columns!;
  if (pixels === 0) throw new YardError('CORRECTION_SHAPE', `Frames of shape (${shape.join(', ')}) have no pixels to correct.`);
  const fits = (has: readonly number[]): boolean => has.join() === `${rows},${columns}` || has.join() === `${pixels}`;
  for (const [what, has] of [['A flat', of.flat], ['A dark', of.dark]] as const) if (!fits(has.shape)) throw wrong(what, has);
  if (of.modes.shape[0] === 0 || !fits(of.modes.shape.slice(1))) throw wrong('Modes', of.modes);
  const floats = (from: NdLike): Float32Array => {
    const to = new Float32Array(sizeOf(from.shape));
    pack(from, to);
    return to;
  };
  return { plan: new DynamicFlat(rows!, columns!, { flat: floats(of.flat), dark: floats(of.dark), modes: floats(of.modes) }, options), raw: new Float32Array(pixels) };
}

/** One frame of a stack, counted in C order, without a copy. */
function frameOf(frames: Layout, index: number): Layout {
  const { data, shape, stride } = frames;
  let [offset, left] = [frames.offset, index];
  for (let axis = shape.length - 3; axis >= 0; axis--) {
    offset += (left % shape[axis]!) * stride[axis]!;
    left = Math.floor(left / shape[axis]!);
  }
  return { data, shape: shape.slice(-2), stride: stride.slice(-2), offset };
}
