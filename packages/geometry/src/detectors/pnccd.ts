import type { NdArray } from '@trainyard/nd';
import { Geometry } from '../geometry.ts';
import { grid, type Layout } from '../layout.ts';
import { plus, type Vector } from '../tile.ts';

const PIXEL = 75e-6;
const [SS, FS] = [512, 1024];

/** Both halves come as one frame, too. */
function inHalves(data: NdArray): NdArray {
  const [rows, columns] = data.shape.slice(-2);
  return rows === 2 * SS && columns === FS ? data.reshape(...data.shape.slice(0, -2), 2, SS, FS) : data;
}

export const PNCCD: Layout = { name: 'pnCCD', pixelSize: PIXEL, cell: [PIXEL, PIXEL], module: [SS, FS], modules: 2, tile: [SS, FS], places: grid(1, 1, [SS, FS]), quadrants: 0, firstModule: 0, reshape: inHalves };

/** pnCCD by the first pixel of its upper and its lower half, in metres. */
export function pnccd({ top, bottom }: { readonly top: Vector; readonly bottom: Vector }): Geometry {
  const half = { ss: [0, -PIXEL, 0], fs: [PIXEL, 0, 0], ssPixels: SS, fsPixels: FS } as const;
  return new Geometry(PNCCD, [[{ ...half, corner: top }], [{ ...half, corner: bottom }]]);
}

export interface PnccdGapOptions {
  /** Between the halves, in metres; default 4 mm. */
  readonly gap?: number;
  /** Further shifts of the halves, in metres. */
  readonly top?: Vector;
  readonly bottom?: Vector;
}

/** pnCCD with its halves on both sides of the origin. */
export function pnccdWithGap({ gap = 4e-3, top = [0, 0, 0], bottom = [0, 0, 0] }: PnccdGapOptions = {}): Geometry {
  const left = (-FS / 2) * PIXEL;
  return pnccd({ top: plus(top, [left, gap / 2 + SS * PIXEL, 0]), bottom: plus(bottom, [left, -gap / 2, 0]) });
}
