export { type SpectrumOptions } from './absorption.ts';
export { type Signal, type PerPulse } from './pulses.ts';
export { xasTimOf, xmcdOf, type SpectrumOfOptions } from './spectrum-of.ts';
export { absorbance, overDelay, overDelayAndEnergy, type Along, type RegionPair } from './time-resolved.ts';
export { xasTim, xasTimCurves, type SpectrumTable, type TimPulses, type TimState } from './tim.ts';
export { xmcd, xmcdCurves, type XmcdOptions, type XmcdState } from './xmcd.ts';
