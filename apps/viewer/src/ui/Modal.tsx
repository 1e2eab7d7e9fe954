import { useEffect, useRef, type ReactNode } from 'react';

/** A window above the page; Escape, the cross and a click beside it close it. */
export function Modal({ title, onClose, children }: { readonly title: string; readonly onClose: () => void; readonly children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="modal" aria-label={title} onClose={onClose} onKeyDown={(event) => event.stopPropagation()} onPointerDown={(event) => event.stopPropagation()} onClick={(event) => event.target === dialog.current && dialog.current.close()}>
      <div>
        <header><h2>{title}</h2><button type="button" className="icon" aria-label="Close" onClick={() => dialog.current?.close()}>×</button></header>
        {children}
      </div>
    </dialog>
  );
}
