import type { PanelLabels } from '@trainyard/control';
import uPlot from 'uplot';
import { formatNumber, formatTick } from '../ui/format.ts';
import { drawOverlay, ink } from './draw-frame.ts';
import type { Curves } from './series.ts';

export const seriesColors: readonly string[] = ink.series;

export interface LinePlotOptions {
  /** Whole numbers on x, in full on the ticks and, with the curves' base, under the cursor. */
  readonly trains?: boolean;
  readonly log: boolean;
}

/** A line plot that takes new curves at 10 Hz: its axes are built once and again only when the series or labels change. */
export class LinePlot {
  readonly #host: HTMLElement;
  #plot: uPlot | undefined;
  #key = '';
  #size = { width: 0, height: 0 };
  #curves: Curves | undefined;
  #options: LinePlotOptions;
  #overlay: PanelLabels['overlay'];
  #zoomed = false;

  constructor(host: HTMLElement, options: LinePlotOptions) {
    this.#host = host;
    this.#options = options;
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    if (this.#plot) this.#plot.setSize(this.#inner());
    else this.#build();
  }

  set(options: LinePlotOptions): void {
    if (options.log === this.#options.log) return;
    this.#options = options;
    this.#build();
  }

  show(curves: Curves, overlay?: PanelLabels['overlay']): void {
    this.#overlay = overlay;
    this.#curves = curves;
    const key = JSON.stringify([curves.xLabel, curves.yLabel, curves.bins, curves.band !== undefined, curves.series.map(({ name }) => name)]);
    if (key !== this.#key || !this.#plot) {
      this.#key = key;
      this.#build();
    } else {
      const plot = this.#plot;
      if (this.#zoomed) {
        // Zoomed in by hand: x stays, y follows what is in sight.
        const { min, max } = plot.scales['x'];
        plot.batch(() => {
          plot.setData(this.#data(curves));
          plot.setScale('x', { min: min!, max: max! });
        });
      } else plot.setData(this.#data(curves));
    }
  }

  destroy(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #inner(): { width: number; height: number } {
    const legend = (this.#curves?.series.length ?? 0) > 1 ? 24 : 0;
    return { width: Math.max(60, this.#size.width), height: Math.max(60, this.#size.height - legend) };
  }

  #data({ x, series, band }: Curves): uPlot.AlignedData {
    const log = this.#options.log;
    const positive = (values: (number | null)[]) => (log ? values.map((y) => (y !== null && y > 0 ? y : null)) : values);
    return [x, ...series.map(({ values }) => positive(values)), ...(band ? [positive(band.low), positive(band.high)] : [])];
  }

  #build(): void {
    const curves = this.#curves;
    if (!curves || this.#size.width === 0) return;
    this.#plot?.destroy();
    this.#zoomed = false;
    const count = curves.series.length;
    const axis = { stroke: ink.text, font: ink.font, labelFont: ink.font, grid: { stroke: ink.grid, width: 1 }, ticks: { stroke: ink.faint, width: 1, size: 4 } };
    const hidden = { stroke: 'transparent', points: { show: false } };
    this.#plot = new uPlot({
      ...this.#inner(),
      padding: [8, 12, 0, 0],
      scales: { x: { time: false }, y: this.#options.log ? { distr: 3 } : { range: paddedRange } },
      series: [
        { label: curves.xLabel },
        ...curves.series.map(({ name }, k): uPlot.Series => {
          const color = seriesColors[k % seriesColors.length];
          const steps = curves.bins ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {};
          return { label: name, stroke: color, width: 1.5, points: { show: !curves.bins && curves.x.length <= 40, size: 5 }, value: (_, y) => (y === null ? '–' : formatNumber(y)), ...steps };
        }),
        ...(curves.band ? [{ ...hidden, label: '' }, { ...hidden, label: '' }] : []),
      ],
      ...(curves.band ? { bands: [{ series: [count + 2, count + 1] as [number, number], fill: `${seriesColors[0]}38` }] } : {}),
      axes: [
        { ...axis, label: curves.xLabel, labelSize: 18, labelGap: 0, size: 30, ...(this.#options.trains ? { incrs: trainSteps, values: (_, ticks) => ticks.map(String) } : { values: (_, ticks) => ticks.map((tick) => formatTick(tick)) }) },
        { ...axis, ...(curves.yLabel ? { label: curves.yLabel, labelSize: 16, labelGap: 2 } : {}), size: 54, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : formatTick(tick))) },
      ],
      legend: { show: count > 1, live: true },
      cursor: { points: { size: 6 }, drag: { x: true, y: false } },
      hooks: {
        setSelect: [() => (this.#zoomed = true)],
        draw: [(plot) => this.#drawOverlay(plot)],
      },
    }, this.#data(curves), this.#host);
    this.#plot.over.addEventListener('dblclick', () => (this.#zoomed = false));
  }

  /** The values under the cursor, as text; empty when it is elsewhere. */
  reading(): string {
    const plot = this.#plot;
    const i = plot?.cursor.idx;
    if (!plot || i === null || i === undefined || (plot.cursor.left ?? -1) < 0) return '';
    const at = (plot.data[0][i]) + (this.#curves?.base ?? 0);
    const x = this.#options.trains ? String(at) : formatNumber(at);
    return `(${x})  ${this.#curves?.series.map((_, k) => (typeof plot.data[k + 1][i] === 'number' ? formatNumber(plot.data[k + 1][i] as number, 6) : '–')).join('  ') ?? ''}`;
  }

  #drawOverlay(plot: uPlot): void {
    if (!this.#overlay) return;
    const density = uPlot.pxRatio;
    const { left, top, width, height } = plot.bbox;
    const g = plot.ctx;
    g.save();
    g.scale(density, density);
    const frame = { left: left / density, top: top / density, width: width / density, height: height / density };
    drawOverlay(g, frame, this.#overlay, (x) => frame.left + plot.valToPos(x, 'x'), (y) => frame.top + plot.valToPos(y, 'y'));
    g.restore();
  }
}

const trainSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/** A tenth of air above and below; a flat line in the middle. */
function paddedRange(_: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const pad = (max - min) * 0.08 || Math.abs(max) * 0.1 || 1;
  return [min - pad, max + pad];
}
