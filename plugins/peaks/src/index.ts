export { braggPeaks, lineouts, type BraggOptions, type BraggPeaks, type Lineouts } from './bragg.ts';
export { droplets, type DropletOptions, type FoundPhotons } from './droplets.ts';
export { hitRate, hitRateBySample, hits, type HitState, type SampleState } from './hit-rate.ts';
export { litPixels, type LitPixelOptions, type LitPixels } from './lit-pixels.ts';
export { peakFinder, peakMarks, type FoundPeaks, type MarkOptions, type PeakFinderOptions } from './peak-finder.ts';
export { radiusMap, radiusOfPositions, type RadiusOptions } from './radius.ts';
export { photonProbability, photonStatistics, speckleContrast, speckleContrasts, type PhotonStatistics } from './speckle.ts';
