import { useEffect, useState } from 'react';
import { useYard } from '../panels/use-yard.ts';
import { formatClock } from '../ui/format.ts';
import type { EditorSession, EditorShown } from './editor-session.ts';

/** What was chosen; the rest is the yard's choice: the newest train, the view it was frozen for. */
export interface TriedOn {
  readonly name?: string | undefined;
  readonly view?: string | undefined;
}

/** Runs the open file on a frozen train. */
export function TryOn({ session, shown: { open, frozen }, onTry }: { readonly session: EditorSession; readonly shown: EditorShown; readonly onTry: (on: TriedOn) => void }) {
  const views = useYard(({ state }) => state?.views);
  const [name, setName] = useState('');
  const [view, setView] = useState('');
  const refresh = () => void session.listFrozen();
  useEffect(refresh, [session]);
  const train = frozen.find((one) => one.name === name) ?? frozen[0];
  const ids = views?.filter(({ hidden }) => !hidden).map(({ id }) => id) ?? [];
  const chosen = view === 'all' || ids.includes(view) ? view : '';
  return (
    <>
      <select aria-label="Frozen train" title="Trains that are kept in the folder frozen" value={name === train?.name ? name : ''} onFocus={refresh} onChange={(event) => setName(event.target.value)}>
        <option value="">{frozen.length ? 'newest frozen train' : 'no frozen train'}</option>
        {frozen.map((one) => <option key={one.name} value={one.name}>{`${one.trainId}, ${one.view === undefined ? 'all views' : `${one.view} ${one.outcome}`}, ${formatClock(one.at)}`}</option>)}
      </select>
      <select aria-label="View to run" value={chosen} onChange={(event) => setView(event.target.value)}>
        <option value="">{train?.view ?? 'as frozen'}</option>
        <option value="all">all views</option>
        {ids.map((id) => <option key={id}>{id}</option>)}
      </select>
      <button type="button" disabled={open === undefined} title="Runs the text as it is here on the frozen train, without saving it" onClick={() => onTry({ name: name === train?.name ? name : undefined, view: chosen || undefined })}>Run on it</button>
    </>
  );
}
