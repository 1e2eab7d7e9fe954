export { roiHistogram, type RoiHistogram, type RoiHistogramOptions } from './histogram.ts';
export { combinations, combine, normaliseBy, type Combination } from './normalise.ts';
export { projectX, projectY, projections, type Projection } from './projection.ts';
export { clampRegion, crop, type Region } from './region.ts';
export { roiPixels, type Roi } from './roi.ts';
export { stackImage, stackMax, stackMean, stackStd, type StackOptions } from './stack.ts';
export { pulseStatistic, roiMean, roiStatistic, roiStatistics, roiSum, statisticNames, type RoiStatistics, type Statistic } from './statistics.ts';
