import { useEffect, useMemo, useRef, useState } from 'react';
import type { CurveRendition, PanelValue } from '@trainyard/control';
import { Chart, type ChartOptions } from '../../plot/chart.ts';
import { ChartBox } from '../../plot/ChartBox.tsx';
import { chartCsv } from '../../plot/chart-csv.ts';
import type { ChartLine } from '../../plot/draw-line.ts';
import { plotPng, plotSvg } from '../../plot/plot-file.ts';
import { curvesOf, type Curves } from '../../plot/series.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { choiceIn, namesIn, rangeIn, toggled, zoomIn } from '../settings/read-settings.ts';
import { Check, Choice, Ends, SettingsButton } from '../settings/SettingsButton.tsx';
import { useDraws, useValues } from '../use-value.ts';
import { curveContent } from './curve-content.ts';
import { elementWindow, type ElementWindow } from './element-window.ts';

/** So many pixels more or less do not ask for another curve. */
const PIXEL_STEP = 256;
const forms = ['lines', 'points', 'steps'] as const;

/** Curves that were kept to compare with, by panel: a change of tabs does not lose them. */
const held = new Map<string, readonly ChartLine[]>();

/** Curves of one or several vectors, each over its own coordinates. */
export function CurveBody({ spec, sources, title, settings, change, visible }: PanelBodyProps) {
  const log = settings['log'] === true;
  const logX = settings['logX'] === true;
  const form = choiceIn(settings, 'form', forms, 'lines');
  const bars = settings['errors'] === 'bars';
  const zoom = useMemo(() => zoomIn(settings), [settings]);
  const hidden = useMemo(() => namesIn(settings, 'off'), [settings]);
  const range = useMemo(() => rangeIn(settings, 'range'), [settings]);
  const [pixels, setPixels] = useState(2 * PIXEL_STEP);
  const [windows, setWindows] = useState<readonly (ElementWindow | undefined)[]>([]);
  const [problem, setProblem] = useState('');
  const [legend, setLegend] = useState<readonly { readonly name: string; readonly color: number }[]>([]);
  const holdKey = `${spec.key} ${spec.of.join(' ')}`;
  const [hold, setHold] = useState(() => held.get(holdKey));
  const chart = useRef<Chart>(undefined);
  const curves = useRef<(Curves | undefined)[]>([]);

  const renditions = sources.map((_, k): CurveRendition => ({ as: 'curve', pixels, ...(windows[k] && { window: windows[k] }) }));
  const channels = useValues(sources.map(({ id }) => id), renditions, visible);
  const options = useMemo((): ChartOptions => ({ logX, logY: log, yRange: range, zoom, hidden }), [logX, log, range, zoom, hidden]);

  const show = () => {
    const parts = curves.current.flatMap((one, k) => (one && sources[k] ? [{ name: sources[k].title, curves: one }] : []));
    if (parts.length === 0) return;
    const content = curveContent(parts, { form, bars, hold });
    const names = content.lines.filter(({ dashed }) => !dashed).map(({ name, color }) => ({ name, color }));
    if (names.map(({ name }) => name).join() !== legend.map(({ name }) => name).join()) setLegend(names);
    chart.current?.show(content);
  };
  useDraws(channels, (value: PanelValue, index) => {
    if (channels[index].want.id !== sources[index]?.id) return;
    curves.current.length = sources.length;
    curves.current[index] = curvesOf(value, sources[index].view?.unit);
    // Zoomed in, the elements there are asked for and no others, as exactly as is known where they are.
    if (zoom) settle();
    setProblem(curves.current[index] ? '' : 'This value holds no numbers to draw.');
    show();
  });
  useEffect(show, [form, bars, hold]);
  const settle = () => setWindows((now) => {
    const next = sources.map((_, k) => {
      const one = curves.current[k];
      return zoom && one ? elementWindow(one, zoom[0], zoom[1], now[k]) : undefined;
    });
    return JSON.stringify(next) === JSON.stringify(now) ? now : next;
  });
  useEffect(() => {
    const timer = setTimeout(settle, 200);
    return () => clearTimeout(timer);
  }, [zoom]);
  const keep = () => {
    const lines = hold ? undefined : chart.current?.content?.lines;
    if (lines) held.set(holdKey, lines);
    else held.delete(holdKey);
    setHold(lines);
  };
  useExports({
    png: () => plotPng(chart.current!.drawing(title)),
    svg: () => plotSvg(chart.current!.drawing(title)),
    csv: () => chartCsv(chart.current?.content?.lines ?? [], chart.current?.content?.xLabel ?? 'x'),
  });

  return (
    <div className="body line-body">
      <div className="tools over" role="toolbar" aria-label={`How ${title} is shown`}>
        <button type="button" aria-pressed={hold !== undefined} title="Keep a copy of the curves as they are now, dashed, to compare with; it stays until the page is closed" onClick={keep}>{hold ? 'let go' : 'hold'}</button>
        {zoom && <button type="button" onClick={() => change({ zoom: undefined })}>whole range</button>}
        <SettingsButton title={title}>
          <Choice label="drawn as" value={form} choices={forms} onChange={(value) => change({ form: value === 'lines' ? undefined : value })} />
          <Choice label="errors as" value={bars ? 'bars' : 'band'} choices={['band', 'bars']} onChange={(value) => change({ errors: value === 'bars' ? value : undefined })} />
          <Check label="log y" on={log} onChange={(on) => change({ log: on || undefined })} />
          <Check label="log x" on={logX} onChange={(on) => change({ logX: on || undefined })} />
          <Ends label="range of y" value={range} onChange={(value) => change({ range: value })} />
        </SettingsButton>
      </div>
      {problem && <p className="hint">{problem}</p>}
      <ChartBox chart={chart} label={`Plot of ${title}`} options={options} onZoom={(value) => change({ zoom: value && [...value] })} onSize={(width) => setPixels(Math.min(8192, Math.max(1, Math.ceil(width / PIXEL_STEP)) * PIXEL_STEP))}
        legend={legend} onToggle={(name) => change({ off: toggled(hidden, name) })} />
    </div>
  );
}
