import { action, arange, keep, labelled, parameters, slider, view, type NdArray, type Vector } from '@trainyard/core';
import { difference, figureOfMerit, meanOfPulses, pulseIndices } from '@trainyard/pump-probe';
import { mean } from '@trainyard/statistics';

const p = parameters({
  // Indices and slices, as many on as off.
  on: '1:9:2', off: '2:10:2', darkPulses: '10:',
  // Which of those that are on, and of those that are off.
  pulse: slider(0, 0, 119, undefined, 1),
  zero: slider(770, 0, 30_000, 'eV'),
  perPixel: slider(0.5, -10, 10, 'eV'),
});
const chosen = (frames: NdArray, pulses: string) => frames.take(pulseIndices(pulses, frames.shape[0]!), { axis: 0 });
const energy = (pixels: number) => ({ name: 'energy', unit: 'eV', values: arange(pixels).mul(p.perPixel).add(p.zero).data });
const perPulse = (frames: NdArray) => labelled(frames, { axes: [{ name: 'pulse' }, energy(frames.shape[1]!)] });
const overPulses = (frames: NdArray) => labelled(frames.mean({ axis: 0 }) as Vector, { axes: [energy(frames.shape[1]!)] });

export const raw = view.matrix({ adc: 'karabo#SCS_PAM_XOX/DET/GOTTHARD_RECEIVER1:daqOutput[data.adc]' }, ({ adc }) => perPulse(adc.astype('float32')), { title: 'Gotthard', unit: 'ADU' });
export const background = view.vector({ raw }, ({ raw }) => meanOfPulses(raw, p.darkPulses) as Vector, { title: 'Mean of the dark pulses', unit: 'ADU' });
/** Of a run without beam; until there is one each train has the mean of its own dark pulses. */
export const dark = keep<Vector>();
export const recordDark = action('Record dark', { of: background, reduce: mean(), trains: 50, into: dark });
export const corrected = view.matrix({ raw, background }, ({ raw, background }) => perPulse(raw.sub(dark.value ?? background)), { title: 'Gotthard less the dark', unit: 'ADU' });

export const onOff = view.matrix({ corrected }, ({ corrected }) => perPulse(difference(chosen(corrected, p.on), chosen(corrected, p.off))), { title: 'On - off', unit: 'ADU' });
export const onOffMean = view.vector({ onOff }, ({ onOff }) => overPulses(onOff), { title: 'On - off, mean of the pulses', unit: 'ADU' });
export const averaged = view.reduce(onOff, mean({ trains: 20 }), { title: 'On - off, mean of 20 trains', unit: 'ADU' });
export const averagedMean = view.vector({ averaged }, ({ averaged }) => overPulses(averaged as NdArray), { title: 'On - off, mean of the pulses of 20 trains', unit: 'ADU' });
export const merit = view.scalar({ averagedMean }, ({ averagedMean }) => figureOfMerit(averagedMean, { absolute: true }), { title: 'Sum of |on - off|, mean of 20 trains', unit: 'ADU' });

const ofInterest = (frames: NdArray, pulses: string) => chosen(frames, pulses).slice(String(p.pulse)) as Vector;
export const pulse = view.vector({ corrected }, ({ corrected }) => labelled({ on: ofInterest(corrected, p.on), off: ofInterest(corrected, p.off) }, { axes: [energy(corrected.shape[1]!)] }), { title: 'Pulse of interest', unit: 'ADU' });
