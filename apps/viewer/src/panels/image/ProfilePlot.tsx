import { useEffect, useRef } from 'react';
import { isWhole } from '../../image/patch.ts';
import type { PictureView } from '../../image/picture-view.ts';
import { columnOf, profileAlong, rowOf, type ProfileValues } from '../../image/profile.ts';
import { drawAxes, fitCanvas, ink } from '../../plot/draw-frame.ts';
import { niceTicks } from '../../plot/ticks.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { useSize } from '../use-yard.ts';
import type { ProfileSetting } from './image-settings.ts';

export interface ProfilePlotProps {
  readonly view: PictureView;
  readonly profile: ProfileSetting;
  readonly onChange: (profile: ProfileSetting | undefined) => void;
  /** Another one with each value that is drawn. */
  readonly drawn: { current: (() => void) | undefined };
}

/** The values along a line of the picture, below it; drawn anew with every value. */
export function ProfilePlot({ view, profile, onChange, drawn }: ProfilePlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const said = useRef<HTMLOutputElement>(null);
  const size = useRef({ width: 0, height: 0 });
  const draw = () => {
    const { patch } = view;
    const { width, height } = size.current;
    if (!patch || width === 0 || !canvas.current) return;
    const values = profileAlong(patch, profile);
    drawProfile(canvas.current, width, height, values, view.labels?.unit);
    const what = values.block > 1 ? `means of ${values.block} × ${values.block} pixels` : patch.codes ? 'rounded for a slow line' : 'exact';
    said.current!.textContent = `${what}${isWhole(patch) ? '' : ', of what is in sight'}`;
  };
  useSize(box, (width, height) => {
    size.current = { width, height };
    draw();
  });
  useEffect(() => {
    drawn.current = draw;
    draw();
    return () => {
      drawn.current = undefined;
    };
  });
  return (
    <div className="profile" role="group" aria-label="Profile">
      <div className="tools">
        <select aria-label="Kind of profile" value={profile.kind} onChange={(event) => onChange(asKind(profile, event.target.value as ProfileSetting['kind'], view))}>
          <option value="line">line</option><option value="row">row</option><option value="column">column</option>
        </select>
        <label className="check">width <NumberField label="Width of the profile in pixels" value={profile.width} min={1} step={1} onCommit={(width) => onChange({ ...profile, width: Math.max(1, Math.min(1000, Math.round(width))) })} /> px</label>
        <output className="hint" ref={said} />
        <button type="button" className="icon" aria-label="Close the profile" title="Close" onClick={() => onChange(undefined)}>×</button>
      </div>
      <div className="canvas-box" ref={box}><canvas ref={canvas} role="img" aria-label="Values along the profile" /></div>
    </div>
  );
}

/** The same place as a line, a row or a column. */
export function asKind(profile: ProfileSetting, kind: ProfileSetting['kind'], view: PictureView): ProfileSetting {
  const { rows = 1, columns = 1 } = view.port.placement() ?? {};
  const [x, y] = [(profile.from[0] + profile.to[0]) / 2, (profile.from[1] + profile.to[1]) / 2];
  if (kind === 'row') return { kind, ...rowOf(Math.min(rows - 1, y), columns, profile.width) };
  if (kind === 'column') return { kind, ...columnOf(Math.min(columns - 1, x), rows, profile.width) };
  return { ...profile, kind };
}

function drawProfile(canvas: HTMLCanvasElement, width: number, height: number, { distance, values }: ProfileValues, unit: string | undefined): void {
  const { g } = fitCanvas(canvas, width, height);
  g.clearRect(0, 0, width, height);
  const frame = { left: 58, top: 6, width: Math.max(8, width - 70), height: Math.max(8, height - 44) };
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const n = values.length;
  const length = n === 0 ? 1 : distance[n - 1] + (distance[0] ?? 0);
  const pad = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  const [from, to] = low <= high ? [low - pad, high + pad] : [0, 1];
  const toX = (x: number) => (x / (length || 1)) * frame.width;
  const toY = (y: number) => frame.height * (1 - (y - from) / (to - from));
  drawAxes(g, frame,
    { label: 'pixels along the profile', ticks: niceTicks(0, length, frame.width / 70).map((tick) => [tick, toX(tick)] as const) },
    { label: unit ?? '', ticks: niceTicks(from, to, frame.height / 26).map((tick) => [tick, toY(tick)] as const) });
  g.strokeStyle = ink.series[0];
  g.lineWidth = 1.5;
  g.beginPath();
  for (let i = 0, pen = false; i < n; i++) {
    if (!Number.isFinite(values[i])) {
      pen = false;
      continue;
    }
    const [x, y] = [frame.left + toX(distance[i]), frame.top + toY(values[i])];
    if (pen) g.lineTo(x, y);
    else g.moveTo(x, y);
    pen = true;
  }
  g.stroke();
}
