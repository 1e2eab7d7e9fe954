import { scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { countPhotons, flat, isPacked, pack, resultType } from '@trainyard/kernels';

/**
 * Whole photons of corrected data: `floor((adu / 2 + value) / adu)`, never below 0, in the shape of `values`; NaN (a bad pixel) stays NaN. `adu` is what one photon gives,
 * above 0. float32, or float64 for 32- and 64-bit data; in scratch memory. Throws `PHOTON_ADU`. (EXtra-foam's photon binning.)
 */
export function photons<R extends number>(values: NdLike<R>, adu: number): MutableNdArray<R, FloatArray> {
  const dtype = resultType(values.dtype);
  const out = scratch(values.shape, dtype) as MutableNdArray<R, FloatArray>;
  const to = flat<Float32Array>(out);
  const direct = isPacked(values) && values.dtype === dtype;
  if (!direct) pack(values, to);
  countPhotons(direct ? flat<Float32Array>(values) : to, adu, to);
  return out;
}
