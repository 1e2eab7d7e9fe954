import { useEffect, useRef, type PointerEvent } from 'react';
import type { PanelValue } from '@trainyard/control';
import { scalarOf } from '../../data/channel.ts';
import { ScalarHistory } from '../../data/scalar-history.ts';
import { LinePlot } from '../../plot/line-plot.ts';
import { joined } from '../../plot/series.ts';
import { formatNumber } from '../../ui/format.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useDraws, useValues, WHOLE } from '../use-value.ts';
import { useSize } from '../use-yard.ts';

/** Scalars over train IDs, and the newest value of the first in large figures. */
export function HistoryBody({ sources, title, settings, change, visible }: PanelBodyProps) {
  const log = settings['log'] === true;
  const channels = useValues(sources.map(({ id }) => id), WHOLE, visible);
  const histories = useRef<ScalarHistory[]>([]);
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot>(undefined);
  const big = useRef<HTMLOutputElement>(null);
  const reading = useRef<HTMLOutputElement>(null);
  const made = () => (plot.current ??= new LinePlot(host.current!, { log, trains: true }));

  useSize(host, (width, height) => made().resize(width, height));
  useEffect(() => made().set({ log, trains: true }), [log]);
  useEffect(() => () => {
    plot.current?.destroy();
    plot.current = undefined;
  }, []);
  useDraws(channels, (value: PanelValue, index) => {
    const number = scalarOf(value) ?? Number.NaN;
    (histories.current[index] ??= new ScalarHistory()).push(value.trainId, number);
    const unit = sources[0]?.view?.unit ?? value.labels?.unit;
    const first = histories.current.find((one) => one !== undefined)!;
    const base = Math.floor((first.columns()[0][0] ?? 0) / 10_000) * 10_000;
    const all = joined(histories.current.flatMap((history, k) => {
      if (!history) return [];
      const [trains, values] = history.columns();
      return [{ name: sources[k]?.title ?? '', curves: { x: trains.map((train) => train - base), base, series: [{ name: 'value', values }], xLabel: base > 0 ? `train ID − ${base}` : 'train ID', yLabel: unit ?? '', bins: false } }];
    }));
    if (all) made().show(all, value.labels?.overlay);
    if (index === 0 && big.current) big.current.textContent = typeof value.value === 'boolean' ? String(value.value) : `${formatNumber(number, 6)}${unit ? ` ${unit}` : ''}`;
  });
  const read = (event: PointerEvent) => {
    if (reading.current) reading.current.textContent = event.type === 'pointerleave' ? '' : (plot.current?.reading() ?? '');
  };
  return (
    <div className="body line-body">
      <div className="tools" role="toolbar" aria-label={`How ${title} is shown`}>
        <output className="big" ref={big} aria-label={`Newest value of ${title}`} aria-live="off" />
        <label className="check"><input type="checkbox" checked={log} onChange={(event) => change({ log: event.target.checked || undefined })} />log</label>
        <output className="reading" ref={reading} aria-live="off" />
      </div>
      <div className="canvas-box" ref={host} role="img" aria-label={`Plot of ${title}`} title="Drag: zoom along x · double-click: whole range" onPointerMove={read} onPointerLeave={read} />
    </div>
  );
}
