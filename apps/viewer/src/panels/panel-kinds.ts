import type { PanelKind } from '@trainyard/control';
import { curve } from './curve/curve.ts';
import { histogram } from './histogram/histogram.ts';
import { history } from './history/history.ts';
import { image } from './image/image.ts';
import type { PanelKindInfo } from './panel-kind.ts';
import { scatter } from './scatter/scatter.ts';
import { table } from './table/table.ts';
import { text } from './text/text.ts';
import { value } from './value/value.ts';
import { waterfall } from './waterfall/waterfall.ts';

/** Every kind of panel, by the name that layouts have for it. */
export const panelKindInfos: Readonly<Record<PanelKind, PanelKindInfo>> = { image, curve, history, scatter, histogram, waterfall, table, text, value };
