import { nanMedianFilter, medianFilter } from './window-filters.ts';
import { windowView } from './window-view.ts';

export const build = windowView('Median filter', medianFilter, nanMedianFilter);
