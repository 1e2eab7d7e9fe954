import type { PluginBuild } from '@trainyard/core';
import { sobel, type SobelDirection } from './sobel.ts';
import { filterViews, outsideOf } from './window-view.ts';

export const build: PluginBuild = ({ inputs, params }) => filterViews('slope', 'Sobel filter', inputs.image, (image) => sobel(image, params.direction as SobelDirection, outsideOf(params)));
