export { Constants, constantNames, type ConstantName, type DetectorConstants } from './constants.ts';
export { correct, correction, type CorrectOptions, type CorrectionSource, type Corrector } from './correct.ts';
export { correctDetector, type DetectorOptions, type WithRaw } from './correct-detector.ts';
export { recordedDark, type Dark, type DarkInput, type DarkOptions } from './dark.ts';
export { type CommonModeSettings, type Corrected, type DetectorSettings } from './detector-correction.ts';
export { ALL_BITS, badBits, type DetectorName } from './detectors.ts';
export { intraDark, type IntraDarkOptions } from './intra-dark.ts';
export { edgeMask, maskPixels, type MaskOptions } from './mask-pixels.ts';
export { photons } from './photons.ts';
