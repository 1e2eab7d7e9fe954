import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useStore, useYard } from '../panels/use-yard.ts';
import type { YardStore } from '../data/yard-store.ts';
import { Conflict } from './Conflict.tsx';
import { sessionOf } from './editor-session.ts';
import './editor.css';
import { FileTree } from './FileTree.tsx';
import { speakYard } from './language.ts';
import type { monaco } from './monaco.ts';
import { MonacoPane } from './MonacoPane.tsx';
import { onPlace, takePlace } from './open-at.ts';
import { ProblemList, useTypeErrors } from './ProblemList.tsx';
import { Snippets } from './Snippets.tsx';
import { Tried } from './Tried.tsx';
import { TryOn, type TriedOn } from './TryOn.tsx';

const spoken = new WeakSet<YardStore>();
type Below = 'problems' | 'snippets' | 'tried';

/** The files of the list: written, saved and so loaded, and what came of it. */
export default function EditorPage() {
  const store = useStore();
  const session = sessionOf(store);
  if (!spoken.has(store)) {
    spoken.add(store);
    speakYard(store, session);
  }
  const shown = useSyncExternalStore(session.subscribe, session.shown);
  const typeErrors = useTypeErrors(session);
  const failing = useYard(({ state }) => state?.views.find(({ lastFailure, newest }) => newest?.outcome === 'failed' || lastFailure)?.id);
  const [below, setBelow] = useState<Below>('problems');
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined);
  const keepEditor = useCallback((made: typeof editor.current) => void (editor.current = made), []);
  const hasFiles = shown.files.length > 0;
  useEffect(() => {
    // A place that was asked for waits until the list of files is here.
    const go = () => {
      const place = hasFiles ? takePlace() : undefined;
      if (place) session.open(place);
    };
    go();
    return onPlace(go);
  }, [session, hasFiles]);

  const { open, dirty, said, conflict } = shown;
  const count = shown.problems.length + typeErrors.length;
  const tab = (key: Below, title: string) => <button type="button" role="tab" aria-selected={below === key} onClick={() => setBelow(key)}>{title}</button>;
  const tryOpen = (on: TriedOn) => void session.tryOpen(on).then(() => setBelow(session.shown().tried ? 'tried' : below));
  return (
    <section className="editor-page" aria-label="Editor">
      <FileTree session={session} shown={shown} />
      <div className="editor-main">
        <div className="editor-bar">
          <b className="open-file">{open ?? 'No file'}</b>
          <button type="button" disabled={open === undefined || !dirty.has(open)} title="Ctrl+S: saves the file, which loads it" onClick={() => void session.save()}>Save and load</button>
          <span className={`said ${said?.tone ?? ''}`} title={said?.text} role={said?.tone === 'error' || said?.tone === 'refused' ? 'alert' : 'status'}>{said?.text}</span>
          <button type="button" title="Keeps the next train with its data" onClick={() => void session.ask({ verb: 'freeze', next: true })}>Freeze next train</button>
          {failing !== undefined && <button type="button" title={`Keeps the newest train that ${failing} failed on`} onClick={() => void session.ask({ verb: 'freeze', name: failing })}>Freeze failed train</button>}
          <TryOn session={session} shown={shown} onTry={tryOpen} />
        </div>
        <div className="editor-middle">
          <MonacoPane session={session} shown={shown} onEditor={keepEditor} />
          {conflict && <Conflict session={session} conflict={conflict} />}
        </div>
        <div className="editor-below">
          <div role="tablist" aria-label="Below the editor">{tab('problems', count ? `Problems (${count})` : 'Problems')}{tab('snippets', 'Snippets')}{tab('tried', 'Frozen train')}</div>
          <div className="editor-below-body" role="tabpanel">
            {below === 'problems' && <ProblemList session={session} shown={shown} typeErrors={typeErrors} />}
            {below === 'snippets' && <Snippets session={session} shown={shown} onInsert={(text, chosen) => editor.current && session.insert(text, chosen, editor.current)} />}
            {below === 'tried' && <Tried session={session} tried={shown.tried} />}
          </div>
        </div>
      </div>
    </section>
  );
}
