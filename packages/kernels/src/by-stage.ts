/** What may come between the steps of a correction with gain stages, and what becomes of bad pixels. */
import { NO_STAGE, placeOf, type StageConstants } from './gain-stages.ts';

/**
 * Puts pixels into a higher gain that are too dark for the one that they claim: from stage 2 into 1 where `raw - offset[1] < medium`, then into 0 where
 * `raw - offset[0] < high`; `values` are then `raw - offset` of that stage. NaN leaves a step out.
 */
export function forceStages(raw: Uint16Array, at: number, { pixels, stages, values: constants }: StageConstants, medium: number, high: number, stage: Uint8Array, values: Float32Array): void {
  for (let i = 0; i < pixels; i++) {
    const g = stage[i];
    if (g === 0 || g === NO_STAGE) continue;
    const [toHigh, toMedium] = [Math.fround(raw[at + i] - constants[placeOf(stages, 0, i)]), Math.fround(raw[at + i] - constants[placeOf(stages, 1, i)])];
    if (g === 2 && toMedium < medium) [stage[i], values[i]] = [1, toMedium];
    if (toHigh < high) [stage[i], values[i]] = [0, toHigh];
  }
}

/** `values += more` where the stage is `of`. */
export function addInStage(values: Float32Array, at: number, stage: Uint8Array, of: number, more: Float32Array): void {
  for (let i = 0; i < more.length; i++) if (stage[i] === of) values[at + i] += more[i];
}

/** The bits of each pixel in its stage (`bits` has a plane of `pixels` for each); `none` where there is no stage. */
export function bitsByStage(bits: Uint32Array, pixels: number, none: number, stage: Uint8Array, out: Uint32Array, to: number): void {
  out.set(pixels === bits.length ? bits : bits.subarray(0, pixels), to);
  for (let i = 0; i < pixels; i++) {
    const g = stage[i];
    if (g !== 0) out[to + i] = g === NO_STAGE ? none : bits[g * pixels + i];
  }
}

/**
 * Of `n` values those that are not finite or beyond +-`limit` become NaN, and get `bit`; with a pixel that has a bit already it is one more. Without `out` the
 * values alone are looked at.
 */
export function blankFar(values: Float32Array, at: number, n: number, limit: number, bit: number, out?: Uint32Array, to = 0): void {
  for (let i = 0; i < n; i++) {
    if (Math.abs(values[at + i]) <= limit) continue;
    if (out && (out[to + i] === 0 || !Number.isNaN(values[at + i]))) out[to + i] |= bit;
    values[at + i] = Number.NaN;
  }
}
