import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { Range } from '../../image/auto-range.ts';
import { valueAtFraction } from '../../image/color-bar.ts';
import { fractionOf } from '../../image/paint-picture.ts';
import type { PictureView } from '../../image/picture-view.ts';
import type { Placement } from '../../image/placement.ts';
import { formatNumber } from '../../ui/format.ts';

const STEPS = 50;

/** The ends of the colour range, to be dragged along the bar or moved by the arrow keys. */
export function BarHandles({ view, placement: { bar }, onRange }: { readonly view: PictureView; readonly placement: Placement; readonly onRange: (range: Range) => void }) {
  const held = useRef<0 | 1>(undefined);
  const { range, span } = view;
  const { scale } = view.look;
  const put = (end: 0 | 1, fraction: number) => {
    const value = Number(valueAtFraction(Math.min(1, Math.max(0, fraction)), span, scale).toPrecision(4));
    const next: [number, number] = [...range];
    next[end] = value;
    // One end stays below the other.
    if (next[0] < next[1]) onRange(next);
  };
  const onPointerDown = (end: 0 | 1) => (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = end;
    view.holdsBar = true;
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (held.current === undefined) return;
    event.stopPropagation();
    const { top } = event.currentTarget.parentElement!.getBoundingClientRect();
    put(held.current, 1 - (event.clientY - top) / bar.height);
  };
  const onPointerUp = () => {
    held.current = undefined;
    view.holdsBar = false;
    view.drawSoon();
  };
  const onKeyDown = (end: 0 | 1) => (event: KeyboardEvent) => {
    const steps = ({ ArrowUp: 1, ArrowDown: -1, ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10 } as Record<string, number>)[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    put(end, fractionOf(range[end], span, scale) + steps / STEPS);
  };
  return (
    <div className="bar-handles" style={{ left: bar.left - 3, top: bar.top, width: bar.width + 6, height: bar.height }}>
      {([0, 1] as const).map((end) => (
        <div key={end} role="slider" tabIndex={0} aria-orientation="vertical" aria-label={end === 0 ? 'Lower end of the colours' : 'Upper end of the colours'} aria-valuenow={range[end]} aria-valuetext={formatNumber(range[end])} aria-valuemin={span[0]} aria-valuemax={span[1]}
          title={`${formatNumber(range[end])}: drag`} style={{ bottom: `${Math.min(1, Math.max(0, fractionOf(range[end], span, scale))) * 100}%` }}
          onPointerDown={onPointerDown(end)} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onLostPointerCapture={onPointerUp} onKeyDown={onKeyDown(end)} onDoubleClick={(event) => event.stopPropagation()} />
      ))}
    </div>
  );
}
