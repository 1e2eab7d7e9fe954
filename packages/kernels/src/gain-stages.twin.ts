/** The plain twin of `assembly/gain-stages.ts`, for the tests: the same bits. */
import { NO_STAGE, type GainCode, type StagePlanes, type StagesBy } from './gain-stages.ts';

export function byThreshold(raw: Uint16Array, digital: Uint16Array, { pixels, pitch, offset, factor, thresholds }: StagePlanes, most = Infinity): Float32Array {
  const out = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    let k = i;
    const d = digital[i];
    if (d > thresholds[i]) k += d > thresholds[pitch + i] ? 2 * pitch : pitch;
    out[i] = Math.fround(raw[i] - offset[k]) * factor[k];
    if (!(Math.abs(out[i]) <= most)) out[i] = Number.NaN;
  }
  return out;
}

export function byCode(raw: Uint16Array, { bits, stages }: GainCode, { pixels, pitch, offset, factor }: StagePlanes): Float32Array {
  const out = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const stage = stages[(raw[i] >> bits) & 3];
    const k = stage * pitch + i;
    out[i] = stage === NO_STAGE ? Number.NaN : Math.fround((raw[i] & ((1 << bits) - 1)) - offset[k]) * factor[k];
  }
  return out;
}

export function single(raw: Uint16Array, zero: number, { pixels, offset, factor }: StagePlanes): Float32Array {
  return Float32Array.from({ length: pixels }, (_, i) => Math.fround((raw[i] === 0 ? zero : raw[i]) - offset[i]) * factor[i]);
}

/** `raw - offset[g]` and g. */
export function split(raw: Uint16Array, digital: Uint16Array, by: StagesBy, { pixels, pitch, offset, thresholds }: StagePlanes): { readonly values: Float32Array; readonly stage: Uint8Array } {
  const [values, stage] = [new Float32Array(pixels), new Uint8Array(pixels)];
  for (let i = 0; i < pixels; i++) {
    let v = raw[i];
    if (by === 'threshold') stage[i] = digital[i] > thresholds[i] ? (digital[i] > thresholds[pitch + i] ? 2 : 1) : 0;
    else if ('zero' in by) v = v === 0 ? by.zero : v;
    else {
      stage[i] = by.stages[(v >> by.bits) & 3];
      v &= (1 << by.bits) - 1;
    }
    values[i] = stage[i] === NO_STAGE ? Number.NaN : v - offset[stage[i] * pitch + i];
  }
  return { values, stage };
}
