import type { PanelSpec, Setting } from '@trainyard/control';
import type { Range, ScaleName } from '../../image/auto-range.ts';
import { colorMapNames, type ColorMapName } from '../../image/color-maps.ts';
import type { Window2d } from '../../image/paint-picture.ts';

/** A line along which values are shown: drawn, or a row or column in full. */
export interface ProfileSetting {
  readonly kind: 'line' | 'row' | 'column';
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  readonly width: number;
}

/** How one picture is shown, as the layout keeps it. */
export interface ImageSettings {
  readonly colorMap: ColorMapName;
  readonly scale: ScaleName;
  /** Percent cut off at either end of the automatic range; undefined: the range is set by hand. */
  readonly percent: number | undefined;
  readonly range: Range;
  /** Square pixels; undefined: unless the picture is a thin strip. */
  readonly equal: boolean | undefined;
  readonly swap: boolean;
  readonly flipX: boolean;
  /** Undefined: as the labels say. */
  readonly flipY: boolean | undefined;
  /** A slow line: one byte a pixel. */
  readonly slow: boolean;
  /** Index of each axis before the last two. */
  readonly plane: readonly number[];
  /** Edges of the array that are in sight; undefined: all of it. */
  readonly part: Window2d | undefined;
  readonly profile: ProfileSetting | undefined;
  /** The mask that is laid over it, by name. */
  readonly mask: string | undefined;
}

const numbers = (value: unknown, n: number): readonly number[] | undefined => (Array.isArray(value) && value.length === n && value.every((one) => Number.isFinite(one)) ? (value as number[]) : undefined);
const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** What cannot be read counts as absent: settings come from links and kept files. */
export function readSettings(chosen: NonNullable<PanelSpec['settings']>, isMatrix: boolean): ImageSettings {
  const { colorMap, scale, percent, range, plane, part, profile, mask } = chosen;
  const shown = numbers(part, 4);
  return {
    colorMap: colorMapNames.includes(colorMap as ColorMapName) ? (colorMap as ColorMapName) : 'viridis',
    scale: scale === 'log' || scale === 'sqrt' ? scale : 'linear',
    percent: percent === null ? undefined : typeof percent === 'number' && percent >= 0 && percent < 50 ? percent : 0.1,
    range: (numbers(range, 2) as Range | undefined) ?? [0, 1],
    equal: flag(chosen['equal']) ?? (isMatrix ? false : undefined),
    swap: flag(chosen['swap']) ?? false, flipX: flag(chosen['flipX']) ?? false, flipY: flag(chosen['flipY']), slow: flag(chosen['slow']) ?? false,
    plane: Array.isArray(plane) ? plane.map((index) => (Number.isInteger(index) && (index as number) > 0 ? (index as number) : 0)) : [],
    part: shown && shown[0] < shown[2] && shown[1] < shown[3] ? { x0: shown[0], y0: shown[1], x1: shown[2], y1: shown[3] } : undefined,
    profile: readProfile(profile),
    mask: typeof mask === 'string' && mask !== '' ? mask : undefined,
  };
}

/** Some of them as the layout keeps them. */
export function writtenSettings(part: Partial<ImageSettings>): { readonly [name: string]: Setting | undefined } {
  const { percent, part: shown, profile, ...rest } = part;
  return {
    ...rest,
    ...('percent' in part && { percent: percent ?? null }),
    ...('part' in part && { part: shown && [shown.x0, shown.y0, shown.x1, shown.y1] }),
    ...('profile' in part && { profile: profile && { ...profile } }),
  };
}

function readProfile(value: unknown): ProfileSetting | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, from, to, width } = value as Partial<Record<keyof ProfileSetting, unknown>>;
  const [a, b] = [numbers(from, 2), numbers(to, 2)];
  if (!a || !b) return undefined;
  return { kind: kind === 'row' || kind === 'column' ? kind : 'line', from: a as ProfileSetting['from'], to: b as ProfileSetting['to'], width: typeof width === 'number' && width >= 1 && width <= 1000 ? Math.round(width) : 1 };
}
