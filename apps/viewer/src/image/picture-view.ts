import type { PanelLabels } from '@trainyard/control';
import { fitCanvas, type Frame } from '../plot/draw-frame.ts';
import type { Pen } from '../plot/svg-plot.ts';
import { calmRange, validRange, type Range, type ScaleName } from './auto-range.ts';
import { axisMap } from './axis-map.ts';
import { drawColorBar } from './color-bar.ts';
import { colorTable, type ColorMapName } from './color-maps.ts';
import { automaticRange, barSpan, countValues } from './levels.ts';
import { drawPictureAxes, type PictureAxes } from './draw-picture-axes.ts';
import type { Window2d } from './paint-picture.ts';
import { isWhole, patchValue, type Patch } from './patch.ts';
import type { Placement } from './placement.ts';
import { Surface } from './surface.ts';
import type { Extent, Point } from './turn.ts';
import { BAR_NUMBERS, margin, Viewport, type Pose } from './viewport.ts';

/** How a picture is shown. */
export interface Look extends Pose {
  readonly colorMap: ColorMapName;
  readonly scale: ScaleName;
  /** Percent cut off at either end of the automatic range; undefined: the range is set by hand. */
  readonly percent: number | undefined;
  readonly range: Range;
}

/**
 * Draws a picture with axes and colour bar on a plain 2d canvas: on a machine without a GPU that costs a fraction of a texture on software GL, and a
 * page may have any number of them (browsers stop at 16 GL contexts). It shows what came last, wherever it is moved, until something finer comes.
 */
export class PictureView {
  readonly port = new Viewport();
  readonly #canvas: HTMLCanvasElement;
  /** The whole picture as it came last, and the part of it that was asked for when zoomed in. */
  readonly #base = new Surface();
  readonly #detail = new Surface();
  readonly #counts = new Float64Array(64);
  #look: Look;
  #labels: PanelLabels | undefined;
  #axes: PictureAxes | undefined;
  #auto: Range | undefined;
  #span: Range | undefined;
  #pending = 0;
  #counted: readonly [Patch?, Range?] = [];
  /** Laid over the picture, a pixel for each of the array. */
  #mask: HTMLCanvasElement | undefined;
  /** The ends of the bar stay while they are dragged. */
  holdsBar = false;

  constructor(canvas: HTMLCanvasElement, look: Look) {
    this.#canvas = canvas;
    this.#look = look;
    this.port.pose({ equal: look.equal, turn: look.turn });
    this.port.subscribe(() => this.drawSoon());
  }

  /** What is drawn on top of the others: the finest that is there. */
  get patch(): Patch | undefined {
    return this.#detail.patch ?? this.#base.patch;
  }
  get labels(): PanelLabels | undefined {
    return this.#labels;
  }
  get axes(): PictureAxes | undefined {
    return this.#axes;
  }
  get range(): Range {
    return validRange(this.#look.percent === undefined ? this.#look.range : (this.#auto ?? [0, 1]), this.#look.scale);
  }
  get span(): Range {
    return this.#span ?? this.range;
  }
  get look(): Look {
    return this.#look;
  }

  /** The value at a point of the array, and how many pixels it is the mean of (along one side). */
  valueAt([x, y]: Point): { readonly value: number; readonly block: number; readonly isExact: boolean } | undefined {
    for (const { patch } of [this.#detail, this.#base]) {
      const value = patch && patchValue(patch, Math.floor(y), Math.floor(x));
      if (value !== undefined) return { value, block: patch!.block, isExact: patch!.codes === undefined };
    }
    return undefined;
  }

  set(look: Look): void {
    const before = this.#look;
    if (look.scale !== before.scale || look.percent !== before.percent) [this.#auto, this.#span] = [undefined, undefined];
    this.#look = look;
    this.port.pose({ equal: look.equal, turn: look.turn });
    if (this.patch) this.#level(this.patch);
    this.drawSoon();
  }

  resize(width: number, height: number): void {
    this.port.resize(width, height);
    this.draw();
  }

  /** Shows a value as it came, or all that is there of one train, the coarsest first. */
  show(patches: readonly Patch[], labels: PanelLabels | undefined): void {
    for (const patch of patches) {
      const { rows, columns } = patch;
      if (rows !== this.port.extent.rows || columns !== this.port.extent.columns) this.#begin({ rows, columns });
      if (isWhole(patch)) {
        this.#base.put(patch);
        this.#detail.put(undefined);
      } else this.#detail.put(patch);
    }
    if (labels !== this.#labels || !this.#axes) {
      this.#labels = labels;
      const axes = labels?.axes?.slice(-2);
      this.#axes = { x: axisMap(axes?.at(-1), this.port.extent.columns, 'x (px)'), y: axisMap(axes && axes.length > 1 ? axes[0] : undefined, this.port.extent.rows, 'y (px)') };
    }
    if (this.patch) this.#level(this.patch);
    this.draw();
  }

  setMask(mask: HTMLCanvasElement | undefined): void {
    this.#mask = mask;
    this.drawSoon();
  }

  drawSoon(): void {
    this.#pending ||= requestAnimationFrame(() => this.draw());
  }

  dispose(): void {
    cancelAnimationFrame(this.#pending);
  }

  draw(): void {
    cancelAnimationFrame(this.#pending);
    this.#pending = 0;
    const { width, height } = this.port.size;
    if (width === 0 || height === 0) return;
    const { g, density } = fitCanvas(this.#canvas, width, height);
    g.clearRect(0, 0, width, height);
    const placement = this.port.placement();
    if (!placement || !this.#axes) return;
    this.#paint(g, placement.frame, density);
    this.#drawFrame(g, placement);
  }

  /** The same for a file, no wider than it needs to be; undefined where there is no picture. */
  drawing(): { readonly width: number; readonly height: number; readonly draw: (pen: Pen) => void } | undefined {
    const placement = this.port.placement();
    if (!placement || !this.#axes) return undefined;
    const { frame, bar } = placement;
    const left = frame.left - margin.left;
    return {
      width: bar.left + bar.width + BAR_NUMBERS - left,
      height: this.port.size.height,
      draw: (pen) => {
        const pixels = Object.assign(document.createElement('canvas'), { width: frame.width * 2, height: frame.height * 2 });
        const g = pixels.getContext('2d')!;
        g.scale(2, 2);
        g.translate(-frame.left, -frame.top);
        this.#paint(g, frame, 2);
        pen.save();
        pen.translate(-left, 0);
        pen.drawImage(pixels, frame.left, frame.top, frame.width, frame.height);
        this.#drawFrame(pen, placement);
        pen.restore();
      },
    };
  }

  #begin(extent: Extent): void {
    this.#base.put(undefined);
    this.#detail.put(undefined);
    [this.#axes, this.#auto, this.#span] = [undefined, undefined, undefined];
    this.port.begin(extent);
  }

  #level(patch: Patch): void {
    const { percent, scale } = this.#look;
    const next = percent === undefined ? undefined : automaticRange(patch, percent, scale);
    if (next) this.#auto = calmRange(this.#auto, next);
    if (!this.holdsBar) this.#span = calmRange(this.#span, barSpan(patch, this.range, scale));
  }

  #count(patch: Patch): Float64Array {
    // Once for each value, not for each step of a movement.
    if (patch !== this.#counted[0] || this.span !== this.#counted[1]) {
      this.#counted = [patch, this.span];
      countValues(patch, this.span, this.#look.scale, this.#counts);
    }
    return this.#counts;
  }

  #paint(g: CanvasRenderingContext2D, frame: Frame, density: number): void {
    const { toScreen, rows, columns } = this.port.placement()!;
    const inSight = this.port.inSight();
    const perPixel = this.port.perPixel() / density;
    const coloring = { table: colorTable(this.#look.colorMap), range: this.range, scale: this.#look.scale };
    const [origin, right, down] = [toScreen([0, 0]), toScreen([1, 0]), toScreen([0, 1])];
    const onArray = (draw: () => void) => {
      g.save();
      g.beginPath();
      g.rect(frame.left, frame.top, frame.width, frame.height);
      g.clip();
      g.transform(right[0] - origin[0], right[1] - origin[1], down[0] - origin[0], down[1] - origin[1], ...origin);
      // A last block may reach over the edge.
      g.beginPath();
      g.rect(0, 0, columns, rows);
      g.clip();
      draw();
      g.restore();
    };
    const detail = this.#detail.patch;
    if (!detail || !isCovered(inSight, detail)) {
      onArray(() => {
        // What lies beyond the part at hand is of an earlier train, until the next part comes.
        if (detail && detail.trainId !== this.#base.patch?.trainId) g.globalAlpha = 0.4;
        this.#base.draw(g, inSight, perPixel, coloring);
      });
    }
    if (detail) onArray(() => this.#detail.draw(g, inSight, perPixel, coloring));
    const mask = this.#mask;
    if (mask) {
      onArray(() => {
        g.imageSmoothingEnabled = perPixel > 1;
        g.drawImage(mask, 0, 0);
      });
    }
  }

  #drawFrame(pen: Pen, placement: Placement): void {
    const { scale, colorMap, turn } = this.#look;
    const patch = this.patch;
    drawPictureAxes(pen, placement, turn, this.#axes!, this.#labels?.overlay ?? []);
    drawColorBar(pen, { frame: placement.bar, span: this.span, range: this.range, scale, table: colorTable(colorMap), counts: patch && this.port.hasCounts ? this.#count(patch) : undefined, unit: this.#labels?.unit });
  }
}

function isCovered({ x0, x1, y0, y1 }: Window2d, { window: [r0, c0, r1, c1], rows, columns }: Patch): boolean {
  return c0 <= Math.max(0, x0) && r0 <= Math.max(0, y0) && c1 >= Math.min(columns, x1) && r1 >= Math.min(rows, y1);
}
