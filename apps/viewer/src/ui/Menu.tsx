import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

export interface MenuItem {
  readonly label: string;
  /** A second line, softly. */
  readonly hint?: string | undefined;
  /** Why it cannot be chosen now. */
  readonly why?: string | undefined;
  readonly checked?: boolean | undefined;
  /** A line above it. */
  readonly begins?: boolean | undefined;
  readonly danger?: boolean | undefined;
  readonly onSelect: () => void;
}

/** A button with a list of things to do. The list lies above everything, also above a panel in full screen; arrows move, Escape closes. */
export function Menu({ label, className = '', items, children, onOpen }: { readonly label: string; readonly className?: string; readonly items: () => readonly MenuItem[]; readonly children: ReactNode; readonly onOpen?: () => void }) {
  const list = useRef<HTMLDialogElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const show = () => {
    onOpen?.();
    setOpen(true);
    list.current?.showModal();
    place(list.current!, button.current!);
  };
  const onKey = (event: KeyboardEvent) => {
    const all = [...list.current!.querySelectorAll<HTMLButtonElement>('button')];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? all.length - 1 : by === undefined ? undefined : (all.indexOf(document.activeElement as HTMLButtonElement) + by + all.length) % all.length;
    event.stopPropagation();
    if (to === undefined) return;
    event.preventDefault();
    all[to]?.focus();
  };
  return (
    <>
      <button type="button" ref={button} className={className} aria-haspopup="menu" aria-expanded={open} aria-label={label} title={label} onClick={show}>{children}</button>
      <dialog ref={list} className="menu" role="menu" aria-label={label} onClose={() => setOpen(false)} onKeyDown={onKey} onPointerDown={(event) => event.stopPropagation()} onClick={(event) => event.target === list.current && list.current.close()}>
        {open && items().map((item, k) => (
          <button key={k} type="button" role={item.checked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked={item.checked} aria-disabled={item.why !== undefined} className={`${item.begins ? 'begins' : ''} ${item.danger ? 'failed' : ''}`}
            onClick={() => {
              if (item.why !== undefined) return;
              list.current?.close();
              item.onSelect();
            }}>
            {item.checked !== undefined && <span aria-hidden="true">{item.checked ? '● ' : '○ '}</span>}{item.label}
            {(item.why ?? item.hint) && <span className="hint">{item.why ?? item.hint}</span>}
          </button>
        ))}
      </dialog>
    </>
  );
}

/** Below the button, or where there is room. */
function place(list: HTMLElement, button: HTMLElement): void {
  requestAnimationFrame(() => {
    const at = button.getBoundingClientRect();
    const { width, height } = list.getBoundingClientRect();
    list.style.left = `${Math.max(4, Math.min(at.left, innerWidth - width - 4))}px`;
    list.style.top = `${Math.max(4, Math.min(at.bottom + 2, innerHeight - height - 4))}px`;
  });
}
