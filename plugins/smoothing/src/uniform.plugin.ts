import { nanUniformFilter, uniformFilter } from './window-filters.ts';
import { windowView } from './window-view.ts';

export const build = windowView('Uniform filter', uniformFilter, nanUniformFilter);
