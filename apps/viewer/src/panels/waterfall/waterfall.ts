import type { PanelKindInfo } from '../panel-kind.ts';
import { WaterfallBody } from './WaterfallBody.tsx';

export const waterfall: PanelKindInfo = { title: 'Waterfall', sources: { least: 1, most: 1 }, Body: WaterfallBody };
