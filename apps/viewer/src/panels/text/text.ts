import type { PanelKindInfo } from '../panel-kind.ts';
import { TextBody } from './TextBody.tsx';

export const text: PanelKindInfo = { title: 'Text', sources: { least: 1, most: 1 }, Body: TextBody };
