import { nanMinimumFilter, minimumFilter } from './window-filters.ts';
import { windowView } from './window-view.ts';

export const build = windowView('Minimum filter', minimumFilter, nanMinimumFilter);
