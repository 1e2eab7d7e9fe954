import { LAYOUT_LIMITS, panelKinds, type PanelKind } from '@trainyard/control';

/** What is dragged from the list of sources into the grid. */
export interface DraggedSource {
  readonly id: string;
  readonly kind: PanelKind;
}

const type = 'application/x-trainyard-source';

export function startDrag(data: DataTransfer, source: DraggedSource): void {
  data.setData(type, JSON.stringify(source));
  data.effectAllowed = 'copy';
}

export function isDragged(data: DataTransfer | null): boolean {
  return data?.types.includes(type) ?? false;
}

/** Any page can be dragged from: what is no source counts as nothing. */
export function readDrag(data: Pick<DataTransfer, 'getData'> | null): DraggedSource | undefined {
  try {
    const { id, kind } = JSON.parse(data?.getData(type) || '{}') as { readonly [name: string]: unknown };
    const known = panelKinds.find((one) => one === kind);
    return known && typeof id === 'string' && id !== '' && id.length <= LAYOUT_LIMITS.text ? { id, kind: known } : undefined;
  } catch {
    return undefined;
  }
}
