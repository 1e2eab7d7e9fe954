import { useEffect, useMemo, useRef, useState } from 'react';
import GridLayout, { type Layout as Places } from 'react-grid-layout';
import { GRID_COLUMNS, GRID_ROW_PX, type ViewState } from '@trainyard/control';
import { Panel } from '../panels/Panel.tsx';
import { useSize, useYard } from '../panels/use-yard.ts';
import { GRID_GAP_PX } from './first-layout.ts';
import { useLayoutStore, useShown } from './use-layout.ts';

const noViews: readonly ViewState[] = [];

/** The panels of the tab that is open: moved by their titles, sized by their corners; one of them can have the whole room. */
export function Grid() {
  const layout = useLayoutStore();
  const tab = useShown(({ layout, tab }) => layout.tabs[tab]);
  const large = useShown(({ large }) => large);
  const views = useYard(({ state }) => state?.views ?? noViews);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const box = useRef<HTMLElement>(null);
  useSize(box, (width, height) => setRoom({ width, height }));

  const signature = views.map(({ id, kind, hidden }) => `${id} ${kind} ${hidden}`).join('\n');
  useEffect(() => layout.fit(views, room), [layout, signature, room.width, room.height]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && layout.go({ large: undefined });
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [layout]);

  const panels = tab?.panels ?? [];
  const places = useMemo(() => panels.map(({ key, at }) => ({ i: key, ...at, minW: 2, minH: 3 })), [panels]);
  const moved = (next: Places) => {
    const changed = next.filter(({ i, x, y, w, h }) => panels.some(({ key, at }) => key === i && (at.x !== x || at.y !== y || at.w !== w || at.h !== h)));
    if (changed.length > 0) layout.move(new Map(next.map(({ i, x, y, w, h }) => [i, { x, y, w, h }])));
  };
  const alone = panels.find(({ key }) => key === large);
  return (
    <main ref={box} aria-label="Views">
      {alone ? <div className="alone" style={{ height: room.height }}><Panel spec={alone} large /></div> : room.width > 0 && (
        <GridLayout width={room.width} layout={places} onDragStop={moved} onResizeStop={moved}
          gridConfig={{ cols: GRID_COLUMNS, rowHeight: GRID_ROW_PX, margin: [GRID_GAP_PX, GRID_GAP_PX], containerPadding: [0, 0] }}
          dragConfig={{ handle: '.panel-title', cancel: 'button, input, select, a' }} resizeConfig={{ handles: ['se', 'sw', 'e', 's'] }}>
          {panels.map((spec) => <div key={spec.key}><Panel spec={spec} large={false} /></div>)}
        </GridLayout>
      )}
    </main>
  );
}
