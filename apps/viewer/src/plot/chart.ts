import { formatNumber } from '../ui/format.ts';
import { calmScale, coordinate, extent, padded, placer, wider, type ChartScale } from './chart-scale.ts';
import { drawChart, type ChartContent, type ChartScales } from './draw-chart.ts';
import { seriesColor, type ChartLine } from './draw-line.ts';
import { fitCanvas, type Frame } from './draw-frame.ts';
import type { PlotDrawing } from './plot-file.ts';
import { inWindow, nearest } from './thin-line.ts';

/** The part of the plane that is shown, in coordinates. */
export type Zoom = readonly [x0: number, x1: number, y0: number, y1: number] | readonly [x0: number, x1: number];

export interface ChartOptions {
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Ends of y by hand; null: as the data need it. */
  readonly yRange?: readonly [low: number | null, high: number | null] | undefined;
  /** What is shown along x where nobody has zoomed; all data without it. */
  readonly window?: readonly [low: number, high: number] | undefined;
  readonly zoom?: Zoom | undefined;
  /** Names of lines that are not shown. */
  readonly hidden?: ReadonlySet<string>;
  /** x as it is read under the cursor. */
  readonly readX?: (x: number) => string;
}

export interface Reading {
  readonly x: number;
  readonly lines: readonly { readonly name: string; readonly color: string; readonly x: number; readonly y: number }[];
  readonly marks: readonly string[];
  /** Of a picture. */
  readonly value?: string | undefined;
  /** Pixels from the host's corner. */
  readonly at: { readonly x: number; readonly y: number };
}

/** A chart on a canvas. What is new of its data is drawn into the frame that is being made, what is set by hand with the next. */
export class Chart {
  readonly #canvas: HTMLCanvasElement;
  #size = { width: 0, height: 0 };
  #content: ChartContent | undefined;
  #options: ChartOptions = {};
  #calm: ChartScale | undefined;
  #drawn: { readonly frame: Frame; readonly scales: ChartScales } | undefined;
  #frame = 0;
  #isNew = false;
  onDrawn: () => void = () => {};

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  get content(): ChartContent | undefined {
    return this.#content;
  }

  /** What is shown now; undefined before the first picture. */
  get scales(): ChartScales | undefined {
    return this.#drawn?.scales;
  }

  get frame(): Frame | undefined {
    return this.#drawn?.frame;
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    this.#drawNow();
  }

  set(options: ChartOptions): void {
    if (options.logY !== this.#options.logY || options.zoom !== this.#options.zoom) this.#calm = undefined;
    this.#options = options;
    this.#soon();
  }

  /** Content comes while a frame is made and is drawn into that frame, once, however often it is set meanwhile. */
  show(content: ChartContent): void {
    this.#content = content;
    if (document.hidden) return this.#soon();
    if (!this.#isNew) queueMicrotask(() => this.#drawNow());
    this.#isNew = true;
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
  }

  /** Where a place on the host is in coordinates. */
  at(x: number, y: number): readonly [x: number, y: number] | undefined {
    if (!this.#drawn) return undefined;
    const { frame, scales } = this.#drawn;
    return [coordinate(scales.x, (x - frame.left) / frame.width), coordinate(scales.y, 1 - (y - frame.top) / frame.height)];
  }

  /** What every line is at a place of the host, and what happened there. */
  read(px: number, py: number): Reading | undefined {
    const at = this.at(px, py);
    if (!at || !this.#content || !this.#drawn) return undefined;
    const { frame, scales } = this.#drawn;
    if (px < frame.left - 4 || px > frame.left + frame.width + 4 || py < 0 || py > frame.top + frame.height) return undefined;
    const toX = placer(scales.x, frame.width);
    const up = placer(scales.y, frame.height);
    const lines = this.#lines().flatMap((line) => {
      const i = line.as === 'dots' ? nearestDot(line, px - frame.left, frame.top + frame.height - py, toX, up) : nearest(line.x, at[0]);
      const k = line.as === 'bins' && line.x[i] > at[0] ? i - 1 : i;
      return k < 0 || k >= line.y.length ? [] : [{ name: line.name, color: seriesColor(line.color), x: line.x[k], y: line.y[k] }];
    });
    const marks = (this.#content.marks ?? []).filter((mark) => Math.abs(toX(mark.at) + frame.left - px) < 7).map(({ text }) => text);
    const value = this.#content.image?.read(...at);
    return { x: lines[0]?.x ?? at[0], lines, marks, at: { x: px, y: py }, ...(value !== undefined && { value }) };
  }

  readX(x: number): string {
    return this.#options.readX?.(x) ?? formatNumber(x, 6);
  }

  drawing(title: string): PlotDrawing {
    const { width, height } = this.#size;
    const lines = this.#lines();
    return {
      width, height, title, ...(lines.length > 1 && { legend: lines.map(({ name, color }) => [name, seriesColor(color)] as const) }),
      draw: (pen) => {
        if (this.#content) drawChart(pen, width, height, { ...this.#content, lines }, this.#drawn?.scales ?? this.#scales());
      },
    };
  }

  #lines(): readonly ChartLine[] {
    const { hidden } = this.#options;
    const lines = this.#content?.lines ?? [];
    return hidden && hidden.size > 0 ? lines.filter(({ name }) => !hidden.has(name)) : lines;
  }

  #soon(): void {
    this.#frame ||= requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#isNew = false;
    const { width, height } = this.#size;
    if (!this.#content || width < 40 || height < 30) return;
    const scales = this.#scales();
    const { g } = fitCanvas(this.#canvas, width, height);
    g.clearRect(0, 0, width, height);
    g.imageSmoothingEnabled = false;
    this.#drawn = { scales, frame: drawChart(g, width, height, { ...this.#content, lines: this.#lines() }, scales) };
    this.onDrawn();
  }

  #scales(): ChartScales {
    const { logX = false, logY = false, yRange, window, zoom } = this.#options;
    const image = this.#content?.image;
    if (image) {
      const [left, right, bottom, top] = zoom?.length === 4 ? zoom : [...(zoom ?? image.x), ...image.y];
      // Turned over where the picture is: newest trains lie at the bottom.
      const [low, high] = image.y[0] > image.y[1] ? [Math.max(bottom, top), Math.min(bottom, top)] : [bottom, top];
      return { x: { low: left, high: right, log: false }, y: { low, high, log: false } };
    }
    const lines = this.#lines();
    const dots = lines.some(({ as }) => as === 'dots');
    const ends = (zoom ? [zoom[0], zoom[1]] as const : window) ?? lines.reduce<readonly [number, number] | undefined>((sum, { x }) => wider(sum, extent(x, logX)), undefined);
    const usable = ends && ends[1] > ends[0] && (!logX || ends[0] > 0);
    const x: ChartScale = !ends ? { low: logX ? 0.1 : 0, high: 1, log: logX } : !usable || (dots && !zoom && !window) ? padded(logX && !(ends[0] > 0) ? [0.1, 1] : ends, logX) : { low: ends[0], high: ends[1], log: logX };
    if (zoom?.length === 4 && zoom[3] > zoom[2] && (!logY || zoom[2] > 0)) return { x, y: { low: zoom[2], high: zoom[3], log: logY } };
    let data: readonly [number, number] | undefined;
    for (const line of lines) {
      const [from, to] = line.as === 'dots' ? [0, line.x.length] : inWindow(line.x, x.low, x.high);
      for (const values of [line.y, line.low, line.high]) if (values) data = wider(data, extent(values, logY, from, Math.min(to, values.length)));
    }
    this.#calm = calmScale(this.#calm, data, logY);
    const low = yRange?.[0] ?? (this.#content?.fromZero && !logY ? 0 : this.#calm.low);
    const high = yRange?.[1] ?? this.#calm.high;
    return { x, y: high > low && (!logY || low > 0) ? { low, high, log: logY } : this.#calm };
  }
}

function nearestDot({ x, y }: ChartLine, px: number, up: number, toX: (x: number) => number, toUp: (y: number) => number): number {
  let best = -1;
  let least = 30 ** 2;
  for (let i = 0; i < x.length; i++) {
    const distance = (toX(x[i]) - px) ** 2 + (toUp(y[i]) - up) ** 2;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}
