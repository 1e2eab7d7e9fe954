import { KernelError, needLength, type Floats } from './numbers.ts';

/** What a pixel is corrected with: `(raw - offset) * gain`. Of the type of the result, so that the inner loop sees few types. */
export interface Correction<F extends Floats = Floats> {
  /** Dark per pixel. Shorter than the images: it starts again for each frame. */
  readonly offset: F;
  /** Factor per pixel, as long as `offset`; NaN where a pixel is bad. */
  readonly gain: F;
}

/**
 * `out = (raw - offset) * gain` for the `size` elements of `raw` at `from`; each step is rounded to the type of `out`, as numpy does it.
 * NaN in any of the three gives NaN. A float32 result takes uint16 and float32, a float64 one float64: `pack` other types first.
 */
export function correctFrames<F extends Floats>(raw: Uint16Array | F, { offset, gain }: Correction<F>, out: F, from = 0, size = raw.length - from): void {
  const frame = offset.length;
  needLength('the gain', gain, frame);
  needLength('the image', raw, from + size);
  needLength('the result', out, size);
  if (frame === 0 || size % frame !== 0) throw new KernelError('CORRECT_FRAME', `${size} elements are no whole number of frames of ${frame}`);
  for (let start = 0; start < size; start += frame) {
    // Pieces that all begin at 0: the inner loop then has one index.
    const part = raw.subarray(from + start, from + start + frame);
    const to = out.subarray(start, start + frame);
    if (to instanceof Float32Array) correct32(part as Float32Array, offset as Float32Array, gain as Float32Array, to);
    else correct64(part as Float64Array, offset as Float64Array, gain as Float64Array, to);
  }
}

function correct32(raw: Float32Array | Uint16Array, offset: Float32Array, gain: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(raw[i] - offset[i]) * gain[i];
}

function correct64(raw: Float64Array, offset: Float64Array, gain: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = (raw[i] - offset[i]) * gain[i];
}

/** Sets to NaN what lies outside [low, high]; NaN stays. Gives back how many elements were set. */
export function blankOutside(values: Floats, low: number, high: number, size = values.length): number {
  let blanked = 0;
  for (let i = 0; i < size; i++) {
    const v = values[i];
    if (v < low || v > high) {
      values[i] = Number.NaN;
      blanked += 1;
    }
  }
  return blanked;
}
