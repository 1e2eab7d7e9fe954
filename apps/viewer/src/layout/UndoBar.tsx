import { useEffect } from 'react';
import { useLayoutStore, useUndo } from './use-layout.ts';

const offeredMs = 8000;

/** What was closed or shown otherwise can be had back, for a few seconds. */
export function UndoBar() {
  const layout = useLayoutStore();
  const undo = useUndo();
  useEffect(() => {
    if (!undo) return undefined;
    const timer = setTimeout(() => layout.forgetUndo(), offeredMs);
    return () => clearTimeout(timer);
  }, [layout, undo]);
  return undo ? <p className="notice" role="status">{undo.said} <button type="button" onClick={() => layout.undo()}>Undo</button></p> : null;
}
