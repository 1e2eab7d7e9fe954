import type { Frame } from '../plot/draw-frame.ts';
import type { Need } from './choose-rendition.ts';
import { BAR_WIDTH, HISTOGRAM_WIDTH } from './color-bar.ts';
import type { Window2d } from './paint-picture.ts';
import type { Placement } from './placement.ts';
import { fromTurned, toTurned, turnedSize, upright, type Extent, type Point, type Turn } from './turn.ts';
import { fitWindow, panWindow, rectWindow, zoomWindow } from './view-window.ts';

/** Longer than four times its width: with square pixels it would be a line. */
export const isStrip = (width: number, height: number): boolean => Math.max(width, height) > 4 * Math.min(width, height);

export const margin = { left: 58, top: 6, bottom: 36 };
/** Room for the numbers right of the bar. */
export const BAR_NUMBERS = 48;
const ROOM_FOR_COUNTS = 330;

/** How a picture lies on the screen, whatever part of it is seen. */
export interface Pose {
  /** Square pixels; undefined: unless the picture is a thin strip. */
  readonly equal: boolean | undefined;
  readonly turn: Turn;
}

/** Which part of a picture is in sight, and where it lies on the panel. Knows nothing of what the picture shows. */
export class Viewport {
  readonly #listeners = new Set<() => void>();
  #pose: Pose = { equal: undefined, turn: upright };
  #extent: Extent = { rows: 0, columns: 0 };
  #size = { width: 0, height: 0 };
  /** Of the picture as it lies on the screen; undefined: all of it. */
  #zoom: Window2d | undefined;
  /** Edges of the array that were to be shown before it was known how large it is. */
  #wish: Window2d | undefined;
  #placement: Placement | undefined;

  get extent(): Extent {
    return this.#extent;
  }
  /** Of the panel, in CSS pixels. */
  get size(): { readonly width: number; readonly height: number } {
    return this.#size;
  }
  get zoomed(): boolean {
    return this.#zoom !== undefined;
  }

  resize(width: number, height: number): void {
    const { part } = this;
    this.#size = { width, height };
    this.#moved();
    const shown = part ?? this.#wish;
    if (shown) this.showPart(shown);
  }

  /** Another picture: all of it is shown, or what was wished before. */
  begin(extent: Extent): void {
    this.#extent = extent;
    this.#zoom = undefined;
    this.#moved();
    if (this.#wish) this.showPart(this.#wish);
  }

  /** What is in sight stays in sight. */
  pose(pose: Pose): void {
    if (JSON.stringify(pose) === JSON.stringify(this.#pose)) return;
    const { part } = this;
    this.#pose = pose;
    this.#zoom = undefined;
    this.#moved();
    if (part) this.showPart(part);
  }

  /** Calls back whenever the picture moves. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Undefined before there is a picture. */
  readonly placement = (): Placement | undefined => {
    if (this.#isEmpty) return undefined;
    return (this.#placement ??= this.#place());
  };

  /** Moves by pixels of the screen. */
  pan(dx: number, dy: number): void {
    const { width, height } = this.#frame();
    const view = this.#view();
    this.#zoomTo(panWindow(view, (-dx * (view.x1 - view.x0)) / width, (-dy * (view.y1 - view.y0)) / height));
  }

  /** Grows or shrinks about a point of the panel. */
  zoomAt(px: number, py: number, factor: number): void {
    if (this.#isEmpty) return;
    const [u, v] = this.#toView([px, py]);
    this.#zoomTo(zoomWindow(this.#view(), factor, u, v, Math.max(...turnedSize(this.#extent, this.#pose.turn))));
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
    return this.#zoom && this.inSight();
  }

  showPart(part: Window2d | undefined): void {
    if (!part) return this.fit();
    if (this.#isEmpty) {
      this.#wish = part;
      return;
    }
    this.#wish = undefined;
    const { turn } = this.#pose;
    const { width, height } = this.#frame();
    this.#zoomTo(rectWindow(toTurned([part.x0, part.y0], this.#extent, turn), toTurned([part.x1, part.y1], this.#extent, turn), width, height, this.#equal));
  }

  /** What would have to be there to show this part as fine as the screen can. */
  need(): Need | undefined {
    if (this.#isEmpty) return undefined;
    return { ...this.#extent, ...this.inSight(), perPixel: this.perPixel() / Math.min(2, globalThis.devicePixelRatio || 1) };
  }

  #zoomTo(view: Window2d | undefined): void {
    this.#zoom = view;
    this.#moved();
  }

  #moved(): void {
    this.#placement = undefined;
    for (const listener of this.#listeners) listener();
  }

  #frame(): Frame {
    const right = BAR_NUMBERS + BAR_WIDTH + (this.hasCounts ? HISTOGRAM_WIDTH : 4);
    const room = { width: Math.max(8, Math.floor(this.#size.width - margin.left - right)), height: Math.max(8, Math.floor(this.#size.height - margin.top - margin.bottom)) };
    const [columns, rows] = turnedSize(this.#extent, this.#pose.turn);
    if (!this.#equal || columns === 0 || rows === 0) return { left: margin.left, top: margin.top, ...room };
    const scale = Math.min(room.width / columns, room.height / rows);
    const [width, height] = [Math.max(8, Math.round(columns * scale)), Math.max(8, Math.round(rows * scale))];
    return { left: margin.left + ((room.width - width) >> 1), top: margin.top, width, height };
  }

  /** There is room for a histogram beside the bar. */
  get hasCounts(): boolean {
    return this.#size.width >= ROOM_FOR_COUNTS;
  }

  /** What is in sight, of the picture as it lies on the screen. */
  #view(): Window2d {
    const { width, height } = this.#frame();
    return this.#zoom ?? fitWindow(...turnedSize(this.#extent, this.#pose.turn), width, height, this.#equal);
  }

  /** The same as edges of the array. */
  inSight(): Window2d {
    const { x0, x1, y0, y1 } = this.#view();
    const [a, b] = [fromTurned([x0, y0], this.#extent, this.#pose.turn), fromTurned([x1, y1], this.#extent, this.#pose.turn)];
    return { x0: Math.min(a[0], b[0]), x1: Math.max(a[0], b[0]), y0: Math.min(a[1], b[1]), y1: Math.max(a[1], b[1]) };
  }

  /** Pixels of the picture in one CSS pixel, along the axis that has fewer. */
  perPixel(): number {
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
    const [frame, view, extent, { turn }] = [this.#frame(), this.#view(), this.#extent, this.#pose];
    const [sx, sy] = [frame.width / (view.x1 - view.x0), frame.height / (view.y1 - view.y0)];
    const bar: Frame = { left: frame.left + frame.width + (this.hasCounts ? HISTOGRAM_WIDTH + 4 : 10), top: frame.top, width: BAR_WIDTH, height: frame.height };
    return {
      ...extent, frame, bar,
      toScreen: (point) => {
        const [u, v] = toTurned(point, extent, turn);
        return [frame.left + (u - view.x0) * sx, frame.top + (v - view.y0) * sy];
      },
      toArray: ([px, py]) => fromTurned([view.x0 + (px - frame.left) / sx, view.y0 + (py - frame.top) / sy], extent, turn),
    };
  }

  get #equal(): boolean {
    return this.#pose.equal ?? !isStrip(this.#extent.columns, this.#extent.rows);
  }

  get #isEmpty(): boolean {
    return this.#extent.columns === 0 || this.#extent.rows === 0 || this.#size.width === 0;
  }
}
