import { blocksOf, Painter, type Blocks, type Coloring, type Window2d } from './paint-picture.ts';
import type { Patch } from './patch.ts';

/** A patch of so many elements is coloured whole, and can then be moved without colouring again. */
const WHOLE = 1_500_000;

/** One patch in colours, on a canvas of its own that is laid onto the panel's: moving it costs one copy. */
export class Surface {
  readonly #canvas = document.createElement('canvas');
  readonly #painter = new Painter();
  #image: ImageData | undefined;
  #words: Uint32Array | undefined;
  #patch: Patch | undefined;
  #painted: Blocks | undefined;
  #colors = '';

  get patch(): Patch | undefined {
    return this.#patch;
  }

  put(patch: Patch | undefined): void {
    this.#patch = patch;
    this.#painted = undefined;
  }

  /**
   * Lays what is in sight (edges of the array) onto `g`, whose units are pixels of the array; `perPixel` of them are one of the screen, along the axis
   * that has fewer. Enlarged pixels stay squares, reduced ones are smoothed.
   */
  draw(g: CanvasRenderingContext2D, inSight: Window2d, perPixel: number, coloring: Coloring): void {
    const patch = this.#patch;
    if (!patch) return;
    const { block, picture, window: [r0, c0] } = patch;
    const step = Math.max(1, Math.floor(perPixel / block));
    const seen = { x0: (inSight.x0 - c0) / block, x1: (inSight.x1 - c0) / block, y0: (inSight.y0 - r0) / block, y1: (inSight.y1 - r0) / block };
    const colors = `${coloring.scale} ${coloring.range.join()} ${coloring.table[0]} ${coloring.table[64]} ${coloring.table[192]} ${coloring.table[255]}`;
    if (!this.#painted || colors !== this.#colors || !serves(this.#painted, seen, step, picture.width, picture.height)) {
      this.#paint(patch, picture.width * picture.height <= WHOLE * step * step ? everything : widened(seen, step), step, coloring);
      this.#colors = colors;
    }
    const blocks = this.#painted!;
    if (blocks.rows === 0 || blocks.columns === 0) return;
    g.imageSmoothingEnabled = perPixel > block * blocks.block;
    g.drawImage(this.#canvas, c0 + blocks.c0 * block, r0 + blocks.r0 * block, blocks.columns * blocks.block * block, blocks.rows * blocks.block * block);
  }

  #paint({ picture, codes }: Patch, part: Window2d, step: number, coloring: Coloring): void {
    const blocks = blocksOf(part, picture, step);
    this.#painted = blocks;
    const { rows, columns } = blocks;
    if (rows === 0 || columns === 0) return;
    if (this.#image?.width !== columns || this.#image.height !== rows) {
      this.#canvas.width = columns;
      this.#canvas.height = rows;
      this.#image = new ImageData(columns, rows);
      this.#words = new Uint32Array(this.#image.data.buffer);
    }
    this.#painter.paint(picture, blocks, this.#words!, coloring, codes);
    this.#canvas.getContext('2d')!.putImageData(this.#image, 0, 0);
  }
}

const everything: Window2d = { x0: 0, y0: 0, x1: Infinity, y1: Infinity };

/** With a quarter more on each side, and beginning where blocks of `step` begin: they do not creep while the picture is moved. */
function widened({ x0, x1, y0, y1 }: Window2d, step: number): Window2d {
  const [dx, dy] = [(x1 - x0) / 4, (y1 - y0) / 4];
  const begin = (edge: number) => Math.max(0, Math.floor(edge / step) * step);
  return { x0: begin(x0 - dx), x1: x1 + dx, y0: begin(y0 - dy), y1: y1 + dy };
}

/** Whether what is painted reaches as far as is seen, at least as fine as is asked for and not twice as fine. */
function serves({ c0, c1, r0, r1, block }: Blocks, { x0, x1, y0, y1 }: Window2d, step: number, width: number, height: number): boolean {
  return block <= step && step < 2 * block && c0 <= Math.max(0, x0) && r0 <= Math.max(0, y0) && c1 >= Math.min(width, x1) && r1 >= Math.min(height, y1);
}
