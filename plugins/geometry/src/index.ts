export { assembled, detectors, type AssembledOptions } from './assembled.ts';
