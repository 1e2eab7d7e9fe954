import { useEffect, useRef, useState } from 'react';
import type { SourceTree, ViewState } from '@trainyard/control';
import { panelStatus, troubles } from '../data/panel-status.ts';
import { layoutRows, type Shape } from '../data/layout-rows.ts';
import { LogLines } from './LogLines.tsx';
import { Panel } from './Panel.tsx';
import { useSize, useStore, useYard } from './use-yard.ts';

const noViews: readonly ViewState[] = [];

/** All panels in the user's order, then the raw keys that were picked; one of them can have the whole room. */
export function Panels({ keys, onClose }: { readonly keys: readonly string[]; readonly onClose: (key: string) => void }) {
  const store = useStore();
  const views = useYard(({ state }) => state?.views ?? noViews);
  const tree = useYard(({ tree }) => tree);
  const shown = views.filter(({ hidden, kind }) => !hidden && kind !== 'compute');
  const [large, setLarge] = useState<string>();
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const box = useRef<HTMLElement>(null);
  useSize(box, (width, height) => setRoom({ width, height }));

  // Scalars are watched wherever they are, so that their histories have no holes.
  const scalars = shown.filter(({ kind }) => kind === 'scalar').map(({ id }) => id).join('\n');
  useEffect(() => store.keep(scalars === '' ? [] : scalars.split('\n')), [store, scalars]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setLarge(undefined);
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const all = [...shown.map((view) => ({ id: view.id, view, shape: shapeOf(view) })), ...keys.map((id) => ({ id, view: undefined, shape: keyShape(tree, id) }))];
  const chosen = all.filter(({ id }) => id === large);
  const panels = chosen.length > 0 ? chosen : all;
  const rows = layoutRows(panels.map(({ shape }) => shape), room.width - 2, room.height - 2);
  const place = rows.flatMap((row) => row.widths.map((share) => ({ width: `calc(${(share * 100).toFixed(4)}% - ${((row.widths.length - 1) * 8) / row.widths.length + 0.01}px)`, height: chosen.length > 0 ? room.height - 2 : row.height })));
  return (
    <main ref={box} aria-label="Views">
      {room.width > 0 && (
        <div className="panels">
          {panels.map(({ id, view }, k) => (
            <Panel key={id} id={id} view={view} style={place[k]} large={id === large} onLarge={(on) => setLarge(on ? id : undefined)} onClose={view ? undefined : () => onClose(id)} />
          ))}
        </div>
      )}
      <Unshown views={views.filter((view) => !shown.includes(view))} />
    </main>
  );
}

/** Views without a panel (hidden, or `compute`): how they do, and what they log. */
function Unshown({ views }: { readonly views: readonly ViewState[] }) {
  const logs = useYard(({ logs }) => logs);
  if (views.length === 0) return null;
  return (
    <section className="unshown" aria-label="Views without a panel">
      <h2>Not shown (hidden or compute)</h2>
      {views.map((view) => {
        const status = panelStatus(view, 0, undefined, true);
        const lines = logs.get(view.id);
        return (
          <div key={view.id}>
            <p><span className={`chip ${status.tone}`}>{status.word}</span> <b>{view.id}</b> <span className={status.tone === 'bad' ? 'failed' : 'hint'}>{status.message} {status.where && <code title={status.file}>{status.where}</code>} {troubles(view)}</span></p>
            {lines && <LogLines lines={lines} open={false} />}
          </div>
        );
      })}
    </section>
  );
}

const shapeOf = ({ kind }: ViewState): Shape => (kind === 'image' || kind === 'matrix' || kind === 'points' ? 'picture' : kind === 'text' || kind === 'table' ? 'note' : 'plot');

function keyShape(tree: SourceTree | undefined, path: string): Shape {
  for (const { keys } of tree?.sources ?? []) for (const key of keys) if (key.path === path) return key.shape.length > 1 ? 'picture' : 'plot';
  return 'plot';
}
