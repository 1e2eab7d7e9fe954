import type { PanelKindInfo } from '../panel-kind.ts';
import { HistogramBody } from './HistogramBody.tsx';

export const histogram: PanelKindInfo = { title: 'Histogram', sources: { least: 1, most: 2 }, Body: HistogramBody };
