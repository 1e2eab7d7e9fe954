import { useEffect, useMemo, useRef } from 'react';
import { scalarOf } from '../../data/channel.ts';
import { Chart, type ChartOptions } from '../../plot/chart.ts';
import { ChartBox } from '../../plot/ChartBox.tsx';
import { csv } from '../../plot/chart-csv.ts';
import { plotPng, plotSvg } from '../../plot/plot-file.ts';
import { numbersOf } from '../../plot/series.ts';
import { formatNumber } from '../../ui/format.ts';
import { useScalarLines } from '../history/use-scalar-lines.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { numberIn, rangeIn, zoomIn } from '../settings/read-settings.ts';
import { Amount, Check, Ends, SettingsButton } from '../settings/SettingsButton.tsx';
import { useAtMost } from '../use-at-most.ts';
import { useYard } from '../use-yard.ts';
import { distributionOf, type Distribution } from './distribution.ts';

export const MOST_TRAINS = 20_000;

/** Of a scalar: its last values. Of anything else: the elements of the newest value. */
export function Histogram1d({ sources: [source], title, settings, change, visible }: PanelBodyProps) {
  const trains = numberIn(settings, 'trains', 2, MOST_TRAINS) ?? 3000;
  const bins = numberIn(settings, 'bins', 1, 1000);
  const log = settings['log'] === true;
  const range = useMemo(() => rangeIn(settings, 'range'), [settings]);
  const zoom = useMemo(() => zoomIn(settings), [settings]);
  const frozen = useYard(({ frozen }) => frozen);
  const chart = useRef<Chart>(undefined);
  const said = useRef<HTMLOutputElement>(null);
  const elements = useRef<ArrayLike<number>>(undefined);
  const shown = useRef<Distribution>(undefined);
  const options = useMemo((): ChartOptions => ({ logY: log, zoom }), [log, zoom]);
  const lines = useScalarLines([source.id], { trains, points: 2 * trains }, visible, (value) => {
    if (value) elements.current = scalarOf(value) === undefined ? numbersOf(value.value) : undefined;
    soon();
  });
  const show = () => {
    const [line] = lines.current;
    const last = frozen ?? line.last;
    const values = elements.current ?? (last === undefined ? [] : line.values(last - trains, last).mean);
    const one = (shown.current = distributionOf(values, { bins, range }));
    if (said.current) said.current.textContent = one.n === 0 ? 'no values yet' : `mean ${formatNumber(one.mean)} · std ${formatNumber(one.std, 4)} · median ${formatNumber(one.median)} · n ${one.n}${one.outside > 0 ? ` (${one.outside} outside)` : ''}`;
    chart.current?.show({
      xLabel: source.view?.unit ? `${source.title} (${source.view.unit})` : source.title, yLabel: 'count', fromZero: true,
      lines: [{ name: 'count', color: 0, as: 'bins', x: one.edges, y: one.counts, low: one.counts.map(() => (log ? 0.5 : 0)), high: one.counts }],
    });
  };
  const soon = useAtMost(show, 200);
  useEffect(show, [trains, bins, log, range, frozen]);
  useExports({
    png: () => plotPng(chart.current!.drawing(title)),
    svg: () => plotSvg(chart.current!.drawing(title)),
    csv: () => csv(['from', 'to', 'count'], Array.from(shown.current?.counts ?? [], (count, i) => [shown.current!.edges[i], shown.current!.edges[i + 1], count])),
  });
  return (
    <div className="body line-body">
      <div className="tools one-line" role="toolbar" aria-label={`How ${title} is shown`}>
        <output ref={said} aria-label={`What ${title} is as a whole`} aria-live="off" />
        {zoom && <button type="button" onClick={() => change({ zoom: undefined })}>whole range</button>}
        <SettingsButton title={title}>
          <Amount label="last trains" value={trains} placeholder="3000" min={2} max={MOST_TRAINS} onChange={(value) => change({ trains: value === undefined ? undefined : Math.round(value) })} title="Of a scalar" />
          <Amount label="bins" value={bins} placeholder="auto" min={1} max={1000} onChange={(value) => change({ bins: value === undefined ? undefined : Math.round(value) })} />
          <Ends label="range" value={range} onChange={(value) => change({ range: value })} />
          <Check label="log" on={log} onChange={(on) => change({ log: on || undefined })} />
        </SettingsButton>
      </div>
      <ChartBox chart={chart} label={`Histogram of ${title}`} options={options} onZoom={(value) => change({ zoom: value && [...value] })} />
    </div>
  );
}
