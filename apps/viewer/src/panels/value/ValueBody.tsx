import { useEffect, useMemo, useRef, useState } from 'react';
import { scalarOf } from '../../data/channel.ts';
import { csv } from '../../plot/chart-csv.ts';
import { plotPng, plotSvg, textDrawing } from '../../plot/plot-file.ts';
import { formatNumber } from '../../ui/format.ts';
import { TRAINS_PER_SECOND } from '../history/history-content.ts';
import { useScalarLines } from '../history/use-scalar-lines.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { Amount, SettingsButton } from '../settings/SettingsButton.tsx';
import { useAtMost } from '../use-at-most.ts';
import { useSize, useYard } from '../use-yard.ts';
import { drawTrend } from './draw-trend.ts';
import type { Level, Limits } from './limits.ts';
import { pageAlarms, useAlarm, useSound, useVerdict } from './page-alarms.ts';
import { watchIn, watchKey } from './watched.ts';
import './value.css';

const words: Record<Level, readonly [icon: string, word: string]> = { good: ['✓', 'good'], warn: ['▲', 'warning'], alarm: ['◆', 'ALARM'], free: ['', ''] };
const TREND_TRAINS = 300 * TRAINS_PER_SECOND;

/** One value in large figures, its last five minutes, and how it stands to its limits, which the page watches. */
export function ValueBody({ spec, sources: [{ id, view }], title, settings, change, visible }: PanelBodyProps) {
  const watch = useMemo(() => watchIn(settings), [settings]);
  const { limits } = watch;
  const key = watchKey(spec, watch);
  const watched = key !== undefined;
  const frozen = useYard(({ frozen }) => frozen);
  const alarm = useAlarm(key);
  const sound = useSound();
  const verdict = useVerdict(key);
  const [unit, setUnit] = useState('');
  const figure = useRef<HTMLOutputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useRef({ width: 0, height: 0 });
  const letters = useRef(4);

  const lines = useScalarLines([id], { trains: TREND_TRAINS, points: 512 }, visible, (value) => {
    if (value) {
      const number = scalarOf(value);
      const text = typeof value.value === 'boolean' || typeof value.value === 'string' ? String(value.value) : number === undefined ? 'no number' : formatNumber(number, 6);
      if (figure.current) {
        figure.current.textContent = text;
        // As wide as the longest so far: figures that grow and shrink with every train cannot be read.
        letters.current = Math.max(letters.current, text.length);
        figure.current.style.setProperty('--letters', String(letters.current));
      }
      setUnit(view?.unit ?? value.labels?.unit ?? '');
    }
    if (!document.hidden) soon();
  });
  const draw = () => {
    const last = lines.current[0].last;
    if (canvas.current && last !== undefined) drawTrend(canvas.current, size.current.width, size.current.height, lines.current[0].points(last - TREND_TRAINS, last, 512), last - TREND_TRAINS, last, limits);
  };
  const soon = useAtMost(draw, 400);
  useSize(box, (width, height) => {
    size.current = { width, height };
    draw();
  });
  useEffect(draw, [limits]);
  const drawing = () => textDrawing(title, [`${figure.current?.textContent ?? ''} ${unit}`, [words[verdict.level][1], verdict.text].filter(Boolean).join(': ')], 26);
  useExports({
    png: () => plotPng(drawing()),
    svg: () => plotSvg(drawing()),
    csv: () => {
      const { x, mean, low, high, count } = lines.current[0].points(0, Infinity, 4096);
      return csv(['trainId', 'mean', 'min', 'max', 'values'], Array.from(x, (at, i) => [at, mean[i], low[i], high[i], count[i]] as const).filter(([, , , , n]) => n > 0));
    },
  });

  const [icon, word] = words[verdict.level];
  const limit = (name: keyof Limits, label: string) => <Amount label={label} value={limits[name]} placeholder="none" onChange={(value) => change({ [name]: value })} />;
  return (
    <div className={`body value-body ${verdict.level}`}>
      <div className="tools" role="toolbar" aria-label={`How ${title} is shown`}>
        {word && <span className={`verdict ${verdict.level}`} role={verdict.level === 'alarm' ? 'alert' : 'status'}><span aria-hidden="true">{icon} </span>{word}{verdict.text && verdict.level !== 'good' ? `: ${verdict.text}` : ''}</span>}
        {frozen !== undefined && watched && <span className="verdict warn">not watched while the page stands still</span>}
        {alarm && !alarm.seen && <button type="button" className="danger" onClick={() => pageAlarms.acknowledge(alarm.key)}>acknowledge</button>}
        {alarm?.seen && <span>acknowledged</span>}
        {watched && <button type="button" aria-pressed={sound} title={sound ? 'Alarms of this page sound every 10 s until they are acknowledged' : 'Alarms of this page are silent: a click lets them sound'} onClick={() => pageAlarms.allowSound(!sound)}>{sound ? 'sound on' : 'sound off'}</button>}
        <SettingsButton title={title}>
          {limit('alarmHigh', 'alarm above')}{limit('warnHigh', 'warning above')}{limit('warnLow', 'warning below')}{limit('alarmLow', 'alarm below')}
          <Amount label="alarm without a value, s" value={watch.stale} placeholder="never" min={1} max={86_400} onChange={(value) => change({ stale: value })} />
          <p className="hint">Watched as long as this page is open and the panel is on one of its tabs, also while another tab, another page or another window is in front.</p>
        </SettingsButton>
      </div>
      <div className="figure"><output ref={figure} aria-label={`Newest value of ${title}`} aria-live="off" /><span className="unit">{unit}</span></div>
      <div className="canvas-box trend" ref={box} role="img" aria-label={`${title} over the last five minutes`}><canvas ref={canvas} /></div>
    </div>
  );
}
