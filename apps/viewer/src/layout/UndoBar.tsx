import { useEffect } from 'react';
import { useLayoutStore, useUndo } from './use-layout.ts';

const offeredMs = 8000;

/** What was closed can be had back, for a few seconds. */
export function UndoBar() {
  const layout = useLayoutStore();
  const undo = useUndo();
  useEffect(() => {
    if (!undo) return undefined;
    const timer = setTimeout(() => layout.forgetUndo(), offeredMs);
    return () => clearTimeout(timer);
  }, [layout, undo]);
  return undo ? <p className="notice" role="status">Closed {undo.what}. <button type="button" onClick={() => layout.undo()}>Undo</button></p> : null;
}
