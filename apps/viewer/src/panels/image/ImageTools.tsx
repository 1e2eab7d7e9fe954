import type { Range } from '../../image/auto-range.ts';
import { colorMapNames } from '../../image/color-maps.ts';
import { turnedClockwise, type Turn } from '../../image/turn.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { Amount, Check, SettingsButton } from '../settings/SettingsButton.tsx';
import type { ImageSettings } from './image-settings.ts';
import { ToolIcon } from './ToolIcon.tsx';
import type { Tool } from './use-picture-pointer.ts';

const percents = [0, 0.1, 1, 5] as const;
const tools: readonly { readonly tool: Tool; readonly label: string; readonly title: string }[] = [
  { tool: 'move', label: 'Move', title: 'Drag moves the picture' },
  { tool: 'zoom', label: 'Zoom', title: 'Drag a rectangle to zoom into it (Shift+drag moves)' },
  { tool: 'region', label: 'Regions', title: 'Drag regions, also by their inside' },
  { tool: 'profile', label: 'Profile', title: 'Draw a line and see the values along it' },
  { tool: 'mask', label: 'Mask', title: 'Draw a mask and save it' },
];

export interface ImageToolsProps {
  readonly title: string;
  readonly settings: ImageSettings;
  readonly change: (part: Partial<ImageSettings>) => void;
  readonly turn: Turn;
  readonly isStrip: boolean;
  readonly range: () => Range;
  readonly zoomed: boolean;
  readonly onFit: () => void;
  readonly onOneToOne: () => void;
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly hasRegions: boolean;
  /** Lengths of the axes before the last two. */
  readonly leading: readonly number[];
  readonly frozen: boolean;
}

/** Everything that is chosen about a picture, in one or two lines. */
export function ImageTools({ title, settings, change, turn, isStrip, range, zoomed, onFit, onOneToOne, tool, onTool, hasRegions, leading, frozen }: ImageToolsProps) {
  return (
    <div className="tools" role="toolbar" aria-label={`How ${title} is shown`}>
      <span className="tool-choice" role="radiogroup" aria-label="What a drag does">
        {tools.filter((one) => one.tool !== 'region' || hasRegions).map((one) => (
          <button key={one.tool} type="button" role="radio" className="icon" aria-checked={tool === one.tool} aria-label={one.label} title={one.title} onClick={() => onTool(one.tool)}><ToolIcon tool={one.tool} /></button>
        ))}
      </span>
      <button type="button" className="small spare" aria-label="One to one" title="One pixel of the picture on one of the screen (1)" onClick={onOneToOne}>1:1</button>
      {zoomed && <button type="button" className="small" aria-label="whole picture" title="Whole picture (0, or double-click)" onClick={onFit}>all</button>}
      <select aria-label="Colour map" value={settings.colorMap} onChange={(event) => change({ colorMap: event.target.value as ImageSettings['colorMap'] })}>
        {colorMapNames.map((name) => <option key={name}>{name}</option>)}
      </select>
      <select aria-label="Colour scale" value={settings.scale} onChange={(event) => change({ scale: event.target.value as ImageSettings['scale'] })}>
        <option value="linear">linear</option><option value="log">log</option><option value="sqrt">sqrt</option>
      </select>
      <select aria-label="Colour range" title="Percent of the values beyond either end" value={settings.percent ?? 'hand'} onChange={(event) => change(event.target.value === 'hand' ? { percent: undefined, range: range() } : { percent: Number(event.target.value) })}>
        {[...new Set([...percents, ...(settings.percent === undefined ? [] : [settings.percent])])].sort((a, b) => a - b).map((percent) => <option key={percent} value={percent}>{percent === 0 ? 'min – max' : `${percent} %`}</option>)}
        <option value="hand">by hand</option>
      </select>
      {settings.percent === undefined ? (
        <>
          <NumberField label="Lowest value shown" value={settings.range[0]} onCommit={(low) => change({ range: [low, settings.range[1]] })} />
          <NumberField label="Highest value shown" value={settings.range[1]} onCommit={(high) => change({ range: [settings.range[0], high] })} />
        </>
      ) : <button type="button" className="small spare" aria-label="Hold range" title="Keep the present range" onClick={() => change({ percent: undefined, range: range() })}>hold</button>}
      <SettingsButton title={title}>
        <button type="button" className="setting" onClick={() => { const next = turnedClockwise(turn); change({ swap: next.swap, flipX: next.flipX, flipY: next.flipY }); }}>Turn by 90°</button>
        <Check label="Flip left and right" on={turn.flipX} onChange={(flipX) => change({ flipX })} />
        <Check label={turn.swap ? 'Flip up and down' : 'Row 0 at the bottom'} on={turn.flipY} onChange={(flipY) => change({ flipY })} />
        <Amount label="percent beyond" value={settings.percent} placeholder="by hand" min={0} max={49} title="Percent of the values beyond either end of the colours" onChange={(percent) => change(percent === undefined ? { percent, range: range() } : { percent })} />
        <Check label="Square pixels" on={settings.equal ?? !isStrip} title="Else the picture fills the panel" onChange={(equal) => change({ equal })} />
        <Check label="Slow line" on={settings.slow} title="One byte a pixel: half of what travels, 254 steps of colour" onChange={(slow) => change({ slow })} />
      </SettingsButton>
      {leading.map((length, axis) => (
        <label key={axis} className="check">axis {axis}
          <input type="range" min={0} max={Math.max(0, length - 1)} value={Math.min(settings.plane[axis] ?? 0, length - 1)} disabled={frozen} title={frozen ? 'Other planes of a past train are not kept' : undefined} aria-label={`Index on axis ${axis}`}
            onChange={(event) => change({ plane: leading.map((_, k) => (k === axis ? Number(event.target.value) : (settings.plane[k] ?? 0))) })} />
          <output>{settings.plane[axis] ?? 0} / {length}</output>
        </label>
      ))}
    </div>
  );
}
