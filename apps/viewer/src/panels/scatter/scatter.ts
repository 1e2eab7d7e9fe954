import type { PanelKindInfo } from '../panel-kind.ts';
import { PointsBody } from './PointsBody.tsx';

export const scatter: PanelKindInfo = { title: 'Points', sources: { least: 1, most: 2 }, Body: PointsBody };
