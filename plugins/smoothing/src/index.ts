export { edges, type EdgeOptions } from './edges.ts';
export { gaussianFilter, nanGaussianFilter, type GaussianOptions, type Sigma } from './gaussian-filter.ts';
export { sobel, type SobelDirection } from './sobel.ts';
export {
  maximumFilter, medianFilter, minimumFilter, nanMaximumFilter, nanMedianFilter, nanMinimumFilter, nanUniformFilter, uniformFilter, type Size, type SizeFilter, type WindowOptions,
} from './window-filters.ts';
