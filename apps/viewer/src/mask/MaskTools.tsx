import { useId, useState } from 'react';
import { useLookOnly } from '../panels/use-role.ts';
import { NumberField } from '../ui/NumberField.tsx';
import { clearMask, invertMask, maskShapes, type MaskShape } from './mask-shapes.ts';
import type { MaskInHand } from './use-mask.ts';

export interface MaskPen {
  readonly shape: MaskShape;
  readonly value: 0 | 1;
  /** Of the brush, in pixels of the array. */
  readonly width: number;
}

const names = /^[\w .-]{1,60}$/;

export interface MaskToolsProps {
  readonly hand: MaskInHand;
  readonly pen: MaskPen;
  readonly onPen: (pen: MaskPen) => void;
  /** Masks what lies outside of these values in the newest whole array. */
  readonly onThreshold: (below: number | undefined, above: number | undefined) => void;
  readonly name: string | undefined;
}

/** What a mask is drawn with, and where it is kept. */
export function MaskTools({ hand, pen, onPen, onThreshold, name }: MaskToolsProps) {
  const lookOnly = useLookOnly();
  const id = useId();
  const [typed, setTyped] = useState(name ?? '');
  const [limits, setLimits] = useState<{ below?: number | undefined; above?: number | undefined }>({});
  const { mask } = hand;
  const limit = (of: 'below' | 'above') => (
    <label className="check">{of === 'below' ? '<' : '>'}
      <input className="number" inputMode="decimal" aria-label={`Mask values ${of}`} onChange={({ target: { value } }) => setLimits({ ...limits, [of]: value.trim() === '' || !Number.isFinite(Number(value)) ? undefined : Number(value) })} />
    </label>
  );
  const count = mask?.count() ?? 0;
  return (
    <div className="tools mask-tools" role="group" aria-label="Mask">
      <select aria-label="Shape to mask" value={pen.shape} onChange={(event) => onPen({ ...pen, shape: event.target.value as MaskShape })}>
        {maskShapes.map((shape) => <option key={shape}>{shape}</option>)}
      </select>
      <select aria-label="What drawing does" value={pen.value} onChange={(event) => onPen({ ...pen, value: event.target.value === '0' ? 0 : 1 })}>
        <option value={1}>masks</option><option value={0}>unmasks</option>
      </select>
      {pen.shape === 'brush' && <NumberField label="Width of the brush in pixels" value={pen.width} min={1} step={1} onCommit={(width) => onPen({ ...pen, width: Math.max(1, Math.min(500, width)) })} />}
      <button type="button" onClick={() => hand.edit((one) => one.undo())} disabled={!mask?.canUndo}>undo</button>
      <button type="button" onClick={() => hand.edit((one) => one.redo())} disabled={!mask?.canRedo}>redo</button>
      <button type="button" onClick={() => hand.edit(invertMask)}>invert</button>
      <button type="button" onClick={() => hand.edit(clearMask)} disabled={count === 0}>clear</button>
      <span className="check">values {limit('below')}{limit('above')}
        <button type="button" disabled={limits.below === undefined && limits.above === undefined} title="Of every pixel of the newest value" onClick={() => onThreshold(limits.below, limits.above)}>mask them</button>
      </span>
      <span className="check">
        <input type="text" list={id} aria-label="Name of the mask" placeholder="name" value={typed} onChange={(event) => setTyped(event.target.value)} />
        <datalist id={id}>{hand.kept.map((one) => <option key={one.name} value={one.name} />)}</datalist>
        <button type="button" disabled={!mask || !names.test(typed) || lookOnly !== undefined} title={lookOnly ?? 'Keeps it in the project as .npy'} onClick={() => hand.save(typed)}>save{hand.isChanged ? ' *' : ''}</button>
        <button type="button" disabled={!hand.kept.some((one) => one.name === typed)} onClick={() => hand.load(typed)}>load</button>
        <button type="button" disabled={!mask} title="Takes it off the picture; what was saved stays" onClick={() => hand.drop()}>hide</button>
      </span>
      <output className="hint">{mask ? `${count} of ${mask.data.length} pixels (${((100 * count) / mask.data.length).toPrecision(3)} %)` : 'no mask yet'}</output>
      {hand.path !== undefined && !hand.isChanged && <code className="mask-path">const masked = plan(readMask, planFile({JSON.stringify(hand.path)}));</code>}
    </div>
  );
}
