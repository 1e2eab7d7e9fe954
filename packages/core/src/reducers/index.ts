export { histogram, type HistogramState } from './histogram.ts';
export { mean, type MeanState } from './mean.ts';
