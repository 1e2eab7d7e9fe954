import type { PanelLabels } from '@trainyard/control';
import { drawAxes, drawOverlay, fitCanvas, type Frame } from '../plot/draw-frame.ts';
import type { Pen } from '../plot/svg-plot.ts';
import { niceTicks } from '../plot/ticks.ts';
import { calmRange, validRange, type Range, type ScaleName } from './auto-range.ts';
import { axisMap, type AxisMap } from './axis-map.ts';
import type { Need } from './choose-rendition.ts';
import { BAR_WIDTH, HISTOGRAM_WIDTH, drawColorBar } from './color-bar.ts';
import { colorTable, type ColorMapName } from './color-maps.ts';
import { automaticRange, barSpan, countValues } from './levels.ts';
import type { Window2d } from './paint-picture.ts';
import { isWhole, patchValue, type Patch } from './patch.ts';
import { Surface } from './surface.ts';
import { fromTurned, toTurned, turnedSize, type Extent, type Point, type Turn } from './turn.ts';
import { fitWindow, panWindow, rectWindow, zoomWindow } from './view-window.ts';

/** How a picture is shown. */
export interface Look {
  readonly colorMap: ColorMapName;
  readonly scale: ScaleName;
  /** Percent cut off at either end of the automatic range; undefined: the range is set by hand. */
  readonly percent: number | undefined;
  readonly range: Range;
  /** Square pixels; undefined: unless the picture is a thin strip. */
  readonly equal: boolean | undefined;
  readonly turn: Turn;
}

/** Between the array (pixel edges, x counts columns) and the panel (CSS pixels of the canvas). Another one whenever the picture moves. */
export interface Placement extends Extent {
  readonly frame: Frame;
  readonly bar: Frame;
  readonly toScreen: (point: Point) => Point;
  readonly toArray: (point: Point) => Point;
}

/** Longer than four times its width: with square pixels it would be a line. */
export const isStrip = (width: number, height: number): boolean => Math.max(width, height) > 4 * Math.min(width, height);

const margin = { left: 58, top: 6, bottom: 36 };
const ROOM_FOR_COUNTS = 330;

/**
 * Draws a picture with axes and colour bar on a plain 2d canvas: on a machine without a GPU that costs a fraction of a texture on software GL, and a
 * page may have any number of them (browsers stop at 16 GL contexts). It shows what came last, wherever it is moved, until something finer comes.
 */
export class PictureView {
  readonly #canvas: HTMLCanvasElement;
  /** The whole picture as it came last, and the part of it that was asked for when zoomed in. */
  readonly #base = new Surface();
  readonly #detail = new Surface();
  readonly #counts = new Float64Array(64);
  readonly #listeners = new Set<() => void>();
  #look: Look;
  #labels: PanelLabels | undefined;
  #axes: { x: AxisMap; y: AxisMap } | undefined;
  #extent: Extent = { rows: 0, columns: 0 };
  #size = { width: 0, height: 0 };
  #auto: Range | undefined;
  #span: Range | undefined;
  #zoom: Window2d | undefined;
  /** Edges of the array that were to be shown before it was known how large it is. */
  #wish: Window2d | undefined;
  #placement: Placement | undefined;
  #pending = 0;
  #counted: readonly [Patch?, Range?] = [];
  /** Laid over the picture, a pixel for each of the array. */
  #mask: HTMLCanvasElement | undefined;
  /** The ends of the bar stay while they are dragged. */
  holdsBar = false;

  constructor(canvas: HTMLCanvasElement, look: Look) {
    this.#canvas = canvas;
    this.#look = look;
  }

  /** What is drawn on top of the others: the finest that is there. */
  get patch(): Patch | undefined {
    return this.#detail.patch ?? this.#base.patch;
  }
  get labels(): PanelLabels | undefined {
    return this.#labels;
  }
  get axes(): { readonly x: AxisMap; readonly y: AxisMap } | undefined {
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
  get zoomed(): boolean {
    return this.#zoom !== undefined;
  }

  /** The value at a point of the array, and how many pixels it is the mean of (along one side). */
  valueAt([x, y]: Point): { readonly value: number; readonly block: number; readonly isExact: boolean } | undefined {
    for (const { patch } of [this.#detail, this.#base]) {
      const value = patch && patchValue(patch, Math.floor(y), Math.floor(x));
      if (value !== undefined) return { value, block: patch!.block, isExact: patch!.codes === undefined };
    }
    return undefined;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Undefined before there is a picture. */
  readonly placement = (): Placement | undefined => {
    if (this.#extent.columns === 0 || this.#size.width === 0) return undefined;
    return (this.#placement ??= this.#place());
  };

  set(look: Look): void {
    const before = this.#look;
    if (look.scale !== before.scale || look.percent !== before.percent) [this.#auto, this.#span] = [undefined, undefined];
    const inSight = this.#zoom && this.#inSight();
    this.#look = look;
    if (JSON.stringify(look.turn) !== JSON.stringify(before.turn) || look.equal !== before.equal) {
      this.#zoom = undefined;
      if (inSight) this.showPart(inSight);
      this.#moved();
    }
    if (this.patch) this.#level(this.patch);
    this.drawSoon();
  }

  resize(width: number, height: number): void {
    const inSight = this.#zoom && this.#inSight();
    this.#size = { width, height };
    this.#moved();
    if (inSight) this.showPart(inSight);
    this.draw();
  }

  /** Shows a value as it came, or all that is there of one train, the coarsest first. */
  show(patches: readonly Patch[], labels: PanelLabels | undefined): void {
    for (const patch of patches) {
      const { rows, columns } = patch;
      if (rows !== this.#extent.rows || columns !== this.#extent.columns) this.#begin({ rows, columns });
      if (isWhole(patch)) {
        this.#base.put(patch);
        this.#detail.put(undefined);
      } else this.#detail.put(patch);
    }
    if (labels !== this.#labels || !this.#axes) {
      this.#labels = labels;
      const axes = labels?.axes?.slice(-2);
      this.#axes = { x: axisMap(axes?.at(-1), this.#extent.columns, 'x (px)'), y: axisMap(axes && axes.length > 1 ? axes[0] : undefined, this.#extent.rows, 'y (px)') };
    }
    if (this.patch) this.#level(this.patch);
    this.draw();
  }

  /** Moves by pixels of the screen. */
  pan(dx: number, dy: number): void {
    const { width, height } = this.#frame();
    const view = this.#view();
    this.#zoomTo(panWindow(view, (-dx * (view.x1 - view.x0)) / width, (-dy * (view.y1 - view.y0)) / height));
  }

  /** Grows or shrinks about a point of the panel. */
  zoomAt(px: number, py: number, factor: number): void {
    if (this.#extent.columns === 0) return;
    const [u, v] = this.#toView([px, py]);
    this.#zoomTo(zoomWindow(this.#view(), factor, u, v, Math.max(...turnedSize(this.#extent, this.#look.turn))));
  }

  /** Fills the panel with a rectangle that was drawn on it. */
  zoomToRectangle([px0, py0]: Point, [px1, py1]: Point): void {
    const { width, height } = this.#frame();
    this.#zoomTo(rectWindow(this.#toView([px0, py0], true), this.#toView([px1, py1], true), width, height, this.#equal));
  }

  fit(): void {
    this.#wish = undefined;
    this.#zoomTo(undefined);
  }

  /** One pixel of the picture on one of the screen, about the middle of what is in sight. */
  oneToOne(): void {
    const { width, height } = this.#frame();
    const view = this.#view();
    const density = Math.min(2, globalThis.devicePixelRatio || 1);
    const [u, v, w, h] = [(view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2, (width * density) / 2, (height * density) / 2];
    this.#zoomTo({ x0: u - w, x1: u + w, y0: v - h, y1: v + h });
  }

  /** Edges of the array that are in sight where it is zoomed; undefined: all of it. */
  get part(): Window2d | undefined {
    return this.#zoom && this.#inSight();
  }

  showPart(part: Window2d | undefined): void {
    if (!part) return this.fit();
    if (this.#extent.columns === 0 || this.#size.width === 0) {
      this.#wish = part;
      return;
    }
    const { turn } = this.#look;
    const { width, height } = this.#frame();
    this.#zoomTo(rectWindow(toTurned([part.x0, part.y0], this.#extent, turn), toTurned([part.x1, part.y1], this.#extent, turn), width, height, this.#equal));
  }

  /** What would have to be there to show this part as fine as the screen can. */
  need(): Need | undefined {
    if (this.#extent.columns === 0 || this.#size.width === 0) return undefined;
    return { ...this.#extent, ...this.#inSight(), perPixel: this.#perPixel() / Math.min(2, globalThis.devicePixelRatio || 1) };
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
    const { width, height } = this.#size;
    if (width === 0 || height === 0) return;
    const { g, density } = fitCanvas(this.#canvas, width, height);
    g.clearRect(0, 0, width, height);
    const placement = this.placement();
    if (!placement || !this.#axes) return;
    this.#paint(g, placement.frame, density);
    this.#drawFrame(g, placement);
  }

  /** The same on paper, or in a file. */
  drawOn(pen: Pen): void {
    const placement = this.placement();
    if (!placement || !this.#axes) return;
    const { width, height } = this.#size;
    const pixels = Object.assign(document.createElement('canvas'), { width: width * 2, height: height * 2 });
    const g = pixels.getContext('2d')!;
    g.scale(2, 2);
    this.#paint(g, placement.frame, 2);
    pen.drawImage(pixels, 0, 0, width, height);
    this.#drawFrame(pen, placement);
  }

  get size(): { readonly width: number; readonly height: number } {
    return this.#size;
  }

  #begin(extent: Extent): void {
    this.#extent = extent;
    this.#base.put(undefined);
    this.#detail.put(undefined);
    [this.#zoom, this.#axes, this.#auto, this.#span] = [undefined, undefined, undefined, undefined];
    this.#moved();
    const wish = this.#wish;
    this.#wish = undefined;
    if (wish) this.showPart(wish);
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

  get #equal(): boolean {
    return this.#look.equal ?? !isStrip(this.#extent.columns, this.#extent.rows);
  }

  #zoomTo(view: Window2d | undefined): void {
    this.#zoom = view;
    this.#moved();
    this.drawSoon();
  }

  #moved(): void {
    this.#placement = undefined;
    for (const listener of this.#listeners) listener();
  }

  #frame(): Frame {
    const right = 48 + BAR_WIDTH + (this.#hasCounts ? HISTOGRAM_WIDTH : 4);
    const room = { width: Math.max(8, Math.floor(this.#size.width - margin.left - right)), height: Math.max(8, Math.floor(this.#size.height - margin.top - margin.bottom)) };
    const [columns, rows] = turnedSize(this.#extent, this.#look.turn);
    if (!this.#equal || columns === 0 || rows === 0) return { left: margin.left, top: margin.top, ...room };
    const scale = Math.min(room.width / columns, room.height / rows);
    const [width, height] = [Math.max(8, Math.round(columns * scale)), Math.max(8, Math.round(rows * scale))];
    return { left: margin.left + ((room.width - width) >> 1), top: margin.top, width, height };
  }

  get #hasCounts(): boolean {
    return this.#size.width >= ROOM_FOR_COUNTS;
  }

  /** What is in sight, of the picture as it lies on the screen. */
  #view(): Window2d {
    const { width, height } = this.#frame();
    return this.#zoom ?? fitWindow(...turnedSize(this.#extent, this.#look.turn), width, height, this.#equal);
  }

  /** The same as edges of the array. */
  #inSight(): Window2d {
    const { x0, x1, y0, y1 } = this.#view();
    const [a, b] = [fromTurned([x0, y0], this.#extent, this.#look.turn), fromTurned([x1, y1], this.#extent, this.#look.turn)];
    return { x0: Math.min(a[0], b[0]), x1: Math.max(a[0], b[0]), y0: Math.min(a[1], b[1]), y1: Math.max(a[1], b[1]) };
  }

  /** Pixels of the picture in one CSS pixel, along the axis that has fewer. */
  #perPixel(): number {
    const { width, height } = this.#frame();
    const view = this.#view();
    return Math.min((view.x1 - view.x0) / width, (view.y1 - view.y0) / height);
  }

  #toView([px, py]: Point, isClamped = false): Point {
    const { left, top, width, height } = this.#frame();
    const view = this.#view();
    const part = (v: number, size: number) => (isClamped ? Math.min(1, Math.max(0, v / size)) : v / size);
    return [view.x0 + part(px - left, width) * (view.x1 - view.x0), view.y0 + part(py - top, height) * (view.y1 - view.y0)];
  }

  #place(): Placement {
    const [frame, view, extent, { turn }] = [this.#frame(), this.#view(), this.#extent, this.#look];
    const [sx, sy] = [frame.width / (view.x1 - view.x0), frame.height / (view.y1 - view.y0)];
    const bar: Frame = { left: frame.left + frame.width + (this.#hasCounts ? HISTOGRAM_WIDTH + 4 : 10), top: frame.top, width: BAR_WIDTH, height: frame.height };
    return {
      ...extent, frame, bar,
      toScreen: (point) => {
        const [u, v] = toTurned(point, extent, turn);
        return [frame.left + (u - view.x0) * sx, frame.top + (v - view.y0) * sy];
      },
      toArray: ([px, py]) => fromTurned([view.x0 + (px - frame.left) / sx, view.y0 + (py - frame.top) / sy], extent, turn),
    };
  }

  #paint(g: CanvasRenderingContext2D, frame: Frame, density: number): void {
    const { toScreen, rows, columns } = this.placement()!;
    const inSight = this.#inSight();
    const perPixel = this.#perPixel() / density;
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

  #drawFrame(g: Pen, { frame, bar, toScreen, toArray }: Placement): void {
    const { x, y } = this.#axes!;
    const { swap } = this.#look.turn;
    const { rows, columns } = this.#extent;
    const corners = [toArray([frame.left, frame.top]), toArray([frame.left + frame.width, frame.top + frame.height])] as const;
    const ticks = (map: AxisMap, axis: 0 | 1, n: number, room: number, place: (edge: number) => number, size: number) => {
      const edges = [Math.min(n, Math.max(0, corners[0][axis])), Math.min(n, Math.max(0, corners[1][axis]))];
      return niceTicks(map.toCoordinate(edges[0]), map.toCoordinate(edges[1]), room).map((tick) => [tick, place(map.toEdge(tick))] as const).filter(([, at]) => at >= -0.5 && at <= size + 0.5);
    };
    const [across, along] = swap ? ([y, x] as const) : ([x, y] as const);
    const placeX = (edge: number) => toScreen(swap ? [0, edge] : [edge, 0])[0] - frame.left;
    const placeY = (edge: number) => toScreen(swap ? [edge, 0] : [0, edge])[1] - frame.top;
    drawAxes(g, frame,
      { label: across.label, ticks: ticks(across, swap ? 1 : 0, swap ? rows : columns, frame.width / 70, placeX, frame.width) },
      { label: along.label, ticks: ticks(along, swap ? 0 : 1, swap ? columns : rows, frame.height / 40, placeY, frame.height) });
    const patch = this.patch;
    const { scale, colorMap } = this.#look;
    drawColorBar(g, { frame: bar, span: this.span, range: this.range, scale, table: colorTable(colorMap), counts: patch && this.#hasCounts ? this.#count(patch) : undefined, unit: this.#labels?.unit });
    const overlay = this.#labels?.overlay;
    if (overlay) drawOverlay(g, frame, swap ? overlay.map(swapped) : overlay, (c) => frame.left + placeX(across.toEdge(c)), (c) => frame.top + placeY(along.toEdge(c)));
  }
}

type Overlay = NonNullable<PanelLabels['overlay']>[number];
const swappedKinds: Readonly<Record<string, string>> = { vline: 'hline', hline: 'vline' };

function swapped({ kind, at, text }: Overlay): Overlay {
  const [a, b, c, d] = at;
  return { kind: swappedKinds[kind] ?? kind, at: at.length < 2 ? at : at.length < 4 ? [b, a] : [b, a, d, c], ...(text !== undefined && { text }) };
}

function isCovered({ x0, x1, y0, y1 }: Window2d, { window: [r0, c0, r1, c1], rows, columns }: Patch): boolean {
  return c0 <= Math.max(0, x0) && r0 <= Math.max(0, y0) && c1 >= Math.min(columns, x1) && r1 >= Math.min(rows, y1);
}
