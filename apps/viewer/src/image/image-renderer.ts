import type { PanelLabels } from '@trainyard/control';
import type { NdArray } from '@trainyard/nd';
import { drawAxes, drawOverlay, fitCanvas, ink, type Frame } from '../plot/draw-frame.ts';
import { logTicks, niceTicks } from '../plot/ticks.ts';
import { formatTick } from '../ui/format.ts';
import { axisMap, type AxisMap } from './axis-map.ts';
import { calmRange, percentileRange, validRange, type Range, type ScaleName } from './auto-range.ts';
import { colorTable, type ColorMapName } from './color-maps.ts';
import { blocksOf, fractionOf, Painter, type Window2d } from './paint-picture.ts';
import { pictureOf, valueAt, type Picture } from './picture.ts';
import { fitWindow, panWindow, rectWindow, zoomWindow } from './view-window.ts';

/** How one picture is shown; kept by the browser from visit to visit. */
export interface ImageSettings {
  readonly colorMap: ColorMapName;
  readonly scale: ScaleName;
  /** Percent cut off at either end of the automatic range; undefined: the range is set by hand. */
  readonly percent: number | undefined;
  readonly range: Range;
  /** Square pixels; undefined: unless the picture is a thin strip. */
  readonly equal: boolean | undefined;
}

export interface Reading {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** Longer than four times its width: with square pixels it would be a line. */
export const isStrip = (width: number, height: number): boolean => Math.max(width, height) > 4 * Math.min(width, height);

const margin = { left: 58, top: 8, right: 66, bottom: 38 };

/**
 * Draws one picture with axes and colour bar on a plain 2d canvas: on a machine without a GPU that costs a fraction of a
 * texture on software GL, a page may have any number of them (browsers stop at 16 GL contexts), and reduced pictures are
 * averaged where a float texture would drop pixels.
 */
export class ImageRenderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #inner = document.createElement('canvas');
  readonly #painter = new Painter();
  #image: ImageData | undefined;
  #array: NdArray | undefined;
  #labels: PanelLabels | undefined;
  #picture: Picture | undefined;
  #axes: { x: AxisMap; y: AxisMap } | undefined;
  #index: readonly number[] = [];
  #settings: ImageSettings;
  #auto: Range | undefined;
  #zoom: Window2d | undefined;
  #size = { width: 0, height: 0 };
  /** Set while the user draws a rectangle, in CSS pixels of the canvas. */
  selection: readonly [number, number, number, number] | undefined;
  /** Row 0 at the bottom, as a plot with coordinates is read. */
  #flipY = false;

  constructor(canvas: HTMLCanvasElement, settings: ImageSettings) {
    this.#canvas = canvas;
    this.#settings = settings;
  }

  get range(): Range {
    return validRange(this.#settings.percent === undefined ? this.#settings.range : (this.#auto ?? [0, 1]), this.#settings.scale);
  }
  get #equal(): boolean {
    return this.#settings.equal ?? !isStrip(this.#picture?.width ?? 1, this.#picture?.height ?? 1);
  }
  get zoomed(): boolean {
    return this.#zoom !== undefined;
  }

  set(settings: ImageSettings, index: readonly number[]): void {
    if (settings.scale !== this.#settings.scale || settings.percent !== this.#settings.percent) this.#auto = undefined;
    if (settings.equal !== this.#settings.equal) this.#zoom = undefined;
    this.#settings = settings;
    this.#index = index;
    if (this.#array) this.show(this.#array, this.#labels, this.#flipY);
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    if (this.#zoom) this.#zoom = rectWindow([this.#zoom.x0, this.#zoom.y0], [this.#zoom.x1, this.#zoom.y1], this.frame.width, this.frame.height, this.#equal);
    this.draw();
  }

  show(array: NdArray, labels: PanelLabels | undefined, flipY = false): void {
    const picture = pictureOf(array, this.#index);
    if (picture.width !== this.#picture?.width || picture.height !== this.#picture.height) this.#zoom = undefined;
    if (labels !== this.#labels || picture.width !== this.#picture?.width || picture.height !== this.#picture.height || !this.#axes) {
      const axes = labels?.axes?.slice(-2);
      this.#axes = {
        x: axisMap(axes?.at(-1), picture.width, 'x (px)'),
        y: axisMap(axes && axes.length > 1 ? axes[0] : undefined, picture.height, 'y (px)'),
      };
    }
    this.#array = array;
    this.#labels = labels;
    this.#picture = picture;
    this.#flipY = flipY;
    const { percent, scale } = this.#settings;
    if (percent !== undefined) {
      const next = percentileRange(picture, percent, 100 - percent, scale === 'log');
      if (next) this.#auto = calmRange(this.#auto, next);
    }
    this.draw();
  }

  get frame(): Frame {
    let width = Math.max(8, Math.floor(this.#size.width - margin.left - margin.right));
    let height = Math.max(8, Math.floor(this.#size.height - margin.top - margin.bottom));
    const spare = width;
    const picture = this.#picture;
    if (this.#equal && picture && picture.width > 0 && picture.height > 0) {
      const scale = Math.min(width / picture.width, height / picture.height);
      width = Math.max(8, Math.round(picture.width * scale));
      height = Math.max(8, Math.round(picture.height * scale));
    }
    return { left: margin.left + ((spare - width) >> 1), top: margin.top, width, height };
  }

  draw(): void {
    const { width, height } = this.#size;
    if (width === 0 || height === 0) return;
    const { g, density } = fitCanvas(this.#canvas, width, height);
    g.clearRect(0, 0, width, height);
    const picture = this.#picture;
    if (!picture || !this.#axes || picture.width === 0 || picture.height === 0) return;
    const frame = this.frame;
    const view = this.#view();
    this.#paint(g, picture, view, frame, density);
    const { x, y } = this.#axes;
    const toX = (c: number) => frame.left + this.#along(x.toEdge(c), view.x0, view.x1, frame.width);
    const toY = (c: number) => frame.top + this.#down(y.toEdge(c), view, frame.height);
    const ticks = (map: AxisMap, from: number, to: number, room: number, place: (c: number) => number) =>
      niceTicks(map.toCoordinate(from), map.toCoordinate(to), room).map((tick) => [tick, place(tick)] as const);
    const inside = (at: number, size: number) => at >= -0.5 && at <= size + 0.5;
    drawAxes(g, frame,
      { label: x.label, ticks: ticks(x, Math.max(0, view.x0), Math.min(picture.width, view.x1), frame.width / 70, (c) => toX(c) - frame.left).filter(([, at]) => inside(at, frame.width)) },
      { label: y.label, ticks: ticks(y, Math.max(0, view.y0), Math.min(picture.height, view.y1), frame.height / 40, (c) => toY(c) - frame.top).filter(([, at]) => inside(at, frame.height)) });
    this.#drawColorBar(g, frame);
    if (this.#labels?.overlay) drawOverlay(g, frame, this.#labels.overlay, toX, toY);
    if (this.selection) {
      const [x0, y0, x1, y1] = this.selection;
      g.strokeStyle = ink.overlay;
      g.setLineDash([4, 3]);
      g.strokeRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
      g.setLineDash([]);
    }
  }

  /** What lies under a point of the canvas; undefined outside the picture. */
  read(px: number, py: number): Reading | undefined {
    const at = this.#toPicture(px, py);
    if (!at || !this.#picture || !this.#axes) return undefined;
    const [col, row] = [Math.floor(at[0]), Math.floor(at[1])];
    const value = valueAt(this.#picture, row, col);
    return value === undefined ? undefined : { x: this.#axes.x.toCoordinate(col + 0.5), y: this.#axes.y.toCoordinate(row + 0.5), value };
  }

  zoomAt(px: number, py: number, factor: number): void {
    const at = this.#toPicture(px, py);
    if (!at || !this.#picture) return;
    this.#zoom = zoomWindow(this.#view(), factor, at[0], at[1], Math.max(this.#picture.width, this.#picture.height));
    this.draw();
  }

  pan(dx: number, dy: number): void {
    const { width, height } = this.frame;
    const view = this.#view();
    this.#zoom = panWindow(view, (-dx * (view.x1 - view.x0)) / width, ((this.#flipY ? dy : -dy) * (view.y1 - view.y0)) / height);
    this.draw();
  }

  zoomTo(x0: number, y0: number, x1: number, y1: number): void {
    const [a, b] = [this.#toPicture(x0, y0, true), this.#toPicture(x1, y1, true)];
    if (a && b) this.#zoom = rectWindow(a, b, this.frame.width, this.frame.height, this.#equal);
    this.draw();
  }

  reset(): void {
    this.#zoom = undefined;
    this.draw();
  }

  #view(): Window2d {
    const { width, height } = this.frame;
    return this.#zoom ?? fitWindow(this.#picture?.width ?? 1, this.#picture?.height ?? 1, width, height, this.#equal);
  }

  #along(edge: number, from: number, to: number, size: number): number {
    return ((edge - from) / (to - from)) * size;
  }

  #down(edge: number, view: Window2d, size: number): number {
    const at = this.#along(edge, view.y0, view.y1, size);
    return this.#flipY ? size - at : at;
  }

  #toPicture(px: number, py: number, clamped = false): [number, number] | undefined {
    const { left, top, width, height } = this.frame;
    const clamp = (v: number, size: number) => (clamped ? Math.min(size, Math.max(0, v)) : v);
    const [fx, fy] = [clamp(px - left, width) / width, clamp(py - top, height) / height];
    if (fx < 0 || fy < 0 || fx > 1 || fy > 1) return undefined;
    const view = this.#view();
    return [view.x0 + fx * (view.x1 - view.x0), view.y0 + (this.#flipY ? 1 - fy : fy) * (view.y1 - view.y0)];
  }

  /** Paints what is in sight in whole blocks of pixels and lays that onto the frame; enlarged pixels stay squares, reduced ones are smoothed. */
  #paint(g: CanvasRenderingContext2D, picture: Picture, view: Window2d, frame: Frame, density: number): void {
    const blocks = blocksOf(view, picture, frame.width * density, frame.height * density);
    const { c0, r0, rows, columns, block } = blocks;
    if (rows === 0 || columns === 0) return;
    if (this.#image?.width !== columns || this.#image.height !== rows) {
      this.#inner.width = columns;
      this.#inner.height = rows;
      this.#image = new ImageData(columns, rows);
    }
    this.#painter.paint(picture, blocks, new Uint32Array(this.#image.data.buffer), { table: colorTable(this.#settings.colorMap), range: this.range, scale: this.#settings.scale });
    this.#inner.getContext('2d')!.putImageData(this.#image, 0, 0);
    g.save();
    g.beginPath();
    g.rect(frame.left, frame.top, frame.width, frame.height);
    g.clip();
    g.translate(frame.left, this.#flipY ? frame.top + frame.height : frame.top);
    g.scale(frame.width / (view.x1 - view.x0), ((this.#flipY ? -1 : 1) * frame.height) / (view.y1 - view.y0));
    g.imageSmoothingEnabled = view.x1 - view.x0 > frame.width * density;
    g.drawImage(this.#inner, c0 - view.x0, r0 - view.y0, columns * block, rows * block);
    g.restore();
  }

  #drawColorBar(g: CanvasRenderingContext2D, frame: Frame): void {
    const { scale, colorMap } = this.#settings;
    const range = this.range;
    const left = frame.left + frame.width + 12;
    const table = colorTable(colorMap);
    const gradient = g.createLinearGradient(0, frame.top + frame.height, 0, frame.top);
    for (let k = 0; k <= 16; k++) {
      const word = table[Math.round((k / 16) * 255)];
      gradient.addColorStop(k / 16, `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`);
    }
    g.fillStyle = gradient;
    g.fillRect(left, frame.top, 10, frame.height);
    g.fillStyle = ink.text;
    g.font = ink.font;
    g.textAlign = 'left';
    g.textBaseline = 'middle';
    const ticks = scale === 'log' ? logTicks(...range) : niceTicks(...range, frame.height / 45);
    for (const tick of ticks) {
      const at = frame.top + frame.height * (1 - fractionOf(tick, range, scale));
      g.fillRect(left + 10, Math.round(at), 3, 1);
      g.fillText(formatTick(tick), left + 15, at);
    }
    const unit = this.#labels?.unit;
    if (unit) g.fillText(unit, left, frame.top + frame.height + 27);
  }
}
