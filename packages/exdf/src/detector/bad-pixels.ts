import { ExdfError } from '../exdf-error.ts';

/** Why a pixel of corrected data is not to be trusted: the bits of `image.mask` (`data.mask`), numbered and spelled as in EXtra's `BadPixels`. */
export const badPixelBits = {
  OFFSET_OUT_OF_THRESHOLD: 0, NOISE_OUT_OF_THRESHOLD: 1, OFFSET_NOISE_EVAL_ERROR: 2, NO_DARK_DATA: 3, CI_GAIN_OF_OF_THRESHOLD: 4, CI_LINEAR_DEVIATION: 5, CI_EVAL_ERROR: 6,
  FF_GAIN_EVAL_ERROR: 7, FF_GAIN_DEVIATION: 8, FF_NO_ENTRIES: 9, CI2_EVAL_ERROR: 10, VALUE_IS_NAN: 11, VALUE_OUT_OF_RANGE: 12, GAIN_THRESHOLDING_ERROR: 13, DATA_STD_IS_ZERO: 14,
  ASIC_STD_BELOW_NOISE: 15, INTERPOLATED: 16, NOISY_ADC: 17, OVERSCAN: 18, NON_SENSITIVE: 19, NON_LIN_RESPONSE_REGION: 20, WRONG_GAIN_VALUE: 21, NON_STANDARD_SIZE: 22,
  EXPERT_CHOICE: 23, USER1: 30, USER2: 31,
} as const;

export type BadPixel = keyof typeof badPixelBits;

/** Bits of a mask: a number of bits set, or reasons by name. All of them when absent. Errors: EXDF_DETECTOR for an unknown name. */
export function maskOf(bits: number | readonly BadPixel[] | undefined): number {
  if (bits === undefined) return 0xffff_ffff;
  if (typeof bits === 'number') return bits >>> 0;
  return bits.reduce((mask, name) => {
    const bit = badPixelBits[name];
    if ((bit as number | undefined) === undefined) throw new ExdfError('EXDF_DETECTOR', String(name), `There is no such reason for a bad pixel; there is ${Object.keys(badPixelBits).join(', ')}`);
    return (mask | (1 << bit)) >>> 0;
  }, 0);
}
