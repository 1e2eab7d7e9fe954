import type { PanelKindInfo } from '../panel-kind.ts';
import { ValueBody } from './ValueBody.tsx';

export const value: PanelKindInfo = { title: 'Value', sources: { least: 1, most: 1 }, Body: ValueBody };
