import { useState, type DragEvent, type KeyboardEvent } from 'react';
import { LAYOUT_LIMITS } from '@trainyard/control';
import { Menu } from '../ui/Menu.tsx';
import { AddPanel } from './AddPanel.tsx';
import { addTab, changeTab, freeTabName, moveTab } from './layout-edit.ts';
import { LayoutMenu } from './LayoutMenu.tsx';
import { useLayoutStore, useShown } from './use-layout.ts';

/** The tabs of the layout: opened by a click, named by a double click, put in order by dragging. */
export function TabBar() {
  const layout = useLayoutStore();
  const tabs = useShown(({ layout }) => layout.tabs);
  const open = useShown(({ tab }) => tab);
  const [naming, setNaming] = useState<number>();
  const [adding, setAdding] = useState(false);
  const [dragged, setDragged] = useState<number>();
  const name = (index: number, to: string) => {
    setNaming(undefined);
    const trimmed = to.trim().slice(0, 60);
    if (trimmed !== '' && trimmed !== tabs[index].name) layout.edit((all) => changeTab(all, index, (tab) => ({ ...tab, name: trimmed })));
  };
  const add = () => {
    layout.edit((all) => addTab(all, freeTabName(all)));
    layout.go({ tab: tabs.length });
    setNaming(tabs.length);
  };
  const move = (from: number, to: number) => {
    if (to < 0 || to >= tabs.length || from === to) return;
    layout.edit((all) => moveTab(all, from, to));
    if (open === from) layout.go({ tab: to });
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === 'F2') setNaming(index);
    if (by === undefined) return;
    event.stopPropagation();
    const next = (index + by + tabs.length) % tabs.length;
    layout.go({ tab: next });
    (event.currentTarget.parentElement?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className="tabs">
      <div role="tablist" aria-label="Tabs">
        {tabs.map((tab, k) => naming === k ? <TabName key={k} name={tab.name} onName={(to) => name(k, to)} /> : (
          <button key={k} type="button" role="tab" aria-selected={k === open} tabIndex={k === open ? 0 : -1} draggable title={`${tab.name}: double click to rename, drag to move${k < 9 ? `, key ${k + 1}` : ''}`}
            onClick={() => layout.go({ tab: k })} onDoubleClick={() => setNaming(k)} onKeyDown={(event) => onKey(event, k)}
            onDragStart={(event) => {
              event.dataTransfer.setData('text/x-trainyard-tab', String(k));
              setDragged(k);
            }}
            onDragEnd={() => setDragged(undefined)} onDragOver={(event: DragEvent) => dragged !== undefined && event.preventDefault()}
            onDrop={() => dragged !== undefined && move(dragged, k)}>{tab.name}</button>
        ))}
      </div>
      <Menu label={`Tab ${tabs[open]?.name ?? ''}`} className="icon" items={() => [
        { label: 'Rename', hint: 'F2 or double click', onSelect: () => setNaming(open) },
        { label: 'Move left', why: open === 0 ? 'It is the first.' : undefined, onSelect: () => move(open, open - 1) },
        { label: 'Move right', why: open === tabs.length - 1 ? 'It is the last.' : undefined, onSelect: () => move(open, open + 1) },
        { label: 'Close this tab', begins: true, danger: true, why: tabs.length === 1 ? 'It is the only one.' : undefined, onSelect: () => layout.closeTab(open) },
      ]}>▾</Menu>
      {tabs.length < LAYOUT_LIMITS.tabs && <button type="button" className="icon" aria-label="Add a tab" title="Add a tab" onClick={add}>+</button>}
      <span className="gap" />
      <button type="button" onClick={() => setAdding(true)}>Add a panel</button>
      <LayoutMenu />
      {adding && <AddPanel onClose={() => setAdding(false)} />}
    </div>
  );
}

function TabName({ name, onName }: { readonly name: string; readonly onName: (name: string) => void }) {
  return (
    <input className="tab-name" aria-label="Name of the tab" defaultValue={name} maxLength={60} size={Math.max(8, name.length)} autoFocus onFocus={(event) => event.target.select()} onBlur={(event) => onName(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') onName(event.currentTarget.value);
        else if (event.key === 'Escape') onName(name);
      }} />
  );
}
