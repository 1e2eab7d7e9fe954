import { useEffect, useRef } from 'react';
import type { EditorSession, EditorShown } from './editor-session.ts';
import { monaco } from './monaco.ts';

/** Two people saved the same file: both texts side by side, and the choice. */
export function Conflict({ session, conflict: { path, theirs } }: { readonly session: EditorSession; readonly conflict: NonNullable<EditorShown['conflict']> }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const mine = session.model(path);
    if (!mine) return;
    const original = monaco.editor.createModel(theirs.text, mine.getLanguageId());
    const diff = monaco.editor.createDiffEditor(box.current!, { automaticLayout: true, originalEditable: false, minimap: { enabled: false }, scrollBeyondLastLine: false, fontSize: 13, ariaLabel: 'Both texts' });
    diff.setModel({ original, modified: mine });
    return () => {
      diff.dispose();
      original.dispose();
    };
  }, [session, path, theirs]);
  return (
    <section className="conflict" role="alertdialog" aria-label={`${path} was changed by somebody else`}>
      <p className="banner warn"><b>{path} was changed by somebody else</b> since it was opened, and is not saved. Left: what is there now. Right: yours, which can be edited here.{' '}
        <button type="button" onClick={() => void session.save(path, theirs)}>Save mine</button>{' '}
        <button type="button" onClick={() => session.takeTheirs()}>Take theirs</button>{' '}
        <button type="button" onClick={() => session.leaveConflict()}>Not now</button></p>
      <div className="monaco-box" ref={box} />
    </section>
  );
}
