/** The plain twin of `assembly/gain-stages.ts`, for the tests: the same bits. */
import { FACTOR, NO_STAGE, placeOf, type StageConstants, type StagesBy } from './gain-stages.ts';

/** `raw - offset[g]` and g. */
export function split(raw: Uint16Array, digital: Uint16Array, by: StagesBy, { pixels, stages, pitch, values: constants, thresholds }: StageConstants): { readonly values: Float32Array; readonly stage: Uint8Array } {
  const [values, stage] = [new Float32Array(pixels), new Uint8Array(pixels)];
  for (let i = 0; i < pixels; i++) {
    let v = raw[i];
    if (by === 'threshold') stage[i] = digital[i] > thresholds[i] ? (digital[i] > thresholds[pitch + i] ? 2 : 1) : 0;
    else if ('zero' in by) v = v === 0 ? by.zero : v;
    else {
      stage[i] = by.stages[(v >> by.bits) & 3];
      v &= (1 << by.bits) - 1;
    }
    values[i] = stage[i] === NO_STAGE ? Number.NaN : v - constants[placeOf(stages, stage[i], i)];
  }
  return { values, stage };
}

/** `(raw - offset[g]) * factor[g]`, NaN beyond +-most. */
export function corrected(raw: Uint16Array, digital: Uint16Array, by: StagesBy, constants: StageConstants, most: number): Float32Array {
  const { values, stage } = split(raw, digital, by, constants);
  return values.map((v, i) => {
    const out = stage[i] === NO_STAGE ? Number.NaN : Math.fround(v * constants.values[placeOf(constants.stages, stage[i], i) + FACTOR]);
    return Math.abs(out) <= most ? out : Number.NaN;
  });
}
