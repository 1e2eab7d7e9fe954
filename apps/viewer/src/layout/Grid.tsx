import { useEffect, useMemo, useRef, useState } from 'react';
import GridLayout, { type Layout as Places, type LayoutItem } from 'react-grid-layout';
import { GRID_COLUMNS, GRID_ROW_PX } from '@trainyard/control';
import { ErrorBoundary } from '../panels/ErrorBoundary.tsx';
import { Panel } from '../panels/Panel.tsx';
import { useSize } from '../panels/use-yard.ts';
import { isDragged, readDrag } from './drag-source.ts';
import { GRID_GAP_PX } from './first-layout.ts';
import { useFirst } from './use-first.ts';
import { useLayoutStore, useShown } from './use-layout.ts';

const dropped: LayoutItem = { i: 'dropped here', x: 0, y: 0, w: 8, h: 8 };

/** The panels of the tab that is open: moved by their titles, sized by their corners; one of them can have the whole room. */
export function Grid() {
  const layout = useLayoutStore();
  const tab = useShown(({ layout, tab }) => layout.tabs[tab]);
  const large = useShown(({ large }) => large);
  const first = useFirst();
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const box = useRef<HTMLElement>(null);
  useSize(box, (width, height) => setRoom({ width, height }));

  useEffect(() => layout.fit(first, room), [layout, first, room.width, room.height]);

  const panels = tab?.panels ?? [];
  const places = useMemo(() => panels.map(({ key, at }) => ({ i: key, ...at, minW: 2, minH: 3 })), [panels]);
  const placesOf = (next: Places) => new Map(next.map(({ i, x, y, w, h }) => [i, { x, y, w, h }]));
  const moved = (next: Places) => {
    const changed = next.filter(({ i, x, y, w, h }) => panels.some(({ key, at }) => key === i && (at.x !== x || at.y !== y || at.w !== w || at.h !== h)));
    if (changed.length > 0) layout.move(placesOf(next));
  };
  const drop = (next: Places, item: LayoutItem | undefined, event: Event) => {
    const source = readDrag((event as DragEvent).dataTransfer);
    if (source && item) layout.drop(source.kind, [source.id], { x: item.x, y: item.y, w: item.w, h: item.h }, placesOf(next));
  };
  const alone = panels.find(({ key }) => key === large);
  return (
    <main ref={box} aria-label="Views">
      {alone ? <div className="alone" style={{ height: room.height }}><ErrorBoundary key={alone.key} what={alone.title ?? alone.key} retry={alone}><Panel spec={alone} large /></ErrorBoundary></div> : room.width > 0 && (
        <GridLayout width={room.width} layout={places} onDragStop={moved} onResizeStop={moved} onDrop={drop} droppingItem={dropped} onDropDragOver={(event) => isDragged(event.dataTransfer) && { w: dropped.w, h: dropped.h }} style={{ minHeight: room.height }}
          gridConfig={{ cols: GRID_COLUMNS, rowHeight: GRID_ROW_PX, margin: [GRID_GAP_PX, GRID_GAP_PX], containerPadding: [0, 0] }} dropConfig={{ enabled: true }}
          dragConfig={{ handle: '.panel-title', cancel: 'button, input, select, a' }} resizeConfig={{ handles: ['se', 'sw', 'e', 's'] }}>
          {panels.map((spec) => <div key={spec.key}><ErrorBoundary what={spec.title ?? spec.key} retry={spec}><Panel spec={spec} large={false} /></ErrorBoundary></div>)}
        </GridLayout>
      )}
    </main>
  );
}
