export { assembled, detectors, type AssembledOptions } from './assembled.ts';
export { remap, resize, straighten, type ControlPoints, type PixelMap } from './remap.ts';
