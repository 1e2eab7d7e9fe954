import type { SpectrumOptions } from './absorption.ts';
import { pulseColumns } from './pulses.ts';
import { xasTim, type SpectrumTable, type TimPulses } from './tim.ts';
import { xmcd } from './xmcd.ts';

/** As those of the reducers; without a range from the least to the greatest energy of the pulses above the threshold. */
export type SpectrumOfOptions = Omit<SpectrumOptions, 'range' | 'trains'> & { readonly range?: readonly [low: number, high: number] | undefined };

/** The spectrum of pulses that are all at hand, such as those of a whole run: what `xasTim` gives of them. Undefined without any pulse. Errors as `xasTim`. */
export function xasTimOf(pulses: TimPulses, options: SpectrumOfOptions): SpectrumTable | undefined {
  const reducer = xasTim({ ...options, range: options.range ?? energies(pulses, options) });
  return reducer.result(reducer.add(reducer.initial(), pulses, 0));
}

/** The same for both directions of a magnet's field: what `xmcd` gives. */
export function xmcdOf(pulses: TimPulses, options: SpectrumOfOptions & { readonly current: number }): SpectrumTable | undefined {
  const reducer = xmcd({ ...options, range: options.range ?? energies(pulses, options) });
  return reducer.result(reducer.add(reducer.initial(), pulses, 0));
}

/** From the least to the greatest that counts; half of 1 to both sides when they are all the same. */
function energies(pulses: TimPulses, { threshold }: SpectrumOfOptions): readonly [number, number] {
  const columns = pulseColumns(['energy', 'i0'], pulses);
  let [low, high] = [Infinity, -Infinity];
  for (let pulse = 0; typeof columns !== 'number' && pulse < columns.count; pulse++) {
    const energy = columns.at(0, pulse);
    if (!Number.isFinite(energy) || !(columns.at(1, pulse) > threshold)) continue;
    low = Math.min(low, energy);
    high = Math.max(high, energy);
  }
  if (low < high) return [low, high];
  return low === high ? [low - 0.5, high + 0.5] : [0, 1];
}
