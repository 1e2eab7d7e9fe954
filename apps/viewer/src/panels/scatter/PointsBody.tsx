import { useMemo, useRef, useState } from 'react';
import type { PanelValue } from '@trainyard/control';
import { isArray, scalarOf } from '../../data/channel.ts';
import { labelText } from '../../image/axis-map.ts';
import { Chart, type ChartOptions } from '../../plot/chart.ts';
import { ChartBox } from '../../plot/ChartBox.tsx';
import { csv } from '../../plot/chart-csv.ts';
import type { ChartContent } from '../../plot/draw-chart.ts';
import { extent } from '../../plot/chart-scale.ts';
import { plotPng, plotSvg } from '../../plot/plot-file.ts';
import { numbersOf } from '../../plot/series.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { columnsOf } from '../table/table-columns.ts';
import { rangeIn, zoomIn } from '../settings/read-settings.ts';
import { Check, Ends, SettingsButton } from '../settings/SettingsButton.tsx';
import { useDraw, useValue, WHOLE } from '../use-value.ts';

/** A cloud of points: columns x, y and, where there is a third, the colour. */
export function PointsBody({ sources: [{ id }], title, settings, change, visible }: PanelBodyProps) {
  const channel = useValue(id, WHOLE, visible);
  const chart = useRef<Chart>(undefined);
  const newest = useRef<PanelValue>(undefined);
  const [problem, setProblem] = useState('');
  const log = settings['log'] === true;
  const logX = settings['logX'] === true;
  const zoom = useMemo(() => zoomIn(settings), [settings]);
  const range = useMemo(() => rangeIn(settings, 'range'), [settings]);
  const options = useMemo((): ChartOptions => ({ logX, logY: log, yRange: range, zoom }), [logX, log, range, zoom]);
  useDraw(channel, (value) => {
    newest.current = value;
    const content = pointsContent(value);
    setProblem(content ? '' : scalarOf(value) === undefined ? 'These are no points: they have two columns or three.' : 'A number needs another one to be drawn against: the menu of the panel adds it.');
    if (content) chart.current?.show(content);
  });
  useExports({
    png: () => plotPng(chart.current!.drawing(title)),
    svg: () => plotSvg(chart.current!.drawing(title)),
    csv: () => {
      const { value, labels } = newest.current ?? {};
      const columns = value === undefined ? [] : columnsOf(value);
      return csv(columns.map(({ name }, k) => labels?.axes?.[k]?.name || name), Array.from({ length: columns[0]?.values.length ?? 0 }, (_, row) => columns.map(({ values }) => values[row])));
    },
  });
  return (
    <div className="body line-body">
      <div className="tools over" role="toolbar" aria-label={`How ${title} is shown`}>
        {zoom && <button type="button" onClick={() => change({ zoom: undefined })}>all points</button>}
        <SettingsButton title={title}>
          <Check label="log y" on={log} onChange={(on) => change({ log: on || undefined })} />
          <Check label="log x" on={logX} onChange={(on) => change({ logX: on || undefined })} />
          <Ends label="range of y" value={range} onChange={(value) => change({ range: value })} />
        </SettingsButton>
      </div>
      {problem && <p className="hint">{problem}</p>}
      <ChartBox chart={chart} label={`Points of ${title}`} options={options} onZoom={(value) => change({ zoom: value && [...value] })} />
    </div>
  );
}

function pointsContent({ value, labels }: PanelValue): ChartContent | undefined {
  const numbers = numbersOf(value);
  if (!isArray(value) || !numbers) return undefined;
  if (value.shape.length === 1) return { lines: [{ name: 'value', color: 0, as: 'dots', x: Float64Array.from(numbers, (_, i) => i), y: numbers }], xLabel: 'index', yLabel: labels?.unit ?? '' };
  if (value.shape.length !== 2 || value.shape[1] < 2) return undefined;
  const [rows, columns] = value.shape as readonly number[];
  const column = (k: number) => Float64Array.from({ length: rows }, (_, row) => numbers[row * columns + k]);
  const third = columns > 2 ? column(2) : undefined;
  const [low, high] = (third && extent(third, false)) ?? [0, 1];
  const shade = third?.map((v) => (v - low) / (high - low || 1));
  const axis = (k: number, fallback: string) => labelText(labels?.axes?.[k], fallback);
  return { lines: [{ name: axis(1, 'y'), color: 0, as: 'dots', x: column(0), y: column(1), ...(shade && { shade }) }], xLabel: axis(0, 'x'), yLabel: axis(1, 'y'), ...(labels?.overlay && { overlay: labels.overlay }) };
}
