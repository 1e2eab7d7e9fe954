import { useEffect, useRef, useState } from 'react';
import type { PanelData } from '@trainyard/control';
import { isArray } from '../../data/channel.ts';
import { plotPng, plotSvg, textDrawing } from '../../plot/plot-file.ts';
import { formatNumber, formatShape } from '../../ui/format.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { numberIn } from '../settings/read-settings.ts';
import { Amount, Check, SettingsButton } from '../settings/SettingsButton.tsx';
import { asText } from '../table/table-columns.ts';
import { useDraw, useValue, WHOLE } from '../use-value.ts';
import { useSize } from '../use-yard.ts';
import './text.css';

/** A text as it was written; anything else in words. Short ones as large as the panel allows, unless a size was chosen. */
export function TextBody({ sources: [{ id }], title, settings, change, visible }: PanelBodyProps) {
  const channel = useValue(id, WHOLE, visible);
  const [text, setText] = useState('');
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const box = useRef<HTMLDivElement>(null);
  const pre = useRef<HTMLPreElement>(null);
  const mono = settings['plain'] !== true;
  const wrap = settings['wrap'] !== false;
  const size = numberIn(settings, 'size', 8, 200);
  useDraw(channel, ({ value }) => setText(textOf(value)));
  useSize(box, (width, height) => setRoom({ width, height }));
  useEffect(() => {
    if (pre.current) pre.current.style.fontSize = `${size ?? fittingSize(text, room.width, room.height, mono)}px`;
  }, [text, room, size, mono]);
  const drawing = () => textDrawing(title, text.split('\n'), mono ? 13 : 14);
  useExports({ png: () => plotPng(drawing()), svg: () => plotSvg(drawing()) });
  return (
    <div className="body text-body">
      <div className="tools">
        <SettingsButton title={title}>
          <Check label="fixed pitch" on={mono} onChange={(on) => change({ plain: on ? undefined : true })} />
          <Check label="wrap lines" on={wrap} onChange={(on) => change({ wrap: on ? undefined : false })} />
          <Amount label="size, px" value={size} placeholder="auto" min={8} max={200} onChange={(value) => change({ size: value })} />
        </SettingsButton>
      </div>
      <div className="body scroll" ref={box} tabIndex={0} role="region" aria-label={`Text of ${title}`}><pre ref={pre} className={`text${mono ? '' : ' plain'}${wrap ? '' : ' unwrapped'}`}>{text}</pre></div>
    </div>
  );
}

/** As large as all of it fits without wrapping, from 13 to 48 pixels. */
export function fittingSize(text: string, width: number, height: number, mono: boolean): number {
  const lines = text.split('\n');
  const longest = Math.max(1, ...lines.map((line) => line.length));
  return Math.max(13, Math.min(48, Math.floor(width / (longest * (mono ? 0.61 : 0.58))), Math.floor(height / (lines.length * 1.5))));
}

function textOf(value: PanelData): string {
  if (typeof value === 'number') return formatNumber(value, 7);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return value.size === 1 ? String(value.data[value.offset]) : `${value.dtype} ${formatShape(value.shape)}`;
  if (Array.isArray(value)) return value.map(asText).join('\n');
  return Object.entries(value).map(([name, column]) => `${name}: ${Array.isArray(column) ? column.map(asText).join(', ') : asText(column)}`).join('\n');
}
