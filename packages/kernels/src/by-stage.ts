/** The steps of a correction with gain stages one by one, for what lies between them: other stages, common mode, what becomes of bad pixels. */
import { NO_STAGE, type GainCode, type StagePlanes } from './gain-stages.ts';
import { needLength } from './numbers.ts';

/** The stage of each pixel by its digital gain: 2 above the second threshold, else 1 above the first, else 0. Errors: KERNEL_LENGTH. */
export function stagesByThreshold(digital: Uint16Array, at: number, { pixels, pitch, thresholds }: StagePlanes, stage: Uint8Array): void {
  needLength('the gain image', digital, at + pixels);
  needLength('the stages', stage, pixels);
  for (let i = 0; i < pixels; i++) {
    const d = digital[at + i];
    stage[i] = d > thresholds[i] ? (d > thresholds[pitch + i] ? 2 : 1) : 0;
  }
}

/** The stage of each of `pixels` pixels by its code; `NO_STAGE` for one of no stage. Errors: KERNEL_LENGTH. */
export function stagesByCode(raw: Uint16Array, at: number, pixels: number, { bits, stages }: GainCode, stage: Uint8Array): void {
  needLength('the image', raw, at + pixels);
  needLength('the stages', stage, pixels);
  for (let i = 0; i < pixels; i++) stage[i] = stages[(raw[at + i] >> bits) & 3];
}

/**
 * Puts pixels into a higher gain that are too dark for the one that they claim: from stage 2 into 1 where `raw - offset[1] < medium`, then into 0 where
 * `raw - offset[0] < high`. NaN leaves that step out.
 */
export function forceStages(raw: Uint16Array, at: number, { pixels, pitch, offset }: StagePlanes, medium: number, high: number, stage: Uint8Array): void {
  for (let i = 0; i < pixels; i++) {
    const g = stage[i];
    if (g === 0 || g === NO_STAGE) continue;
    if (g === 2 && Math.fround(raw[at + i] - offset[pitch + i]) < medium) stage[i] = 1;
    if (Math.fround(raw[at + i] - offset[i]) < high) stage[i] = 0;
  }
}

/** `out = (raw & adc) - offset[stage]` in float32, a raw 0 standing for `zero`; NaN where there is no stage. */
export function subtractByStage(raw: Uint16Array, at: number, adc: number, zero: number, stage: Uint8Array, { pixels, pitch, offset }: StagePlanes, out: Float32Array, to: number): void {
  for (let i = 0; i < pixels; i++) {
    const g = stage[i];
    const v = raw[at + i] & adc;
    out[to + i] = g === NO_STAGE ? Number.NaN : (v === 0 ? zero : v) - offset[g * pitch + i];
  }
}

/** `values *= factor[stage]` in float32: bad pixels become NaN. */
export function scaleByStage(values: Float32Array, at: number, stage: Uint8Array, { pixels, pitch, factor }: StagePlanes): void {
  for (let i = 0; i < pixels; i++) {
    const g = stage[i];
    if (g !== NO_STAGE) values[at + i] *= factor[g * pitch + i];
  }
}

/** `values += more` where the stage is `of`. */
export function addInStage(values: Float32Array, at: number, stage: Uint8Array, of: number, more: Float32Array): void {
  for (let i = 0; i < more.length; i++) if (stage[i] === of) values[at + i] += more[i];
}

/** The bits of each pixel in its stage (`bits` has a plane of `pixels` for each): those of `subset`; `none` where there is no stage. */
export function bitsByStage(bits: Uint32Array, pixels: number, subset: number, none: number, stage: Uint8Array, out: Uint32Array, to: number): void {
  for (let i = 0; i < pixels; i++) {
    const g = stage[i];
    out[to + i] = g === NO_STAGE ? none : bits[g * pixels + i] & subset;
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
