import type { PictureRendition } from '@trainyard/control';
import type { ScaleName } from './auto-range.ts';

/** What a panel has in sight of a picture. */
export interface Need {
  readonly rows: number;
  readonly columns: number;
  /** Edges of the array that are in sight; may reach beyond it. */
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** Pixels of the array in one of the screen, along the axis that has fewer. */
  readonly perPixel: number;
}

/** How it is to be sent. */
export interface Manner {
  readonly plane: readonly number[];
  readonly scale: ScaleName;
  /** Percent of the values beyond either end of the range; undefined: set by hand. */
  readonly percent: number | undefined;
  /** A slow line: one byte a pixel. */
  readonly slow: boolean;
}

const MOST_IN_ONE = 64;
/** A whole picture of so many blocks is not worth a window: it can be moved without asking again. */
const WHOLE_BLOCKS = 300_000;

/**
 * What to ask for, so that every pixel of the screen has a block of its own and not many more travel. Zoomed in it is a window with as much around
 * it as half of what is in sight; `before` stays while it serves.
 */
export function chooseRendition(need: Need, manner: Manner, before?: PictureRendition): PictureRendition {
  const { rows, columns } = need;
  const block = Math.min(MOST_IN_ONE, Math.max(1, Math.floor(need.perPixel * 1.001)));
  const inSight = clamped([need.y0, need.x0, need.y1, need.x1], rows, columns, 1);
  const seen = (inSight[2] - inSight[0]) * (inSight[3] - inSight[1]);
  const isWhole = seen * 2 >= rows * columns || (rows * columns) / block ** 2 <= WHOLE_BLOCKS;
  const as = { as: 'picture', block, ...ways(block, manner) } as const;
  if (isWhole) return as;
  if (before?.window && sameButWindow(before, as) && covers(before.window, inSight)) return before;
  const [height, width] = [(inSight[2] - inSight[0]) / 2, (inSight[3] - inSight[1]) / 2];
  return { ...as, window: clamped([inSight[0] - height, inSight[1] - width, inSight[2] + height, inSight[3] + width], rows, columns, 16 * block) };
}

/** Before anything is known of the picture: small whatever it is, and what comes says how large it is. */
export function firstRendition(manner: Manner): PictureRendition {
  return { as: 'picture', block: 4, ...ways(4, manner) };
}

function ways(block: number, { plane, scale, percent, slow }: Manner): Pick<PictureRendition, 'plane' | 'scale' | 'bits' | 'percent'> {
  const at = plane.some((index) => index > 0) ? { plane } : {};
  if (slow) return { ...at, scale, bits: 8, percent: percent ?? 0 };
  // 65534 steps are fine enough for any range and a square root, but not for the low end of a logarithm.
  return block === 1 ? { ...at, scale: 'linear', bits: 'exact' } : { ...at, scale: scale === 'log' ? 'log' : 'linear', bits: 16 };
}

type Window = readonly [row0: number, column0: number, row1: number, column1: number];

/** Within the array, and on multiples of `step` so that blocks lie where they lay before. */
function clamped([r0, c0, r1, c1]: Window, rows: number, columns: number, step: number): Window {
  const low = (edge: number, n: number) => Math.max(0, Math.min(n - 1, Math.floor(edge / step) * step));
  const high = (edge: number, n: number) => Math.max(1, Math.min(n, Math.ceil(edge / step) * step));
  return [low(r0, rows), low(c0, columns), high(r1, rows), high(c1, columns)];
}

function covers(outer: Window, inner: Window): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}

function sameButWindow(a: PictureRendition, b: PictureRendition): boolean {
  return a.block === b.block && a.bits === b.bits && a.scale === b.scale && a.percent === b.percent && String(a.plane) === String(b.plane);
}
