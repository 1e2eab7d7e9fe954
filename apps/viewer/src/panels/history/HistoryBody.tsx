import { useEffect, useMemo, useRef, useState } from 'react';
import type { PanelValue } from '@trainyard/control';
import { scalarOf } from '../../data/channel.ts';
import { Chart, type ChartOptions } from '../../plot/chart.ts';
import { ChartBox } from '../../plot/ChartBox.tsx';
import { chartCsv } from '../../plot/chart-csv.ts';
import { plotPng, plotSvg } from '../../plot/plot-file.ts';
import { formatClock, formatNumber } from '../../ui/format.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { choiceIn, namesIn, numberIn, rangeIn, toggled, zoomIn } from '../settings/read-settings.ts';
import { Amount, Check, Choice, Ends, SettingsButton } from '../settings/SettingsButton.tsx';
import { useAtMost } from '../use-at-most.ts';
import { useYard } from '../use-yard.ts';
import { historyContent, journalMarks, TRAINS_PER_SECOND } from './history-content.ts';
import { useScalarLines } from './use-scalar-lines.ts';

const spans = { '1 min': 60, '5 min': 300, '1 h': 3600, '12 h': 43_200, all: undefined } as const;
const spanNames = Object.keys(spans) as (keyof typeof spans)[];
/** So many points more or less do not ask for another history. */
const POINT_STEP = 256;

/** Scalars over hours: what the server has kept, what comes, and the newest value of the first in large figures. */
export function HistoryBody({ sources, title, settings, change, visible }: PanelBodyProps) {
  const span = choiceIn(settings, 'span', spanNames, '5 min');
  const clock = settings['clock'] === true;
  const mean = numberIn(settings, 'mean', 2, 1e6);
  const zoom = useMemo(() => zoomIn(settings), [settings]);
  const hidden = useMemo(() => namesIn(settings, 'off'), [settings]);
  const log = settings['log'] === true;
  const range = useMemo(() => rangeIn(settings, 'range'), [settings]);
  const journal = useYard(({ journal }) => journal);
  const frozen = useYard(({ frozen }) => frozen);
  const [points, setPoints] = useState(2 * POINT_STEP);
  const chart = useRef<Chart>(undefined);
  const big = useRef<HTMLOutputElement>(null);
  const newest = useRef<PanelValue>(undefined);
  const seconds = spans[span];
  const trains = seconds === undefined ? undefined : seconds * TRAINS_PER_SECOND;
  const unit = sources[0]?.view?.unit ?? '';

  const wish = zoom ? { window: [zoom[0] - (mean ?? 0), zoom[1]] as const, points } : { trains: trains === undefined ? undefined : trains + (mean ?? 0), points };
  const lines = useScalarLines(sources.map(({ id }) => id), wish, visible, (value, index) => {
    if (value && index === 0) {
      newest.current = value;
      const number = scalarOf(value);
      const named = unit || (value.labels?.unit ?? '');
      if (big.current) big.current.textContent = typeof value.value === 'boolean' ? String(value.value) : number === undefined ? 'no number' : `${formatNumber(number, 6)}${named ? ` ${named}` : ''}`;
    }
    soon();
  });
  const at = newest.current?.at;
  const options = useMemo((): ChartOptions => ({ logY: log, yRange: range, zoom, hidden, readX: (train) => readTrain(train, newest.current) }), [log, range, zoom, hidden]);
  const show = () => {
    const last = frozen ?? Math.max(...lines.current.map((line) => line.last ?? -Infinity));
    const first = Math.min(...lines.current.map((line) => line.first ?? Infinity));
    if (!chart.current || !(last > -Infinity)) return;
    // Before there is as much as is asked for, all there is has the whole width.
    const from = zoom?.[0] ?? Math.max(trains === undefined ? -Infinity : last - trains, Math.min(first, last - 10));
    const to = zoom ? zoom[1] : last;
    const { trainId = 0, at: when } = newest.current ?? {};
    const of = sources.map(({ title: name }, k) => ({ name, points: lines.current[k].points(from - (mean ?? 0), to, points) }));
    const units = new Set(sources.map(({ view }) => view?.unit));
    const labels = units.size > 1 ? '' : unit || (newest.current?.labels?.unit ?? '');
    const content = historyContent(of, journalMarks(journal, from, to), { mean, unit: labels, ...(clock && { clock: { trainId, at: when ?? Date.now() } }) });
    chart.current.set({ ...options, window: [from, Math.max(to, from + 10)] });
    chart.current.show(content);
  };
  // A train that moves the line by a tenth of a pixel is not worth a picture; the large figure has it at once.
  const perPixel = (trains ?? 0) / Math.max(100, points / 2);
  const soon = useAtMost(show, trains === undefined ? 400 : Math.min(400, Math.max(90, (perPixel * 1000) / TRAINS_PER_SECOND)));
  useEffect(show, [options, trains, mean, clock, journal, frozen, points, at === undefined]);
  useExports({
    png: () => plotPng(chart.current!.drawing(title)),
    svg: () => plotSvg(chart.current!.drawing(title)),
    csv: () => chartCsv(chart.current?.content?.lines ?? [], 'trainId'),
  });

  return (
    <div className="body line-body">
      <div className="tools" role="toolbar" aria-label={`How ${title} is shown`}>
        <output className="big" ref={big} aria-label={`Newest value of ${title}`} aria-live="off" />
        {zoom ? <button type="button" onClick={() => change({ zoom: undefined })}>follow again</button> : (
          <select aria-label="Time shown" value={span} onChange={(event) => change({ span: event.target.value === '5 min' ? undefined : event.target.value })}>
            {spanNames.map((name) => <option key={name} value={name}>{name === 'all' ? 'all' : `last ${name}`}</option>)}
          </select>
        )}
        <SettingsButton title={title}>
          <Choice label="along x" value={clock ? 'clock' : 'train'} choices={[['train', 'train ID'], ['clock', 'local time']]} onChange={(value) => change({ clock: value === 'clock' || undefined })} title="Local time: of the newest train, and ten trains a second" />
          <Check label="log" on={log} onChange={(on) => change({ log: on || undefined })} />
          <Ends label="range of y" value={range} onChange={(value) => change({ range: value })} />
          <Amount label="moving mean, trains" value={mean} placeholder="none" min={2} max={1e6} onChange={(value) => change({ mean: value === undefined ? undefined : Math.round(value) })} title="A dashed second line. It is only drawn: nothing that is computed or saved changes." />
        </SettingsButton>
      </div>
      <ChartBox chart={chart} label={`Plot of ${title}`} options={options} onZoom={(value) => change({ zoom: value && [...value] })} onSize={(width) => setPoints(Math.max(1, Math.ceil(width / POINT_STEP)) * POINT_STEP)}
        legend={sources.flatMap(({ title: name }, color) => [{ name, color }, ...(mean === undefined ? [] : [{ name: `${name}, mean of ${mean} trains`, color, dashed: true }])])} onToggle={(name) => change({ off: toggled(hidden, name) })} />
    </div>
  );
}

/** A train ID, and when it was. */
function readTrain(train: number, newest: PanelValue | undefined): string {
  const whole = Math.floor(train);
  return newest?.at === undefined ? `train ${whole}` : `train ${whole}, ${formatClock(newest.at + ((train - newest.trainId) * 1000) / TRAINS_PER_SECOND)}`;
}
