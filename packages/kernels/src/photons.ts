import { KernelError, needLength, type Floats } from './numbers.ts';

/** Whole photons of `adu` each: `floor((adu / 2 + value) / adu)`, never below 0; NaN stays NaN. `out` may be `values`. Errors: PHOTON_ADU, KERNEL_LENGTH. */
export function countPhotons(values: Floats, adu: number, out: Floats): void {
  if (!(adu > 0 && Number.isFinite(adu))) throw new KernelError('PHOTON_ADU', `a photon gives a value above 0, not ${adu}`);
  needLength('the result', out, values.length);
  for (let i = 0; i < values.length; i++) {
    const count = Math.floor((adu / 2 + values[i]) / adu);
    out[i] = count < 0 ? 0 : count;
  }
}
