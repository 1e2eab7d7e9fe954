import { useEffect, useRef, type KeyboardEvent, type MutableRefObject, type PointerEvent } from 'react';
import { useSize } from '../panels/use-yard.ts';
import { formatNumber } from '../ui/format.ts';
import { isWide } from './chart-scale.ts';
import { Chart, type ChartOptions, type Zoom } from './chart.ts';
import { seriesColor } from './draw-line.ts';
import './chart.css';

export interface ChartBoxProps {
  /** The chart, from the first effect on. */
  readonly chart: MutableRefObject<Chart | undefined>;
  readonly label: string;
  readonly options: ChartOptions;
  /** Somebody zoomed; undefined: back to all of it. */
  readonly onZoom: (zoom: Zoom | undefined) => void;
  /** Names and colours of the lines; shown where there are several. */
  readonly legend?: readonly { readonly name: string; readonly color: number; readonly dashed?: boolean }[];
  readonly onToggle?: (name: string) => void;
  readonly onSize?: (width: number) => void;
}

const shortDrag = 6;

/** A chart with what one does on it: zoom by mouse and keys, values under the cursor, lines switched off by their names. */
export function ChartBox({ chart: place, label, options, onZoom, legend = [], onToggle, onSize }: ChartBoxProps) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const reading = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; y: number; pan: boolean; zoom: Zoom | undefined }>(undefined);
  const pointer = useRef<{ x: number; y: number }>(undefined);
  const newest = useRef(onZoom);
  newest.current = onZoom;

  const read = () => {
    const found = pointer.current && place.current?.read(pointer.current.x, pointer.current.y);
    cursor.current!.hidden = reading.current!.hidden = !found;
    if (!found || !place.current?.frame) return;
    const { left, top, width, height } = place.current.frame;
    Object.assign(cursor.current!.style, { left: `${found.at.x}px`, top: `${top}px`, height: `${height}px` });
    reading.current!.replaceChildren(part('', found.value ?? place.current.readX(found.x)), ...found.lines.slice(0, 12).map(({ name, color, y }) => part(found.lines.length > 1 ? name : '', formatNumber(y, 6), color)), ...found.marks.map((text) => part('mark', text)));
    // On the other side of the cursor, so that it never covers what is pointed at.
    const right = found.at.x < left + width / 2;
    Object.assign(reading.current!.style, { top: `${top + 4}px`, left: right ? 'auto' : `${left + 4}px`, right: right ? '16px' : 'auto' });
  };

  useEffect(() => {
    const chart = (place.current = new Chart(canvas.current!));
    chart.onDrawn = () => pointer.current && read();
    return () => {
      chart.destroy();
      place.current = undefined;
    };
  }, [place]);
  useEffect(() => place.current?.set(options), [place, options]);
  useSize(host, (width, height) => {
    place.current?.resize(width, height);
    onSize?.(width);
  });
  // React's own wheel listener is passive and cannot keep the page from scrolling along.
  useEffect(() => {
    const element = host.current!;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== element) return;
      event.preventDefault();
      const at = placeOf(event, element);
      zoomBy(place.current, at.x, Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 250), newest.current);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [place]);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button > 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { ...placeOf(event, event.currentTarget), pan: event.shiftKey || event.button === 1, zoom: options.zoom };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const at = placeOf(event, event.currentTarget);
    const start = drag.current;
    pointer.current = at;
    if (start?.pan) {
      const [from, to] = [place.current?.at(start.x, start.y), place.current?.at(at.x, at.y)];
      const x = place.current?.scales?.x;
      if (from && to && x && !x.log) {
        const [dx, dy] = [from[0] - to[0], from[1] - to[1]];
        const zoom: Zoom = start.zoom?.length === 4 ? [x.low + dx, x.high + dx, start.zoom[2] + dy, start.zoom[3] + dy] : [x.low + dx, x.high + dx];
        drag.current = { ...start, ...at, zoom };
        onZoom(zoom);
      }
    } else if (start && place.current?.frame) {
      const { top, height } = place.current.frame;
      const flat = Math.abs(at.y - start.y) < 4 * shortDrag;
      box.current!.hidden = Math.abs(at.x - start.x) < shortDrag;
      Object.assign(box.current!.style, { left: `${Math.min(start.x, at.x)}px`, width: `${Math.abs(at.x - start.x)}px`, top: `${flat ? top : Math.min(start.y, at.y)}px`, height: `${flat ? height : Math.abs(at.y - start.y)}px` });
    }
    read();
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const start = drag.current;
    drag.current = undefined;
    box.current!.hidden = true;
    const at = placeOf(event, event.currentTarget);
    if (!start || start.pan || Math.abs(at.x - start.x) < shortDrag) return;
    const [a, b] = [place.current?.at(start.x, start.y), place.current?.at(at.x, at.y)];
    if (!a || !b) return;
    const x = [Math.min(a[0], b[0]), Math.max(a[0], b[0])] as const;
    onZoom(Math.abs(at.y - start.y) < 4 * shortDrag ? (options.zoom?.length === 4 ? [...x, options.zoom[2], options.zoom[3]] : x) : [...x, Math.min(a[1], b[1]), Math.max(a[1], b[1])]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { frame, scales } = place.current ?? {};
    if (!frame || !scales || event.ctrlKey || event.metaKey) return;
    const middle = frame.left + frame.width / 2;
    const step = (scales.x.high - scales.x.low) / 8;
    const shift = (by: number) => onZoom([scales.x.low + by, scales.x.high + by]);
    const keys: Record<string, () => void> = {
      '+': () => zoomBy(place.current, middle, 0.7, onZoom), '=': () => zoomBy(place.current, middle, 0.7, onZoom), '-': () => zoomBy(place.current, middle, 1.4, onZoom),
      '0': () => onZoom(undefined), ArrowLeft: () => shift(-step), ArrowRight: () => shift(step),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  };

  return (
    <>
      <div className="canvas-box chart" ref={host} tabIndex={0} role="img" aria-label={`${label}. Plus and minus zoom, arrows move, 0 shows all.`}
        onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onDoubleClick={() => onZoom(undefined)} onKeyDown={onKeyDown}
        onPointerLeave={() => { pointer.current = undefined; read(); }}>
        <canvas ref={canvas} />
        <div className="chart-cursor" ref={cursor} hidden />
        <div className="chart-box" ref={box} hidden />
        <div className="chart-reading" ref={reading} hidden />
      </div>
      {legend.length > 1 && (
        <div className="chart-legend" role="group" aria-label="Lines">
          {legend.map(({ name, color, dashed }) => (
            <button type="button" key={name} aria-pressed={!options.hidden?.has(name)} title={`${name}: show or hide`} onClick={() => onToggle?.(name)}><span className={`swatch${dashed ? ' dashed' : ''}`} style={{ color: seriesColor(color) }} />{name}</button>
          ))}
        </div>
      )}
    </>
  );
}

function zoomBy(chart: Chart | undefined, px: number, factor: number, onZoom: (zoom: Zoom) => void): void {
  const x = chart?.scales?.x;
  const at = chart?.at(px, 0)?.[0];
  if (!x || at === undefined) return;
  const ends = x.log ? [at * (x.low / at) ** factor, at * (x.high / at) ** factor] as const : [at + (x.low - at) * factor, at + (x.high - at) * factor] as const;
  if (isWide(...ends)) onZoom(ends);
}

function part(name: string, text: string, color?: string): HTMLElement {
  const line = document.createElement('div');
  if (name === 'mark') line.className = 'mark';
  if (color) {
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    swatch.style.color = color;
    line.append(swatch);
  }
  line.append(name === '' || name === 'mark' ? text : `${name}: ${text}`);
  return line;
}

function placeOf(event: { clientX: number; clientY: number }, element: Element): { x: number; y: number } {
  const rect = element.getBoundingClientRect();
  return { x: event.clientX - rect.left, y: event.clientY - rect.top };
}
