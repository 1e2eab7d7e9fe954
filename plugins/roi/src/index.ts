export { clampRegion, crop, projectX, projectY, roiMean, roiSum, type Projection, type Region } from './region.ts';
