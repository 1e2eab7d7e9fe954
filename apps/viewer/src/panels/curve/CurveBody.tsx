import { useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import type { PanelValue, Rendition } from '@trainyard/control';
import { LinePlot } from '../../plot/line-plot.ts';
import { curvesOf, joined, type Curves } from '../../plot/series.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useDraws, useValues } from '../use-value.ts';
import { useSize } from '../use-yard.ts';

/** So many pixels more or less do not ask for another curve. */
const PIXEL_STEP = 256;

/** Curves of one or several vectors over a common axis. */
export function CurveBody({ sources, title, settings, change, visible }: PanelBodyProps) {
  const log = settings['log'] === true;
  const [pixels, setPixels] = useState(2 * PIXEL_STEP);
  const as = useMemo((): Rendition => ({ as: 'curve', pixels }), [pixels]);
  const channels = useValues(sources.map(({ id }) => id), as, visible);
  const [problem, setProblem] = useState('');
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot>(undefined);
  const reading = useRef<HTMLOutputElement>(null);
  const curves = useRef<(Curves | undefined)[]>([]);
  const made = () => (plot.current ??= new LinePlot(host.current!, { log }));

  useSize(host, (width, height) => {
    made().resize(width, height);
    setPixels(Math.min(8192, Math.max(1, Math.ceil(width / PIXEL_STEP)) * PIXEL_STEP));
  });
  useEffect(() => made().set({ log }), [log]);
  useEffect(() => () => {
    plot.current?.destroy();
    plot.current = undefined;
  }, []);
  useDraws(channels, (value: PanelValue, index) => {
    curves.current.length = channels.length;
    curves.current[index] = curvesOf(value, sources[index]?.view?.unit);
    const all = joined(curves.current.flatMap((one, k) => (one ? [{ name: sources[k]?.title ?? '', curves: one }] : [])));
    setProblem(all ? '' : 'This value holds no numbers to draw.');
    if (all) made().show(all, value.labels?.overlay);
  });
  const read = (event: PointerEvent) => {
    if (reading.current) reading.current.textContent = event.type === 'pointerleave' ? '' : (plot.current?.reading() ?? '');
  };
  return (
    <div className="body line-body">
      <div className="tools" role="toolbar" aria-label={`How ${title} is shown`}>
        <label className="check"><input type="checkbox" checked={log} onChange={(event) => change({ log: event.target.checked || undefined })} />log</label>
        <output className="reading" ref={reading} aria-live="off" />
      </div>
      {problem && <p className="hint">{problem}</p>}
      <div className="canvas-box" ref={host} role="img" aria-label={`Plot of ${title}`} title="Drag: zoom along x · double-click: whole range" onPointerMove={read} onPointerLeave={read} />
    </div>
  );
}
