import type { Box, Mask } from './mask.ts';

/** Magenta is in none of the colour maps; RGBA in memory, little-endian. */
const MASKED = 0xb0c83cff;

/** A mask in colours, a pixel for each of the array, to be laid over its picture. */
export class MaskCanvas {
  readonly canvas = document.createElement('canvas');
  readonly #mask: Mask;

  constructor(mask: Mask) {
    this.#mask = mask;
    this.canvas.width = mask.columns;
    this.canvas.height = mask.rows;
    this.update(mask.all);
  }

  update({ r0, c0, r1, c1 }: Box): void {
    const { data, columns } = this.#mask;
    const g = this.canvas.getContext('2d')!;
    // In bands: a picture of many megapixels at once would take four times as much memory.
    for (let from = r0; from < r1; from += 256) {
      const to = Math.min(r1, from + 256);
      const image = new ImageData(c1 - c0, to - from);
      const words = new Uint32Array(image.data.buffer);
      for (let r = from, at = 0; r < to; r++) for (let c = c0; c < c1; c++, at++) if (data[r * columns + c] !== 0) words[at] = MASKED;
      g.putImageData(image, c0, from);
    }
  }
}
