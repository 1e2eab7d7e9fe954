import { useEffect, useMemo, useRef, useState } from 'react';
import type { PanelValue } from '@trainyard/control';
import { axisMap, axisValues } from '../../image/axis-map.ts';
import { calmRange } from '../../image/auto-range.ts';
import { colorMapNames } from '../../image/color-maps.ts';
import { Chart, type ChartOptions } from '../../plot/chart.ts';
import { ChartBox } from '../../plot/ChartBox.tsx';
import { csv } from '../../plot/chart-csv.ts';
import { colorBar, colorValues, percentRange, putPixels } from '../../plot/color-values.ts';
import { plotPng, plotSvg } from '../../plot/plot-file.ts';
import { formatNumber } from '../../ui/format.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { choiceIn, numberIn, rangeIn, zoomIn } from '../settings/read-settings.ts';
import { Amount, Check, Choice, Ends, SettingsButton } from '../settings/SettingsButton.tsx';
import { useDraw, useValue } from '../use-value.ts';
import { useYard } from '../use-yard.ts';
import { renditionFor, vectorOf } from './vector-of.ts';
import { WaterfallRows } from './waterfall-rows.ts';

const MOST_ROWS = 1000;

/** The last vectors as a picture, a row for each train, the newest at the bottom. */
export function WaterfallBody({ sources: [{ id, view, key }], title, settings, change, visible }: PanelBodyProps) {
  const most = numberIn(settings, 'rows', 10, MOST_ROWS) ?? 200;
  const map = choiceIn(settings, 'map', colorMapNames, 'viridis');
  const log = settings['log'] === true;
  const percent = numberIn(settings, 'percent', 0, 49) ?? 0.5;
  const range = useMemo(() => rangeIn(settings, 'range'), [settings]);
  const zoom = useMemo(() => zoomIn(settings), [settings]);
  const [length, setLength] = useState(key?.shape.reduce((product, n) => product * n, 1));
  const channel = useValue(id, renditionFor(length), visible);
  const chart = useRef<Chart>(undefined);
  const canvas = useRef<HTMLCanvasElement>(undefined);
  const rows = useRef<WaterfallRows>(undefined);
  const newest = useRef<PanelValue>(undefined);
  const calm = useRef<readonly [number, number]>(undefined);
  const frozen = useYard(({ frozen }) => frozen);
  const [problem, setProblem] = useState('');
  const options = useMemo((): ChartOptions => ({ zoom }), [zoom]);

  // What the page has of it already: a panel does not begin empty.
  useEffect(() => {
    const past = new WaterfallRows(most);
    for (const value of channel?.past ?? []) take(past, value);
    rows.current = past;
    show();
  }, [channel, most]);
  useDraw(channel, (value) => {
    newest.current = value;
    // While the page stands still it is shown values that it has had.
    if (frozen !== undefined) return show();
    const elements = take((rows.current ??= new WaterfallRows(most)), value);
    if (elements !== undefined) setLength(elements);
    setProblem(elements === undefined ? 'This value is no vector.' : '');
    show();
  });
  const show = () => {
    const picture = rows.current?.picture(frozen);
    if (!picture || !rows.current || rows.current.columns === 0) return;
    const { columns, per } = rows.current;
    const found = percentRange(picture.data, percent, log);
    if (found) calm.current = calmRange(calm.current, found);
    const low = range?.[0] ?? calm.current?.[0] ?? 0;
    const high = range?.[1] ?? calm.current?.[1] ?? 1;
    const paint = (canvas.current ??= document.createElement('canvas'));
    if (paint.width !== columns || paint.height !== picture.rows) Object.assign(paint, { width: columns, height: picture.rows });
    const pixels = new Uint32Array(columns * picture.rows);
    const usable = log && !(low > 0) ? { low: high > 0 ? high / 1e4 : 1, high: high > 0 ? high : 10 } : { low, high };
    colorValues(picture.data, pixels, { ...usable, log, map });
    putPixels(paint, pixels);
    const axis = axisMap(newest.current?.labels?.axes?.at(-1), length ?? columns, 'index');
    const { first, step } = picture;
    const edge = (k: number) => (axis.calibrated ? axis.toCoordinate(Math.min(k * per, length ?? columns)) : k * per - 0.5);
    const unit = newest.current?.labels?.unit ?? view?.unit ?? '';
    chart.current?.show({
      lines: [], xLabel: axis.label, yLabel: 'train ID', yAs: 'trains',
      image: {
        canvas: paint, x: [edge(0), edge(columns)], y: [first + (picture.rows - 0.5) * step, first - 0.5 * step], bar: { canvas: colorBar(map), ...usable, log, label: unit },
        read: (x, y) => {
          const column = Math.floor((axis.calibrated ? axis.toEdge(x) : x + 0.5) / per);
          const row = Math.round((y - first) / step);
          const value = picture.data[row * columns + column];
          if (column < 0 || column >= columns || row < 0 || row >= picture.rows) return undefined;
          return `train ${first + row * step}, ${formatNumber(axis.calibrated ? x : column * per)}: ${Number.isNaN(value) ? 'no value here' : formatNumber(value, 6)}${unit && ` ${unit}`}`;
        },
      },
    });
  };
  useEffect(show, [map, log, percent, range, frozen]);
  useExports({
    png: () => plotPng(chart.current!.drawing(title)),
    svg: () => plotSvg(chart.current!.drawing(title)),
    csv: () => {
      const picture = rows.current?.picture();
      const columns = rows.current?.columns ?? 0;
      const names = axisValues(newest.current?.labels?.axes?.at(-1));
      return csv(['trainId', ...Array.from({ length: columns }, (_, k) => String(names?.length === columns ? names[k] : k * (rows.current?.per ?? 1)))], Array.from({ length: picture?.rows ?? 0 }, (_, row) => [picture!.first + row * picture!.step, ...Array.from(picture!.data.subarray(row * columns, (row + 1) * columns), (v) => (Number.isNaN(v) ? '' : v))]));
    },
  });

  return (
    <div className="body line-body">
      <div className="tools over beside-bar" role="toolbar" aria-label={`How ${title} is shown`}>
        {zoom && <button type="button" onClick={() => change({ zoom: undefined })}>whole picture</button>}
        <SettingsButton title={title}>
          <Amount label="last values" value={most} placeholder="200" min={10} max={MOST_ROWS} onChange={(value) => change({ rows: value === undefined ? undefined : Math.round(value) })} />
          <Choice label="colours" value={map} choices={colorMapNames} onChange={(value) => change({ map: value === 'viridis' ? undefined : value })} />
          <Check label="log" on={log} onChange={(on) => change({ log: on || undefined })} />
          <Amount label="percent beyond" value={percent} placeholder="0.5" min={0} max={49} onChange={(value) => change({ percent: value })} title="Percent of the values beyond either end of the colours" />
          <Ends label="range" value={range} onChange={(value) => change({ range: value })} />
        </SettingsButton>
      </div>
      {problem && <p className="hint">{problem}</p>}
      <ChartBox chart={chart} label={`Waterfall of ${title}`} options={options} onZoom={(value) => change({ zoom: value && [...value] })} />
    </div>
  );
}

/** How many elements it has; undefined where it is no vector. */
function take(rows: WaterfallRows, { trainId, value }: PanelValue): number | undefined {
  const vector = vectorOf(value);
  if (vector) rows.push(trainId, vector.numbers, vector.block);
  return vector?.length;
}
