import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { NumberField } from '../../ui/NumberField.tsx';
import './settings.css';

/** A button with the choices of a panel, in a small card that lies above everything; a click beside it or Escape closes it. */
export function SettingsButton({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    const element = card.current!;
    element.setAttribute('popover', 'auto');
    const onToggle = (event: Event) => setOpen((event as ToggleEvent).newState === 'open');
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, []);
  const show = () => {
    if (open) return card.current!.hidePopover();
    card.current!.showPopover();
    const at = button.current!.getBoundingClientRect();
    const { width, height } = card.current!.getBoundingClientRect();
    card.current!.style.left = `${Math.max(4, Math.min(at.right - width, innerWidth - width - 4))}px`;
    card.current!.style.top = `${Math.max(4, at.bottom + 3 + height > innerHeight ? at.top - height - 3 : at.bottom + 3)}px`;
  };
  return (
    <>
      <button type="button" className="icon settings-button" ref={button} aria-expanded={open} aria-controls={id} aria-label={`Settings of ${title}`} title="Settings" onClick={show}>⚙</button>
      {/* What is typed and dragged in the card is nothing to the panel and the page below it. */}
      <div className="settings-card" id={id} ref={card} role="group" aria-label={`Settings of ${title}`} onKeyDown={(event) => event.stopPropagation()} onPointerDown={(event) => event.stopPropagation()} onMouseDown={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()}>{children}</div>
    </>
  );
}

export function Check({ label, on, onChange, title }: { readonly label: string; readonly on: boolean; readonly onChange: (on: boolean) => void; readonly title?: string }) {
  return <label className="setting" title={title}><span>{label}</span><input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} /></label>;
}

export function Choice<T extends string>({ label, value, choices, onChange, title }: { readonly label: string; readonly value: T; readonly choices: readonly (T | readonly [value: T, text: string])[]; readonly onChange: (value: T) => void; readonly title?: string }) {
  return (
    <label className="setting" title={title}><span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value as T)}>
        {choices.map((one) => (typeof one === 'string' ? <option key={one}>{one}</option> : <option key={one[0]} value={one[0]}>{one[1]}</option>))}
      </select>
    </label>
  );
}

/** A number that may be absent: an empty field takes it away. */
export function Amount({ label, value, placeholder, min, max, onChange, title }: { readonly label: string; readonly value: number | undefined; readonly placeholder: string; readonly min?: number; readonly max?: number; readonly onChange: (value: number | undefined) => void; readonly title?: string }) {
  return <label className="setting" title={title}><span>{label}</span><NumberField label={label} value={value} placeholder={placeholder} min={min} max={max} onCommit={(next) => onChange(Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next)))} onClear={() => onChange(undefined)} /></label>;
}

/** The ends of an axis: each by hand, or as the data need it. */
export function Ends({ label, value, onChange }: { readonly label: string; readonly value: readonly [number | null, number | null] | undefined; readonly onChange: (value: [number | null, number | null] | undefined) => void }) {
  const [low, high] = value ?? [null, null];
  const put = (next: [number | null, number | null]) => onChange(next[0] === null && next[1] === null ? undefined : next);
  return (
    <div className="setting"><span>{label}</span>
      <span className="ends">
        <NumberField label={`${label}: lowest`} value={low ?? undefined} placeholder="auto" onCommit={(end) => put([end, high])} onClear={() => put([null, high])} />
        <NumberField label={`${label}: highest`} value={high ?? undefined} placeholder="auto" onCommit={(end) => put([low, end])} onClear={() => put([low, null])} />
      </span>
    </div>
  );
}
