import type { PanelKindInfo } from '../panel-kind.ts';
import { TableBody } from './TableBody.tsx';

export const table: PanelKindInfo = { title: 'Table', sources: { least: 1, most: 1 }, Body: TableBody };
