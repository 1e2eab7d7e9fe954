import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { PanelValue } from '@trainyard/control';
import { isArray } from '../../data/channel.ts';
import { colorMapNames, type ColorMapName } from '../../image/color-maps.ts';
import { ImageRenderer, isStrip, type ImageSettings, type Reading } from '../../image/image-renderer.ts';
import type { ScaleName } from '../../image/auto-range.ts';
import { formatNumber } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useDraw, useValue, WHOLE } from '../use-value.ts';
import { useSize } from '../use-yard.ts';

const percents = [0, 0.1, 1, 5] as const;

/** A picture, or one plane of a stack: colours, range, zoom, and the value under the cursor. */
export function ImageBody({ sources: [{ id, view }], title: label, settings: chosen, change: choose, visible }: PanelBodyProps) {
  const matrix = view?.kind === 'matrix';
  const channel = useValue(id, WHOLE, visible);
  const settings = useMemo((): ImageSettings => ({ colorMap: 'viridis', scale: 'linear', percent: 0.1, range: [0, 1], equal: matrix ? false : undefined, ...chosen, ...(chosen['percent'] === null && { percent: undefined }) }), [chosen, matrix]);
  const [index, setIndex] = useState<readonly number[]>([]);
  const [leading, setLeading] = useState<readonly number[]>([]);
  const [strip, setStrip] = useState(false);
  const [reading, setReading] = useState<Reading>();
  const [zoomed, setZoomed] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<ImageRenderer>(undefined);
  const pointer = useRef<{ x: number; y: number }>(undefined);
  const drag = useRef<{ x: number; y: number; pan: boolean }>(undefined);

  const change = (part: Partial<ImageSettings>) => choose({ ...part, ...('percent' in part && { percent: part.percent ?? null }) });
  const readPointer = () => setReading(pointer.current && renderer.current?.read(pointer.current.x, pointer.current.y));

  useSize(box, (width, height) => {
    renderer.current ??= new ImageRenderer(canvas.current!, settings);
    renderer.current.resize(width, height);
  });
  useDraw(channel, ({ value, labels }: PanelValue) => {
    if (!isArray(value)) return;
    renderer.current ??= new ImageRenderer(canvas.current!, settings);
    const outer = value.shape.slice(0, -2);
    setStrip(isStrip(value.shape.at(-1) ?? 1, value.shape.at(-2) ?? 1));
    if (outer.join() !== leading.join()) setLeading(outer);
    renderer.current.show(value, labels, matrix && labels?.axes?.at(-2)?.values !== undefined);
    if (pointer.current) readPointer();
  });
  useEffect(() => renderer.current?.set(settings, index), [settings, index]);

  // React's own wheel listener is passive and cannot keep the page from scrolling along.
  useEffect(() => {
    const element = box.current!;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== element) return;
      event.preventDefault();
      const { x, y } = place(event, element);
      renderer.current?.zoomAt(x, y, Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 200));
      setZoomed(renderer.current?.zoomed ?? false);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button > 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { ...place(event, event.currentTarget), pan: event.shiftKey || event.button === 1 };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const at = place(event, event.currentTarget);
    const start = drag.current;
    if (start?.pan) {
      renderer.current?.pan(at.x - start.x, at.y - start.y);
      drag.current = { ...at, pan: true };
      setZoomed(true);
    } else if (start && renderer.current) {
      renderer.current.selection = [start.x, start.y, at.x, at.y];
      renderer.current.draw();
    }
    pointer.current = at;
    readPointer();
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const start = drag.current;
    drag.current = undefined;
    if (!start || !renderer.current) return;
    renderer.current.selection = undefined;
    const at = place(event, event.currentTarget);
    if (!start.pan && Math.hypot(at.x - start.x, at.y - start.y) > 6) {
      renderer.current.zoomTo(start.x, start.y, at.x, at.y);
      setZoomed(true);
    } else renderer.current.draw();
  };
  const reset = () => {
    renderer.current?.reset();
    setZoomed(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const r = renderer.current;
    if (!r) return;
    const { left, top, width, height } = r.frame;
    const step = 40;
    const keys: Record<string, () => void> = {
      '+': () => r.zoomAt(left + width / 2, top + height / 2, 0.8), '=': () => r.zoomAt(left + width / 2, top + height / 2, 0.8),
      '-': () => r.zoomAt(left + width / 2, top + height / 2, 1.25), '0': reset,
      ArrowLeft: () => r.pan(step, 0), ArrowRight: () => r.pan(-step, 0), ArrowUp: () => r.pan(0, step), ArrowDown: () => r.pan(0, -step),
    };
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
    setZoomed(r.zoomed);
  };

  return (
    <div className="body image-body">
      <div className="tools" role="toolbar" aria-label={`How ${label} is shown`}>
        <select aria-label="Colour map" value={settings.colorMap} onChange={(event) => change({ colorMap: event.target.value as ColorMapName })}>
          {colorMapNames.map((name) => <option key={name}>{name}</option>)}
        </select>
        <select aria-label="Colour scale" value={settings.scale} onChange={(event) => change({ scale: event.target.value as ScaleName })}>
          <option value="linear">linear</option><option value="log">log</option><option value="sqrt">sqrt</option>
        </select>
        <select aria-label="Colour range" value={settings.percent ?? 'hand'}
          onChange={(event) => change(event.target.value === 'hand' ? { percent: undefined, range: renderer.current?.range ?? [0, 1] } : { percent: Number(event.target.value) })}>
          {percents.map((percent) => <option key={percent} value={percent}>{percent === 0 ? 'auto: min – max' : `auto: ${percent} – ${100 - percent} %`}</option>)}
          <option value="hand">range by hand</option>
        </select>
        {settings.percent === undefined && (
          <>
            <NumberField label="Lowest value shown" value={settings.range[0]} onCommit={(low) => change({ range: [low, settings.range[1]] })} />
            <NumberField label="Highest value shown" value={settings.range[1]} onCommit={(high) => change({ range: [settings.range[0], high] })} />
          </>
        )}
        <label className="check" title="Square pixels; else the picture fills the panel"><input type="checkbox" checked={settings.equal ?? !strip} onChange={(event) => change({ equal: event.target.checked })} />square</label>
        {zoomed && <button type="button" onClick={reset}>whole picture</button>}
        {leading.map((length, axis) => (
          <label key={axis} className="check">axis {axis}
            <input type="range" min={0} max={Math.max(0, length - 1)} value={index[axis] ?? 0} aria-label={`Index on axis ${axis}`}
              onChange={(event) => setIndex(leading.map((_, k) => (k === axis ? Number(event.target.value) : (index[k] ?? 0))))} />
            <output>{index[axis] ?? 0} / {length}</output>
          </label>
        ))}
        <output className="reading" aria-live="off">
          {reading ? `(${formatNumber(reading.x)}, ${formatNumber(reading.y)})  ${formatNumber(reading.value, 7)}` : ''}
        </output>
      </div>
      <div className="canvas-box" ref={box} tabIndex={0} role="img" aria-label={`Picture of ${label}. Plus and minus zoom, arrows move, 0 shows all.`}
        title="Drag: zoom into a rectangle · Shift+drag: move · click, then wheel (or Ctrl+wheel): zoom · double-click: whole picture"
        onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onDoubleClick={reset} onKeyDown={onKeyDown}
        onPointerLeave={() => { pointer.current = undefined; setReading(undefined); }}>
        <canvas ref={canvas} />
      </div>
    </div>
  );
}

function place(event: { clientX: number; clientY: number }, element: Element): { x: number; y: number } {
  const rect = element.getBoundingClientRect();
  return { x: event.clientX - rect.left, y: event.clientY - rect.top };
}
