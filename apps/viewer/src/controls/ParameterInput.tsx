import { useEffect, useId, useMemo, useState } from 'react';
import type { ParameterState, ParameterValue } from '@trainyard/control';
import { ParameterSender, parseNumbers, sliderStep, type SenderState } from '../data/parameter-sender.ts';
import { useStore } from '../panels/use-yard.ts';
import { formatNumber } from '../ui/format.ts';
import { NumberField } from '../ui/NumberField.tsx';
import { orSay, say } from '../ui/notices.ts';

/** What the numbers of a list mean. */
const numberNames: Partial<Record<ParameterState['type'], string>> = { rectangle: 'x0, y0, x1, y1', circle: 'x, y, radius', ring: 'x, y, inner and outer radius', polygon: 'x, y of each corner' };

/** One parameter: what is set, what the yard has acknowledged, and why it refused. */
export function ParameterInput({ parameter }: { readonly parameter: ParameterState }) {
  const { group, name, value, unit, type, title } = parameter;
  const store = useStore();
  const id = useId();
  const [{ draft, error }, setState] = useState<SenderState>({ draft: undefined, error: '' });
  const sender = useMemo(() => new ParameterSender((next) => store.request({ verb: 'set', group, name, value: next }), setState), [store, group, name]);
  useEffect(() => () => sender.dispose(), [sender]);
  useEffect(() => sender.acknowledged(value), [sender, value, draft]);
  const shown = draft ?? value;
  const isDefault = JSON.stringify(value) === JSON.stringify(parameter.default);
  const set = (next: ParameterValue) => sender.set(next);
  const write = () => orSay(store.request({ verb: 'write', group, name }).then((reply) => say(reply.message ?? `${name} is in the file now.`, reply.ok ? 'good' : 'bad')));
  return (
    <div className="parameter" data-parameter={`${group}/${name}`}>
      <div className="parameter-head">
        <label htmlFor={id} title={title ? name : undefined}>{title ?? name}{unit && <span className="unit"> {unit}</span>}</label>
        {!isDefault && (<span className="differs">
          <button type="button" className="link" aria-label={`Write ${name} to source`} title={`Writes ${describe(value)} into the file in place of ${describe(parameter.default)}; the rest of it stays as it is`} onClick={write}>✎ write</button>
          <button type="button" className="link" title={`Back to ${describe(parameter.default)}`} aria-label={`Set ${name} back to ${describe(parameter.default)}`} onClick={() => set(parameter.default)}>↺ {short(describe(parameter.default))}</button>
        </span>)}
      </div>
      {type === 'number' || type === 'integer' ? <NumberInput id={id} parameter={parameter} value={shown as number} onSet={set} />
        : type === 'boolean' ? <label className="check"><input id={id} type="checkbox" role="switch" checked={shown as boolean} onChange={(event) => set(event.target.checked)} />{shown ? 'on' : 'off'}</label>
        : type === 'choice' ? <select id={id} value={String(shown)} onChange={(event) => set(event.target.value)}>{parameter.choices?.map((choice) => <option key={choice}>{choice}</option>)}</select>
        : <TextInput id={id} value={shown} numbers={Array.isArray(parameter.default)} hint={numberNames[type]} onSet={set} />}
      <p className={error ? 'note failed' : 'note'} role={error ? 'alert' : undefined}>
        {error || (draft === undefined ? '' : `in use: ${describe(value)}, sending ${describe(draft)} …`)}
      </p>
    </div>
  );
}

function NumberInput({ id, parameter: { name, min, max, step, type, unit }, value, onSet }: { readonly id: string; readonly parameter: ParameterState; readonly value: number; readonly onSet: (value: number) => void }) {
  // Whole numbers with bounds far apart are guarded, not slid over: at a pixel of a slider lie hundreds of them.
  const slides = min !== undefined && max !== undefined && max > min && !(type === 'integer' && max - min > 5000);
  const by = step ?? (type === 'integer' ? 1 : slides ? sliderStep(min, max) : undefined);
  const text = <NumberField label={slides ? `${name}, exact value` : name} value={value} min={min} max={max} step={by} {...(slides ? {} : { id })} onCommit={(next) => onSet(type === 'integer' ? Math.round(next) : next)} />;
  if (!slides) return text;
  return (
    <div className="slider">
      <input id={id} type="range" min={min} max={max} step={by} value={value} aria-valuetext={`${formatNumber(value)}${unit ? ` ${unit}` : ''}`} onChange={(event) => onSet(Number(event.target.value))} />
      {text}
    </div>
  );
}

function TextInput({ id, value, numbers, hint, onSet }: { readonly id: string; readonly value: ParameterValue; readonly numbers: boolean; readonly hint: string | undefined; readonly onSet: (value: ParameterValue) => void }) {
  const [text, setText] = useState<string>();
  const shown = describe(value);
  useEffect(() => setText(undefined), [shown]);
  const parsed = text === undefined ? undefined : numbers ? parseNumbers(text) : text;
  const wrong = text !== undefined && parsed === undefined;
  const commit = () => {
    if (wrong) return;
    setText(undefined);
    if (parsed !== undefined && text !== shown) onSet(parsed);
  };
  return (
    <>
      <input id={id} type="text" title={hint} value={text ?? shown} aria-invalid={wrong} onChange={(event) => setText(event.target.value)} onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' ? commit() : event.key === 'Escape' && setText(undefined)} />
      {wrong && <p className="note failed">Numbers, separated by commas{hint && `: ${hint}`}.</p>}
    </>
  );
}

function describe(value: ParameterValue): string {
  if (typeof value === 'number') return formatNumber(value, 7);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : value.join(', ');
}

const short = (text: string): string => (text.length > 18 ? `${text.slice(0, 17)}…` : text);
