import { useEffect, useState } from 'react';

export interface NumberFieldProps {
  readonly label: string;
  /** Absent: the field is empty. */
  readonly value: number | undefined;
  readonly placeholder?: string;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  readonly id?: string;
  readonly onCommit: (value: number) => void;
  /** The field was emptied; without it the old value comes back. */
  readonly onClear?: () => void;
}

/** A number that counts when it is entered (Enter, or leaving the field), not while it is typed. Escape gives the old one back. */
export function NumberField({ label, value, placeholder, min, max, step, id, onCommit, onClear }: NumberFieldProps) {
  const [text, setText] = useState<string>();
  useEffect(() => setText(undefined), [value]);
  const commit = () => {
    if (text === undefined) return;
    const number = Number(text.replace(',', '.'));
    setText(undefined);
    if (text.trim() === '') onClear?.();
    else if (Number.isFinite(number) && number !== value) onCommit(number);
  };
  return (
    <input className="number" type="text" inputMode="decimal" aria-label={label} id={id} placeholder={placeholder} value={text ?? (value === undefined ? '' : String(Number(value.toPrecision(7))))}
      title={min !== undefined || max !== undefined ? `${min ?? '…'} to ${max ?? '…'}` : undefined}
      onChange={(event) => setText(event.target.value)} onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        else if (event.key === 'Escape') setText(undefined);
        else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && step) {
          event.preventDefault();
          const next = Number(((value ?? 0) + (event.key === 'ArrowUp' ? step : -step)).toPrecision(12));
          onCommit(Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next)));
        }
      }} />
  );
}
