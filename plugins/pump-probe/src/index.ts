export { difference, figureOfMerit, type DifferenceOptions, type MeritOptions } from './difference.ts';
export { meanOfPulses, onOff, type OnOff, type OnOffPulses } from './on-off.ts';
export { pulseIndices } from './pulse-indices.ts';
