import { useState, type FormEvent, type RefObject } from 'react';
import { routes, type PanelKind, type PanelSpec } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';
import { shapeOf } from '../image/patch.ts';
import { CopyLink } from '../layout/CopyLink.tsx';
import { SourceChoice } from '../layout/AddPanel.tsx';
import { fittingKinds } from '../layout/fitting-kinds.ts';
import { addSources, changeKind, changeTab, duplicatePanel, panelToTab } from '../layout/layout-edit.ts';
import { useLayoutStore, useShown } from '../layout/use-layout.ts';
import { MakeNote } from '../notes/MakeNote.tsx';
import { Menu, type MenuItem } from '../ui/Menu.tsx';
import { Modal } from '../ui/Modal.tsx';
import { orSay } from '../ui/notices.ts';
import { fileName, saveFile, servedName } from '../ui/save-file.ts';
import type { PanelExports } from './panel-exports.ts';
import type { PanelSource } from './panel-kind.ts';
import { panelKindInfos } from './panel-kinds.ts';
import { useLookOnly } from './use-role.ts';
import { useStore, useYard } from './use-yard.ts';
import { watchIn, watchKey } from './value/watched.ts';

export interface PanelMenuProps {
  readonly spec: PanelSpec;
  readonly title: string;
  readonly sources: readonly PanelSource[];
  readonly root: RefObject<HTMLElement | null>;
  readonly exports: RefObject<PanelExports>;
}

/** All that can be done with a panel. */
export function PanelMenu({ spec, title, sources, root, exports }: PanelMenuProps) {
  const layout = useLayoutStore();
  const store = useStore();
  const tabs = useShown(({ layout }) => layout.tabs);
  const tab = useShown(({ tab }) => tab);
  const lookOnly = useLookOnly();
  const stands = useYard(({ frozen }) => frozen !== undefined) ? 'The yard has only the newest train in full.' : undefined;
  const [dialog, setDialog] = useState<'add' | 'rename' | 'link' | 'note'>();
  const close = () => setDialog(undefined);
  const name = (end: string): string => fileName(title, store.newestOf(spec.of[0] ?? '')?.shown?.trainId, end);
  const show = (kind: PanelKind) => {
    const isWatched = spec.kind === 'value' && watchKey(spec, watchIn(spec.settings ?? {})) !== undefined;
    layout.showAs(spec.key, kind, `${title} is shown as ${panelKindInfos[kind].title.toLowerCase()}.${isWatched ? ' Its limits are not watched meanwhile.' : ''}`);
  };
  // Of numbers that change with the trains, the newest one is in sight.
  const isPast = sources.every(({ view, key }) => (view ? view.kind === 'scalar' : key !== undefined && key.shape.length === 0 && key.dtype !== 'str'));
  const every = isPast ? 'the history' : 'every number';
  const download = async (as: 'h5' | 'csv') => {
    const response = await askYard(`${routes.value}?${spec.of.map((id) => `id=${encodeURIComponent(id)}&`).join('')}as=${as}${isPast ? '&history=1' : ''}`);
    // The yard gives the newest train, whichever is shown here: it names the file.
    saveFile(servedName(response) ?? fileName(title, undefined, as), await response.blob());
  };
  const items = (): readonly MenuItem[] => {
    const fitting = fittingKinds(sources.map((one) => ({ ...one, shape: shapeOf(store.newestOf(one.id)?.newest) })));
    const { png, svg, csv } = exports.current ?? {};
    return [
      ...fitting.map((kind): MenuItem => ({ label: panelKindInfos[kind].title, hint: kind === spec.kind ? 'shown as this' : 'show as this', checked: kind === spec.kind, onSelect: () => kind !== spec.kind && show(kind) })),
      { label: 'Add a view or key …', begins: true, onSelect: () => setDialog('add') },
      ...(spec.of.length > 1 ? spec.of.map((id, k): MenuItem => ({ label: `Take out ${sources[k]?.title ?? id}`, onSelect: () => layout.panel(spec.key, (panel) => ({ ...panel, of: panel.of.filter((one) => one !== id) })) })) : []),
      { label: 'Rename …', onSelect: () => setDialog('rename') },
      { label: 'Duplicate', onSelect: () => layout.edit((all) => changeTab(all, tab, (one) => duplicatePanel(one, spec.key))) },
      ...tabs.flatMap(({ name }, k): MenuItem[] => (k === tab ? [] : [{ label: `To the tab ${name}`, onSelect: () => layout.edit((all) => panelToTab(all, tab, spec.key, k)) }])),
      { label: document.fullscreenElement === root.current ? 'Leave full screen' : 'Full screen', begins: true, onSelect: () => orSay(document.fullscreenElement === root.current ? document.exitFullscreen() : root.current!.requestFullscreen()) },
      ...(png ? [{ label: 'Save as PNG', begins: true, onSelect: () => orSay(png().then((blob) => saveFile(name('png'), blob))) }] : []),
      ...(svg ? [{ label: 'Save as SVG', begins: !png, onSelect: () => saveFile(name('svg'), svg(), 'image/svg+xml') }] : []),
      ...(csv ? [{ label: 'Save what is shown as CSV', begins: !png && !svg, onSelect: () => orSay(Promise.resolve(csv()).then((text) => saveFile(name('csv'), text, 'text/csv'))) }] : []),
      { label: `Save ${every} as CSV`, begins: !png && !svg && !csv, why: isPast ? undefined : stands, onSelect: () => orSay(download('csv')) },
      { label: `Save ${every} as HDF5`, why: isPast ? undefined : stands, onSelect: () => orSay(download('h5')) },
      { label: 'Make a note …', begins: true, why: lookOnly, onSelect: () => setDialog('note') },
      { label: 'Link to this panel …', onSelect: () => setDialog('link') },
    ];
  };
  return (
    <>
      <Menu label={`More of ${title}`} className="icon" items={items}>…</Menu>
      {dialog === 'add' && <AddSources spec={spec} sources={sources} title={title} onClose={close} />}
      {dialog === 'rename' && <Rename title={title} given={spec.title} onClose={close} onName={(next) => layout.panel(spec.key, ({ title: _, ...panel }) => ({ ...panel, ...(next && { title: next }) }))} />}
      {dialog === 'note' && <MakeNote panel={{ key: spec.key, title, exports: exports.current ?? {} }} onClose={close} />}
      {dialog === 'link' && <CopyLink large={spec.key} onClose={close} />}
    </>
  );
}

function AddSources({ spec, sources, title, onClose }: Pick<PanelMenuProps, 'spec' | 'sources' | 'title'> & { readonly onClose: () => void }) {
  const layout = useLayoutStore();
  const [chosen, setChosen] = useState<readonly PanelSource[]>([]);
  const kinds = fittingKinds([...sources, ...chosen.filter(({ id }) => !spec.of.includes(id))]);
  const other = kinds.includes(spec.kind) ? undefined : kinds[0];
  const said = chosen.length === 0 || kinds.includes(spec.kind) ? '' : other === undefined ? 'Together they fit no panel.' : `Together they are shown as ${panelKindInfos[other].title.toLowerCase()}.`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    layout.panel(spec.key, (panel) => addSources(other ? changeKind(panel, other) : panel, chosen.map(({ id }) => id)));
    onClose();
  };
  return (
    <Modal title={`Add to ${title}`} onClose={onClose}>
      <form onSubmit={submit} className="add-panel">
        <SourceChoice chosen={chosen} onChange={setChosen} />
        <p className="buttons"><span className="hint">{said}</span><button type="button" onClick={onClose}>Cancel</button><button type="submit" className="primary" disabled={chosen.length === 0 || kinds.length === 0}>Add</button></p>
      </form>
    </Modal>
  );
}

function Rename({ title, given, onName, onClose }: { readonly title: string; readonly given: string | undefined; readonly onName: (title: string) => void; readonly onClose: () => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onName((new FormData(event.currentTarget).get('title') as string).trim());
    onClose();
  };
  return (
    <Modal title={`Rename ${title}`} onClose={onClose}>
      <form onSubmit={submit}>
        <label>Title <input name="title" defaultValue={given ?? ''} placeholder={title} maxLength={120} autoFocus /></label>
        <p className="hint">Empty: the name in the code.</p>
        <p className="buttons"><button type="button" onClick={onClose}>Cancel</button><button type="submit" className="primary">Rename</button></p>
      </form>
    </Modal>
  );
}
