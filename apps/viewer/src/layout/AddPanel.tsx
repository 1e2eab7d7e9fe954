import { useMemo, useState, type FormEvent } from 'react';
import type { PanelKind, SourceTree, ViewState } from '@trainyard/control';
import type { PanelSource } from '../panels/panel-kind.ts';
import { panelKindInfos } from '../panels/panel-kinds.ts';
import { useYard } from '../panels/use-yard.ts';
import { formatShape } from '../ui/format.ts';
import { Modal } from '../ui/Modal.tsx';
import { fittingKinds, usualKind } from './fitting-kinds.ts';
import { useLayoutStore } from './use-layout.ts';

const mostListed = 150;
const noViews: readonly ViewState[] = [];

/** Views and keys to choose from; several go into one panel, or each into its own. */
export function AddPanel({ onClose }: { readonly onClose: () => void }) {
  const layout = useLayoutStore();
  const [chosen, setChosen] = useState<readonly PanelSource[]>([]);
  const [kind, setKind] = useState<PanelKind>();
  const [together, setTogether] = useState(true);
  const kinds = fittingKinds(together ? chosen : chosen.slice(0, 1));
  const isOne = together && kinds.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const as = kind !== undefined && kinds.includes(kind) ? kind : undefined;
    if (isOne) layout.add(as ?? kinds[0], chosen.map(({ id }) => id));
    else for (const one of chosen) layout.add(as !== undefined && fittingKinds([one]).includes(as) ? as : usualKind(one), [one.id]);
    onClose();
  };
  return (
    <Modal title="Add a panel" onClose={onClose}>
      <form onSubmit={submit} className="add-panel">
        <SourceChoice chosen={chosen} onChange={setChosen} />
        <p className="line">
          {chosen.length > 1 && <label className="check"><input type="checkbox" checked={isOne} disabled={fittingKinds(chosen).length === 0} onChange={(event) => setTogether(event.target.checked)} />all in one panel</label>}
          <label>Show as <select value={kind !== undefined && kinds.includes(kind) ? kind : ''} onChange={(event) => setKind((event.target.value || undefined) as PanelKind | undefined)}>
            <option value="">what fits</option>
            {kinds.map((one) => <option key={one} value={one}>{panelKindInfos[one].title}</option>)}
          </select></label>
        </p>
        <p className="buttons"><button type="button" onClick={onClose}>Cancel</button><button type="submit" className="primary" disabled={chosen.length === 0}>{chosen.length > 1 && !isOne ? `Add ${chosen.length} panels` : 'Add'}</button></p>
      </form>
    </Modal>
  );
}

/** A list of all views and keys with a filter; those that are chosen stay on top. */
export function SourceChoice({ chosen, onChange }: { readonly chosen: readonly PanelSource[]; readonly onChange: (chosen: readonly PanelSource[]) => void }) {
  const views = useYard(({ state }) => state?.views ?? noViews);
  const tree = useYard(({ tree }) => tree);
  const [filter, setFilter] = useState('');
  const all = useMemo(() => everySource(views, tree), [views, tree]);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ id, title }) => words.every((word) => id.toLowerCase().includes(word) || title.toLowerCase().includes(word)));
  const listed = [...chosen, ...found.filter(({ id }) => chosen.every((one) => one.id !== id))].slice(0, mostListed);
  return (
    <>
      <input type="search" placeholder="Find a view, source or key" aria-label="Find a view, source or key" value={filter} onChange={(event) => setFilter(event.target.value)} autoFocus />
      <ul className="choices" aria-label="Views and keys">
        {listed.map((one) => {
          const isChosen = chosen.some(({ id }) => id === one.id);
          return (
            <li key={one.id}>
              <label title={one.id}><input type="checkbox" checked={isChosen} onChange={() => onChange(isChosen ? chosen.filter(({ id }) => id !== one.id) : [...chosen, one])} /><span>{one.title}</span>
                <span className="hint">{one.view ? one.view.kind : `${one.key?.dtype ?? ''} ${formatShape(one.key?.shape ?? [])}`}</span></label>
            </li>
          );
        })}
        {found.length === 0 && <li className="hint">Nothing matches “{filter}”.</li>}
        {found.length > mostListed && <li className="hint">… and {found.length - mostListed} more: write a part of the name.</li>}
      </ul>
    </>
  );
}

function everySource(views: readonly ViewState[], tree: SourceTree | undefined): readonly PanelSource[] {
  return [
    ...views.filter(({ kind }) => kind !== 'compute').map((view) => ({ id: view.id, view, title: view.title ? `${view.title} (${view.id})` : view.id })),
    ...(tree?.sources ?? []).flatMap(({ name, keys }) => keys.map((key) => ({ id: key.path, key, title: `${name} ${key.key}` }))),
  ];
}
