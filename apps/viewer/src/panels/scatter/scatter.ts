import type { PanelKindInfo } from '../panel-kind.ts';
import { ScatterBody } from './ScatterBody.tsx';

export const scatter: PanelKindInfo = { title: 'Scatter', sources: { least: 1, most: 8 }, Body: ScatterBody };
