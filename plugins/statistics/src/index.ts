export { histogram, mean, mean as average, type HistogramState, type MeanState } from '@trainyard/core/reducers';
