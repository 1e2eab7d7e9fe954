import type { PanelKindInfo } from '../panel-kind.ts';
import { HistoryBody } from './HistoryBody.tsx';

export const history: PanelKindInfo = { title: 'History by train', sources: { least: 1, most: 32 }, Body: HistoryBody };
