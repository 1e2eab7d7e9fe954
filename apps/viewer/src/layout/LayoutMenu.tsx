import { useEffect, useState, type FormEvent } from 'react';
import type { ListedLayout } from '@trainyard/control';
import { MyNameField } from '../controls/MyNameField.tsx';
import { useLookOnly } from '../panels/use-role.ts';
import { useYard } from '../panels/use-yard.ts';
import { formatDay } from '../ui/format.ts';
import { Menu } from '../ui/Menu.tsx';
import { Modal } from '../ui/Modal.tsx';
import { orSay, say } from '../ui/notices.ts';
import { CopyLink } from './CopyLink.tsx';
import { dropLayout, keepLayout, keptLayout, keptLayouts, layoutNamePattern } from './kept-layouts.ts';
import { useFirst } from './use-first.ts';
import { useLayoutStore, useShown } from './use-layout.ts';

/** Layouts by name: opened by anybody, saved by who may change things. */
export function LayoutMenu() {
  const layout = useLayoutStore();
  const name = useShown(({ name }) => name);
  const isKept = useShown(() => layout.isKept());
  const first = useFirst();
  const changes = useYard(({ changed }) => changed['layouts'] ?? 0);
  const link = useYard(({ link }) => link);
  const lookOnly = useLookOnly();
  const [kept, setKept] = useState<readonly ListedLayout[]>([]);
  const [dialog, setDialog] = useState<'save' | 'delete' | 'link'>();
  const refresh = () => orSay(keptLayouts().then(setKept));
  useEffect(() => {
    if (link === 'open') keptLayouts().then(setKept, () => setKept([]));
  }, [changes, link]);
  const save = (as: string) => {
    const now = layout.shown().layout;
    orSay(keepLayout(as, now).then(() => {
      layout.saved(as, now);
      say(`Saved as “${as}”.`, 'good');
    }));
  };
  const label = name === undefined ? 'Layout' : isKept ? name : `${name} (changed)`;
  return (
    <>
      <Menu label={`Layout: ${name ?? 'as the code has it'}`} onOpen={refresh} items={() => [
        ...kept.map((one) => ({ label: one.name, hint: `${formatDay(one.at)}${one.who ? `, ${one.who}` : ''}`, checked: one.name === name, onSelect: () => orSay(keptLayout(one.name).then(({ layout: found }) => layout.open({ layout: found, fits: false, name: one.name, tab: 0 }))) })),
        ...(name === undefined ? [] : [{ label: `Save “${name}”`, begins: true, why: lookOnly ?? (isKept ? 'Nothing has changed.' : undefined), onSelect: () => save(name) }]),
        { label: 'Save as …', begins: name === undefined, why: lookOnly, onSelect: () => setDialog('save') },
        ...(kept.length === 0 ? [] : [{ label: 'Delete …', why: lookOnly, onSelect: () => setDialog('delete') }]),
        { label: 'Follow the code again', hint: 'a panel for each view, as at first', begins: true, onSelect: () => layout.reset(first) },
        { label: 'Link to this page …', begins: true, onSelect: () => setDialog('link') },
        { label: document.fullscreenElement ? 'Leave full screen' : 'Full screen', onSelect: () => orSay(document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()) },
      ]}>{label} ▾</Menu>
      {dialog === 'save' && <SaveAs name={name ?? ''} taken={kept.map(({ name }) => name)} onClose={() => setDialog(undefined)} onSave={save} />}
      {dialog === 'delete' && <Delete kept={kept} onClose={() => setDialog(undefined)} />}
      {dialog === 'link' && <CopyLink onClose={() => setDialog(undefined)} />}
    </>
  );
}

function SaveAs({ name, taken, onClose, onSave }: { readonly name: string; readonly taken: readonly string[]; readonly onClose: () => void; readonly onSave: (name: string) => void }) {
  const [text, setText] = useState(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(text.trim());
    onClose();
  };
  return (
    <Modal title="Save the layout" onClose={onClose}>
      <form onSubmit={submit}>
        <label>Name <input value={text} onChange={(event) => setText(event.target.value)} pattern={layoutNamePattern} title="Letters, digits, space and -_. , at most 60" required autoFocus /></label>
        <MyNameField />
        <p className="hint">{taken.includes(text.trim()) ? 'There is one of this name: it is replaced.' : 'Everybody at this yard finds it in the list.'}</p>
        <p className="buttons"><button type="button" onClick={onClose}>Cancel</button><button type="submit" className="primary">{taken.includes(text.trim()) ? 'Replace it' : 'Save'}</button></p>
      </form>
    </Modal>
  );
}

/** Deleting asks once: nobody has it back. */
function Delete({ kept, onClose }: { readonly kept: readonly ListedLayout[]; readonly onClose: () => void }) {
  const [asked, setAsked] = useState<string>();
  return (
    <Modal title="Delete a layout" onClose={onClose}>
      <ul className="choices">
        {kept.map(({ name, at, who }) => (
          <li key={name}>
            <span>{name} <span className="hint">{formatDay(at)}{who && `, ${who}`}</span></span>
            {asked === name
              ? <span><button type="button" className="danger" onClick={() => orSay(dropLayout(name).then(onClose))}>Delete it</button> <button type="button" onClick={() => setAsked(undefined)}>Keep</button></span>
              : <button type="button" aria-label={`Delete ${name}`} onClick={() => setAsked(name)}>delete</button>}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
