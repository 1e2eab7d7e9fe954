import { nanMaximumFilter, maximumFilter } from './window-filters.ts';
import { windowView } from './window-view.ts';

export const build = windowView('Maximum filter', maximumFilter, nanMaximumFilter);
