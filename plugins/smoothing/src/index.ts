export { gaussianFilter, type GaussianOptions, type Sigma } from './gaussian-filter.ts';
