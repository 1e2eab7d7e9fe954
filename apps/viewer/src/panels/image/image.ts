import type { PanelKindInfo } from '../panel-kind.ts';
import { ImageBody } from './ImageBody.tsx';

export const image: PanelKindInfo = { title: 'Picture', sources: { least: 1, most: 1 }, Body: ImageBody };
