import { useEffect, useRef, useState } from 'react';
import { useLayoutStore, useShown } from '../layout/use-layout.ts';
import { pages } from '../pages/pages.ts';
import { useYard } from '../panels/use-yard.ts';
import { Modal } from '../ui/Modal.tsx';
import { nearestPanel } from './nearest-panel.ts';

const arrows = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const;

/** The keys of the page, and the list of them under `?`. Keys that are typed into something belong to that. */
export function Shortcuts({ onSources, onControls }: { readonly onSources: () => void; readonly onControls: () => void }) {
  const layout = useLayoutStore();
  const hello = useYard(({ hello }) => hello);
  const tabs = useShown(({ layout }) => layout.tabs.length);
  const [help, setHelp] = useState(false);
  const there = pages.filter(({ isThere }) => hello && isThere(hello));
  const onKey = useRef<(event: KeyboardEvent) => void>(() => {});
  onKey.current = (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || target.closest('input, select, textarea, dialog, [contenteditable], .monaco-editor')) return;
    const { key } = event;
    const page = there.find(({ key: name }) => name[0] === key);
    if (key === '?') setHelp(true);
    else if (key === 'g') layout.go({ page: undefined });
    else if (page) layout.go({ page: page.key, about: undefined });
    else if (key === 's') onSources();
    else if (key === 'p') onControls();
    else if (key === 'Escape') layout.go({ large: undefined });
    else if (/^[1-9]$/.test(key) && Number(key) <= tabs) layout.go({ tab: Number(key) - 1, page: undefined });
    else if (target === document.body || target.matches('.panel')) panelKey(event, target, (key) => layout.go({ large: layout.shown().large === key ? undefined : key }));
  };
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey.current(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
  return help ? (
    <Modal title="Keys" onClose={() => setHelp(false)}>
      <dl className="keys">
        <dt><kbd>1</kbd> … <kbd>9</kbd></dt><dd>tabs</dd>
        <dt><kbd>g</kbd></dt><dd>panels</dd>
        {there.map(({ key, title }) => <div key={key}><dt><kbd>{key[0]}</kbd></dt><dd>{title}</dd></div>)}
        <dt><kbd>s</kbd></dt><dd>list of sources</dd>
        <dt><kbd>p</kbd></dt><dd>parameters</dd>
        <dt><kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd></dt><dd>from panel to panel</dd>
        <dt><kbd>Space</kbd></dt><dd>all panels stand still, and go on; <kbd>←</kbd> <kbd>→</kbd> meanwhile: train by train</dd>
        <dt><kbd>Enter</kbd></dt><dd>the panel large, and back</dd>
        <dt><kbd>Esc</kbd></dt><dd>all panels again</dd>
        <dt><kbd>?</kbd></dt><dd>this list</dd>
      </dl>
    </Modal>
  ) : null;
}

function panelKey(event: KeyboardEvent, target: HTMLElement, enlarge: (key: string | undefined) => void): void {
  const direction = arrows[event.key as keyof typeof arrows];
  const panels = [...document.querySelectorAll<HTMLElement>('.panel')];
  const at = panels.indexOf(target);
  if (event.key === 'Enter' && at >= 0) enlarge(target.dataset['key']);
  if (!direction || panels.length === 0) return;
  const next = at < 0 ? 0 : nearestPanel(panels.map((panel) => panel.getBoundingClientRect()), at, direction);
  if (next === undefined) return;
  event.preventDefault();
  panels[next].focus();
  panels[next].scrollIntoView({ block: 'nearest' });
}
