import { useEffect, useMemo, useRef } from 'react';
import { colorMapNames } from '../../image/color-maps.ts';
import { Chart, type ChartOptions } from '../../plot/chart.ts';
import { ChartBox } from '../../plot/ChartBox.tsx';
import { csv } from '../../plot/chart-csv.ts';
import { colorBar, colorValues, putPixels } from '../../plot/color-values.ts';
import { plotPng, plotSvg } from '../../plot/plot-file.ts';
import { formatNumber } from '../../ui/format.ts';
import { useScalarLines } from '../history/use-scalar-lines.ts';
import type { PanelBodyProps, PanelSource } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { pairsOf } from '../scatter/pairs.ts';
import { choiceIn, numberIn, zoomIn } from '../settings/read-settings.ts';
import { Amount, Check, Choice, SettingsButton } from '../settings/SettingsButton.tsx';
import { useAtMost } from '../use-at-most.ts';
import { useYard } from '../use-yard.ts';
import { binOf, countPairs, edgesFor } from './distribution.ts';
import { MOST_TRAINS } from './Histogram1d.tsx';

/** How often two scalars had which values together, over the last trains. */
export function Histogram2d({ sources: [a, b], title, settings, change, visible }: PanelBodyProps) {
  const trains = numberIn(settings, 'trains', 2, MOST_TRAINS) ?? 3000;
  const bins = numberIn(settings, 'bins', 1, 500);
  const log = settings['log'] === true;
  const map = choiceIn(settings, 'map', colorMapNames, 'viridis');
  const zoom = useMemo(() => zoomIn(settings), [settings]);
  const frozen = useYard(({ frozen }) => frozen);
  const chart = useRef<Chart>(undefined);
  const said = useRef<HTMLOutputElement>(null);
  const canvas = useRef<HTMLCanvasElement>(undefined);
  const shown = useRef<{ xEdges: Float64Array; yEdges: Float64Array; counts: Float64Array }>(undefined);
  const options = useMemo((): ChartOptions => ({ zoom }), [zoom]);
  const lines = useScalarLines([a.id, b.id], { trains, points: 2 * trains }, visible, () => soon());
  const show = () => {
    const last = frozen ?? Math.max(...lines.current.map((line) => line.last ?? -Infinity));
    if (!(last > -Infinity)) return;
    const [first, second] = lines.current.map((line) => line.values(last - trains, last));
    const { x, y } = pairsOf(first, second, trains);
    if (said.current) said.current.textContent = `${x.length} pairs`;
    if (x.length === 0) return;
    const edges = (values: Float64Array) => edgesFor(values.slice().sort(), { bins: bins ?? Math.max(8, Math.min(100, Math.round(Math.sqrt(x.length) / 1.5))) });
    const [xEdges, yEdges] = [edges(x), edges(y)];
    const counts = countPairs(x, y, xEdges, yEdges);
    const [columns, rows] = [xEdges.length - 1, yEdges.length - 1];
    shown.current = { xEdges, yEdges, counts };
    const picture = (canvas.current ??= document.createElement('canvas'));
    Object.assign(picture, { width: columns, height: rows });
    const most = counts.reduce((sum, count) => Math.max(sum, count), 0);
    const [low, high] = log ? [0.5, Math.max(2, most)] : [0, Math.max(1, most)];
    const pixels = new Uint32Array(columns * rows);
    // Bins without a pair are left open; the lowest row of a picture is its last.
    colorValues(Float64Array.from(counts, (_, k) => counts[(rows - 1 - Math.floor(k / columns)) * columns + (k % columns)] || Number.NaN), pixels, { low, high, log, map });
    putPixels(picture, pixels.map((word, k) => (counts[(rows - 1 - Math.floor(k / columns)) * columns + (k % columns)] === 0 ? 0 : word)));
    chart.current?.show({
      lines: [], xLabel: nameOf(a), yLabel: nameOf(b),
      image: {
        canvas: picture, x: [xEdges[0], xEdges[columns]], y: [yEdges[0], yEdges[rows]], bar: { canvas: colorBar(map), low, high, log, label: 'count' },
        read: (atX, atY) => {
          const [column, row] = [binOf(atX, xEdges), binOf(atY, yEdges)];
          return column < 0 || row < 0 ? undefined : `${formatNumber(xEdges[column])} – ${formatNumber(xEdges[column + 1])}, ${formatNumber(yEdges[row])} – ${formatNumber(yEdges[row + 1])}: ${counts[row * columns + column]}`;
        },
      },
    });
  };
  const soon = useAtMost(show, 200);
  useEffect(show, [trains, bins, log, map, frozen]);
  useExports({
    png: () => plotPng(chart.current!.drawing(title)),
    svg: () => plotSvg(chart.current!.drawing(title)),
    csv: () => {
      const { xEdges, yEdges, counts } = shown.current ?? { xEdges: [], yEdges: [], counts: [] };
      const columns = xEdges.length - 1;
      return csv(['x from', 'x to', 'y from', 'y to', 'count'], Array.from(counts, (count, k) => [xEdges[k % columns], xEdges[(k % columns) + 1], yEdges[Math.floor(k / columns)], yEdges[Math.floor(k / columns) + 1], count]));
    },
  });
  return (
    <div className="body line-body">
      <div className="tools one-line" role="toolbar" aria-label={`How ${title} is shown`}>
        <output ref={said} aria-live="off" />
        {zoom && <button type="button" onClick={() => change({ zoom: undefined })}>whole range</button>}
        <SettingsButton title={title}>
          <Amount label="last trains" value={trains} placeholder="3000" min={2} max={MOST_TRAINS} onChange={(value) => change({ trains: value === undefined ? undefined : Math.round(value) })} />
          <Amount label="bins" value={bins} placeholder="auto" min={1} max={500} onChange={(value) => change({ bins: value === undefined ? undefined : Math.round(value) })} />
          <Choice label="colours" value={map} choices={colorMapNames} onChange={(value) => change({ map: value === 'viridis' ? undefined : value })} />
          <Check label="log" on={log} onChange={(on) => change({ log: on || undefined })} />
        </SettingsButton>
      </div>
      <ChartBox chart={chart} label={`Histogram of ${title}`} options={options} onZoom={(value) => change({ zoom: value && [...value] })} />
    </div>
  );
}

const nameOf = ({ title, view }: PanelSource): string => (view?.unit ? `${title} (${view.unit})` : title);
