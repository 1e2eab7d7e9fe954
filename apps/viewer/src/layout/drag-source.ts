import type { PanelKind } from '@trainyard/control';

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

export function readDrag(data: DataTransfer | null): DraggedSource | undefined {
  const text = data?.getData(type);
  return text ? (JSON.parse(text) as DraggedSource) : undefined;
}
