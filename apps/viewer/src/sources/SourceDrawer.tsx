import { useMemo, useState, type ReactNode } from 'react';
import type { PanelKind, SourceInfo, ViewState } from '@trainyard/control';
import { kindOfKey } from '../layout/first-layout.ts';
import { usualKind } from '../layout/fitting-kinds.ts';
import { startDrag } from '../layout/drag-source.ts';
import { useLayoutStore, useShown } from '../layout/use-layout.ts';
import { useYard } from '../panels/use-yard.ts';
import { formatRate, formatShape } from '../ui/format.ts';
import { filterTree } from './filter-tree.ts';

const openAtMost = 40;
const noViews: readonly ViewState[] = [];

/** The views of the code and the raw signals of the stream or run: a click shows one or takes it away, dragging puts it where it is wanted. */
export function SourceDrawer() {
  const layout = useLayoutStore();
  const tree = useYard(({ tree }) => tree);
  const views = useYard(({ state }) => state?.views ?? noViews);
  const source = useYard(({ state }) => state?.source);
  const panels = useShown(({ layout, tab }) => layout.tabs[tab]?.panels);
  const [filter, setFilter] = useState('');
  const found = useMemo(() => filterTree(tree, filter), [tree, filter]);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shownViews = views.filter(({ id, title = '', kind }) => kind !== 'compute' && words.every((word) => `${id} ${title}`.toLowerCase().includes(word)));
  const count = found.reduce((sum, { keys }) => sum + keys.length, 0);
  const plotted = panels?.flatMap(({ of }) => of) ?? [];
  const toggle = (id: string, kind: PanelKind, title: string) => {
    const there = panels?.find(({ of }) => of.length === 1 && of[0] === id);
    layout.go({ page: undefined });
    if (there) layout.remove(there.key, there.title ?? title);
    else layout.add(kind, [id]);
  };
  return (
    <nav className="drawer" id="drawer" aria-label="Sources">
      <input type="search" placeholder="Find a view, source or key" aria-label="Find a view, source or key" value={filter} onChange={(event) => setFilter(event.target.value)} />
      <div className="tree">
        {shownViews.length > 0 && (
          <Branch name="Views" label="Views" open>
            {shownViews.map((view) => <Leaf key={view.id} id={view.id} kind={usualKind({ view })} name={view.title ?? view.name} path={view.id} facts={view.kind} isShown={plotted.includes(view.id)} onToggle={toggle} />)}
          </Branch>
        )}
        <p className="hint">{tree ? `${found.length} sources, ${count} keys. A click plots a key, dragging it puts it where you like.` : (source?.message ?? 'Waiting for the first train.')}</p>
        {found.map((item) => (
          <Branch key={item.name} name={item.name} label={<SourceName source={item} />} open={count <= openAtMost || found.length === 1}>
            {item.keys.map((key) => <Leaf key={key.key} id={key.path} kind={kindOfKey(key)} name={key.key} path={key.path} facts={`${key.dtype} ${formatShape(key.shape)}`} isShown={plotted.includes(key.path)} onToggle={toggle} />)}
          </Branch>
        ))}
        {tree && found.length === 0 && shownViews.length === 0 && <p className="hint">{filter ? `Nothing matches “${filter}”.` : 'No source has delivered yet.'}</p>}
      </div>
    </nav>
  );
}

function SourceName({ source: { name, kind } }: { readonly source: SourceInfo }) {
  const rate = useYard(({ rates }) => rates[name]);
  return <><span className="name">{name}</span><span className="hint">{kind} {rate !== undefined && formatRate(rate)}</span></>;
}

function Branch({ name, label, open, children }: { readonly name: string; readonly label: ReactNode; readonly open: boolean; readonly children: ReactNode }) {
  const [by, setBy] = useState<boolean>();
  const isOpen = by ?? open;
  return (
    <section aria-label={name}>
      <button type="button" className="source-name" aria-expanded={isOpen} onClick={() => setBy(!isOpen)}><span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {label}</button>
      {isOpen && <ul>{children}</ul>}
    </section>
  );
}

interface LeafProps {
  readonly id: string;
  readonly kind: PanelKind;
  readonly name: string;
  readonly path: string;
  readonly facts: string;
  readonly isShown: boolean;
  readonly onToggle: (id: string, kind: PanelKind, title: string) => void;
}

function Leaf({ id, kind, name, path, facts, isShown, onToggle }: LeafProps) {
  return (
    <li>
      <button type="button" aria-pressed={isShown} title={path} draggable onDragStart={(event) => startDrag(event.dataTransfer, { id, kind })} onClick={() => onToggle(id, kind, name)}>
        <span>{name}</span><span className="hint">{facts}</span>
      </button>
    </li>
  );
}
