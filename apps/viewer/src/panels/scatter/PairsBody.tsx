import { useEffect, useMemo, useRef, useState } from 'react';
import type { PanelValue } from '@trainyard/control';
import type { PanelSource, PanelBodyProps } from '../panel-kind.ts';
import { Chart, type ChartOptions } from '../../plot/chart.ts';
import { ChartBox } from '../../plot/ChartBox.tsx';
import { csv } from '../../plot/chart-csv.ts';
import { scalarOf } from '../../data/channel.ts';
import { plotPng, plotSvg } from '../../plot/plot-file.ts';
import { numbersOf } from '../../plot/series.ts';
import { useScalarLines } from '../history/use-scalar-lines.ts';
import { useExports } from '../panel-exports.ts';
import { namesIn, numberIn, rangeIn, toggled, zoomIn } from '../settings/read-settings.ts';
import { Amount, Check, Ends, SettingsButton } from '../settings/SettingsButton.tsx';
import { useAtMost } from '../use-at-most.ts';
import { useYard } from '../use-yard.ts';
import { elementsOf, ofOneTrain, pairsOf, withVector, type Pairs, type Vector } from './pairs.ts';

const MOST_TRAINS = 20_000;

/** Scalars against the first of them, train by train: of the last trains, the older the fainter. Vectors against the first, element by element. */
export function PairsBody({ sources, title, settings, change, visible }: PanelBodyProps) {
  const trains = numberIn(settings, 'trains', 2, MOST_TRAINS) ?? 1000;
  const age = settings['age'] !== false;
  const log = settings['log'] === true;
  const logX = settings['logX'] === true;
  const zoom = useMemo(() => zoomIn(settings), [settings]);
  const range = useMemo(() => rangeIn(settings, 'range'), [settings]);
  const hidden = useMemo(() => namesIn(settings, 'off'), [settings]);
  const frozen = useYard(({ frozen }) => frozen);
  const chart = useRef<Chart>(undefined);
  const pairs = useRef<readonly Pairs[]>([]);
  /** The last ones of each source; empty for one of numbers. */
  const vectors = useRef<(readonly Vector[])[]>([]);
  const [xSource, ...ySources] = sources;
  const [problem, setProblem] = useState('');
  const options = useMemo((): ChartOptions => ({ logX, logY: log, yRange: range, zoom, hidden }), [logX, log, range, zoom, hidden]);
  const lines = useScalarLines(sources.map(({ id }) => id), { trains, points: 2 * trains }, visible, (value, index = 0) => {
    if (value) take(value, index);
    soon();
  });
  const of = sources.map(({ id }) => id).join('\n');
  useEffect(() => () => { vectors.current = []; }, [of]);
  const take = (value: PanelValue, index: number) => {
    const numbers = scalarOf(value) === undefined ? numbersOf(value.value) : undefined;
    vectors.current[index] = numbers ? withVector(vectors.current[index] ?? [], { trainId: value.trainId, numbers }) : [];
  };
  const show = () => {
    const kept = sources.map((_, k) => vectors.current[k] ?? []);
    if (kept.some((one) => one.length > 0)) {
      const [xs, ...others] = ofOneTrain(kept) ?? [];
      setProblem(xs ? '' : 'No train has come with a vector of each of these.');
      if (!xs) return;
      pairs.current = others.map((one) => elementsOf(xs.numbers, one.numbers));
      chart.current?.show({ xLabel: nameOf(xSource), yLabel: ySources.length === 1 ? nameOf(ySources[0]) : '', lines: pairs.current.map(({ x, y }, color) => ({ name: ySources[color].title, color, as: 'dots', x, y })) });
      return;
    }
    const last = frozen ?? Math.max(...lines.current.map((line) => line.last ?? -Infinity));
    if (!(last > -Infinity)) return;
    const [x, ...ys] = lines.current.slice(0, sources.length).map((line) => line.values(last - trains, last));
    pairs.current = ys.map((y) => pairsOf(x, y, trains));
    chart.current?.show({
      xLabel: nameOf(xSource), yLabel: ySources.length === 1 ? nameOf(ySources[0]) : '',
      lines: pairs.current.map((one, color) => ({ name: ySources[color].title, color, as: 'dots', x: one.x, y: one.y, ...(age && { strength: one.trainId.map((train) => 1 - (0.88 * (last - train)) / trains) }) })),
    });
  };
  const soon = useAtMost(show, 200);
  useEffect(show, [trains, age, frozen]);
  useExports({
    png: () => plotPng(chart.current!.drawing(title)),
    svg: () => plotSvg(chart.current!.drawing(title)),
    csv: () => csv([(vectors.current[0]?.length ?? 0) > 0 ? 'element' : 'trainId', xSource.title, 'against', 'value'], pairs.current.flatMap(({ trainId, x, y }, k) => Array.from(trainId, (train, i) => [train, x[i], ySources[k].title, y[i]]))),
  });
  return (
    <div className="body line-body">
      <div className="tools over" role="toolbar" aria-label={`How ${title} is shown`}>
        {zoom && <button type="button" onClick={() => change({ zoom: undefined })}>all points</button>}
        <SettingsButton title={title}>
          <Amount label="last trains" value={trains} placeholder="1000" min={2} max={MOST_TRAINS} onChange={(value) => change({ trains: value === undefined ? undefined : Math.round(value) })} />
          <Check label="older ones fainter" on={age} onChange={(on) => change({ age: on ? undefined : false })} />
          <Check label="log y" on={log} onChange={(on) => change({ log: on || undefined })} />
          <Check label="log x" on={logX} onChange={(on) => change({ logX: on || undefined })} />
          <Ends label="range of y" value={range} onChange={(value) => change({ range: value })} />
          {sources.length === 2 && <p className="hint">x is {xSource.title}</p>}
        </SettingsButton>
      </div>
      {problem && <p className="hint">{problem}</p>}
      <ChartBox chart={chart} label={`Points of ${title}`} options={options} onZoom={(value) => change({ zoom: value && [...value] })}
        legend={ySources.map(({ title: name }, color) => ({ name, color }))} onToggle={(name) => change({ off: toggled(hidden, name) })} />
    </div>
  );
}

const nameOf = ({ title, view }: PanelSource): string => (view?.unit ? `${title} (${view.unit})` : title);
