import type { PanelKindInfo } from '../panel-kind.ts';
import { CurveBody } from './CurveBody.tsx';

export const curve: PanelKindInfo = { title: 'Curves', sources: { least: 1, most: 32 }, Body: CurveBody };
