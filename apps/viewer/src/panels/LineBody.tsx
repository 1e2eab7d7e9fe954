import { useEffect, useRef, useState, type PointerEvent } from 'react';
import type { PanelValue } from '@trainyard/control';
import { scalarOf, type Channel } from '../data/channel.ts';
import { LinePlot } from '../plot/line-plot.ts';
import { curvesOf, thinned, type Curves } from '../plot/series.ts';
import { formatNumber } from '../ui/format.ts';
import { useDraw, useSize, useStored } from './use-yard.ts';

/** Curves of a vector, or the history of a scalar over train IDs with its newest value in large figures. */
export function LineBody({ channel, unit, label, scalar }: { readonly channel: Channel; readonly unit: string | undefined; readonly label: string; readonly scalar: boolean }) {
  const [log, setLog] = useStored<boolean>(`log:${channel.id}`, false);
  const [problem, setProblem] = useState('');
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot>(undefined);
  const big = useRef<HTMLOutputElement>(null);
  const reading = useRef<HTMLOutputElement>(null);
  const made = () => (plot.current ??= new LinePlot(host.current!, { log, trains: scalar }));

  useSize(host, (width, height) => made().resize(width, height));
  useEffect(() => made().set({ log, trains: scalar }), [log]);
  useEffect(() => () => {
    plot.current?.destroy();
    plot.current = undefined;
  }, []);
  useDraw(channel, (value: PanelValue) => {
    const curves = scalar ? historyCurves(channel, unit ?? value.labels?.unit) : curvesOf(value, unit);
    setProblem(curves ? '' : 'This value holds no numbers to draw.');
    if (curves) made().show(thinned(curves), value.labels?.overlay);
    if (scalar && big.current) {
      const shown = unit ?? value.labels?.unit;
      big.current.textContent = typeof value.value === 'boolean' ? String(value.value) : `${formatNumber(scalarOf(value) ?? Number.NaN, 6)}${shown ? ` ${shown}` : ''}`;
    }
  });
  const read = (event: PointerEvent) => {
    if (reading.current) reading.current.textContent = event.type === 'pointerleave' ? '' : (plot.current?.reading() ?? '');
  };
  return (
    <div className="body line-body">
      <div className="tools" role="toolbar" aria-label={`How ${label} is shown`}>
        {scalar && <output className="big" ref={big} aria-label={`Newest value of ${label}`} aria-live="off" />}
        <label className="check"><input type="checkbox" checked={log} onChange={(event) => setLog(event.target.checked)} />log</label>
        <output className="reading" ref={reading} aria-live="off" />
      </div>
      {problem && <p className="hint">{problem}</p>}
      <div className="canvas-box" ref={host} role="img" aria-label={`Plot of ${label}`} title="Drag: zoom along x · double-click: whole range" onPointerMove={read} onPointerLeave={read} />
    </div>
  );
}

function historyCurves(channel: Channel, unit: string | undefined): Curves {
  const [trains, values] = channel.history.columns();
  const base = Math.floor((trains[0] ?? 0) / 10_000) * 10_000;
  return { x: trains.map((train) => train - base), base, series: [{ name: 'value', values }], xLabel: base > 0 ? `train ID − ${base}` : 'train ID', yLabel: unit ?? '', bins: false };
}
