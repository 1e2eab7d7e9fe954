import { KernelError, needLength, type Numbers } from './numbers.ts';
import { code } from './peak-finder.wasm.ts';
import { loops, Room, type Loops } from './wasm.ts';

/** What lies where; the same for all images of a plan. Arrays have a value per pixel, row by row. */
export interface PeakLayout {
  /** Distance of each pixel from the beam, in pixels; NaN: it is left out. */
  readonly radius: ArrayLike<number>;
  /** Not 0: the pixel is left out. */
  readonly masked?: ArrayLike<number> | undefined;
  /** Rows and columns of a panel (an ASIC): the image is whole panels, and no peak goes beyond one. Default: the image. */
  readonly panel?: readonly [rows: number, columns: number] | undefined;
}

/** What is a peak. */
export interface PeakLimits {
  /** A pixel stands out when it is above this, and above mean + minSnr sigma of its radius. */
  readonly threshold: number;
  /** Also of the peak's total over the standard deviation of the background around it. */
  readonly minSnr: number;
  /** Pixels of a peak, both ends included. */
  readonly minPixels: number;
  readonly maxPixels: number;
  /** Half the radius of the disc in which the background around a peak is measured. */
  readonly backgroundRadius: number;
}

/** Peaks of one image by column; those from `count` on are of earlier images. */
export interface PeakColumns {
  count: number;
  /** Centre of mass; the middle of the first pixel is 0, 0. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Sum above the local background. */
  readonly total: Float64Array;
  readonly pixels: Float64Array;
  /** Greatest value above the local background. */
  readonly max: Float64Array;
  /** Standard deviation of the local background. */
  readonly sigma: Float64Array;
  readonly snr: Float64Array;
  /** Panel number, row by row of panels. */
  readonly panel: Float64Array;
}

const COLUMNS = ['x', 'y', 'total', 'pixels', 'max', 'sigma', 'snr', 'panel'] as const;
const MASKED = 2;
/** Radii are in pixels: more bins than any detector has. */
const MOST_BINS = 1_000_000;
const LONGEST_PANEL = 65_535;
const MOST_BACKGROUND = 1000;

interface Code {
  widen16(from: number, length: number, to: number): void;
  radial(image: number, index: number, starts: number, bins: number, line: number, state: number, minSnr: number, least: number, mean: number, sigma: number, upper: number): void;
  search(
    image: number, state: number, bin: number, mean: number, pitch: number, rows: number, columns: number, panelRows: number, panelColumns: number, queue: number,
    minPixels: number, maxPixels: number, radius: number, minSnr: number, out: number, room: number): number;
}

/**
 * Bragg peaks by peakfinder8 (A. Barty et al., J. Appl. Cryst. 47 (2014) 1118, doi 10.1107/S1600576714007626). Values are taken as float32, sums are in
 * float64 and in one order. NaN and infinite pixels are left out.
 *
 * 1. Bins of one pixel along the radius, rounded to even. In each the mean and standard deviation of the pixels between lower and upper limit, five
 *    times; the limits are mean -+ minSnr sigma, the upper one at least the threshold. A bin without pixels has none that stands out.
 * 2. Pixels above the upper limit of their bin that touch (8 neighbours) inside one panel are a group; one begins off the panel's border of one pixel.
 * 3. Its background is the disc of twice `backgroundRadius` about the rounded centre of what it has above the radial mean: from -R to R - 1 both ways,
 *    without pixels that stand out or are left out, or are of another panel.
 * 4. It is a peak when its pixels are as many as allowed, total / sigma of the background is at least minSnr, and its greatest value is not below that
 *    of the background. The centre is weighted by the values as they are.
 *
 * Errors: PEAK_LAYOUT, PEAK_RADIUS, PEAK_LIMITS, KERNEL_LENGTH, KERNEL_MEMORY.
 */
export class PeakFinder {
  readonly rows: number;
  readonly columns: number;
  /** Radius of the first bin, and how many there are. */
  readonly firstRadius: number;
  readonly bins: number;
  /** Of the last image, per bin: mean and standard deviation (NaN where no pixel counted) and the upper limit (then Infinity). */
  readonly radial: { readonly mean: Float64Array; readonly sigma: Float64Array; readonly upper: Float64Array };
  readonly peaks: PeakColumns;
  readonly #panel: readonly [number, number];
  readonly #pitch: number;
  readonly #at: Readonly<Record<'raw' | 'image' | 'index' | 'starts' | 'bin' | 'line' | 'masked' | 'state' | 'mean' | 'sigma' | 'upper' | 'queue' | 'out', number>>;
  readonly #loops: Loops<Code>;
  readonly #bytes: Uint8Array;
  readonly #out: Float64Array;

  constructor(rows: number, columns: number, { radius, masked, panel = [rows, columns] }: PeakLayout, maxPeaks = 2048) {
    if (!(rows > 0 && columns > 0)) throw new KernelError('PEAK_LAYOUT', `an image of ${rows} x ${columns} pixels has no peaks`);
    if (!panel.every((n) => Number.isInteger(n) && n > 0 && n <= LONGEST_PANEL) || rows % panel[0] || columns % panel[1]) throw new KernelError('PEAK_LAYOUT', `an image of ${rows} x ${columns} pixels is no whole number of panels of ${panel.join(' x ')}`);
    if (!(Number.isInteger(maxPeaks) && maxPeaks > 0)) throw new KernelError('PEAK_LAYOUT', `there is room for a whole number of peaks, at least 1, not ${maxPeaks}`);
    const pixels = rows * columns;
    needLength('the radius', radius, pixels);
    if (masked) needLength('the mask', masked, pixels);
    const { bins, first, most } = binsOf(radius, masked, pixels);
    // Rows an odd number of cache lines apart: pixels of a ring that lie above each other would else drive one another out of the cache.
    const pitch = 16 * (Math.ceil(columns / 16) | 1);
    const room = new Room();
    const at = (this.#at = {
      raw: room.take(2 * columns), image: room.take(4 * rows * pitch), index: room.take(4 * pixels), starts: room.take(4 * (bins.count + 1)), bin: room.take(4 * rows * pitch),
      line: room.take(4 * most), masked: room.take(rows * pitch), state: room.take(rows * pitch), mean: room.take(8 * bins.count), sigma: room.take(8 * bins.count),
      upper: room.take(8 * bins.count), queue: room.take(4 * panel[0] * panel[1]), out: room.take(8 * COLUMNS.length * maxPeaks),
    });
    const { buffer } = (this.#loops = loops<Code>(code, room));
    [this.rows, this.columns, this.firstRadius, this.bins, this.#panel, this.#pitch] = [rows, columns, first, bins.count, panel, pitch];
    this.#bytes = new Uint8Array(buffer);
    this.#out = new Float64Array(buffer, at.out, COLUMNS.length * maxPeaks);
    this.radial = { mean: new Float64Array(buffer, at.mean, bins.count), sigma: new Float64Array(buffer, at.sigma, bins.count), upper: new Float64Array(buffer, at.upper, bins.count) };
    this.peaks = { count: 0, ...(Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(maxPeaks)])) as Record<(typeof COLUMNS)[number], Float64Array>) };
    // Pixels sorted by bin, those of one bin in the order of the image.
    const starts = new Uint32Array(buffer, at.starts, bins.count + 1);
    starts.set(bins.starts);
    const next = starts.slice();
    const [index, bin, left] = [new Uint32Array(buffer, at.index, pixels), new Uint32Array(buffer, at.bin, rows * pitch), new Uint8Array(buffer, at.masked, rows * pitch).fill(MASKED)];
    for (let i = 0; i < pixels; i++) {
      const b = bins.of(i);
      if (b < 0) continue;
      const place = Math.floor(i / columns) * pitch + (i % columns);
      index[next[b]++] = place;
      bin[place] = b;
      left[place] = 0;
    }
  }

  /** Finds the peaks of the image that begins at `from`, its rows `rowStep` apart, into `peaks`, which it gives back: no more than there is room for. */
  run(image: Numbers, limits: PeakLimits, from = 0, rowStep = this.columns): PeakColumns {
    const { rows, columns, bins, peaks } = this;
    const [{ run }, at, pitch, [panelRows, panelColumns]] = [this.#loops, this.#at, this.#pitch, this.#panel];
    needLength('the image', image, from + (rows - 1) * rowStep + columns);
    const { threshold, minSnr, minPixels, maxPixels, backgroundRadius } = checked(limits);
    this.#copy(image, from, rowStep);
    this.#bytes.copyWithin(at.state, at.masked, at.masked + rows * pitch);
    run.radial(at.image, at.index, at.starts, bins, at.line, at.state, minSnr, threshold, at.mean, at.sigma, at.upper);
    const out = this.#out;
    peaks.count = run.search(at.image, at.state, at.bin, at.mean, pitch, rows, columns, panelRows, panelColumns, at.queue, minPixels, Math.min(maxPixels, 2 ** 31 - 1), 2 * backgroundRadius, minSnr, at.out, out.length / COLUMNS.length);
    for (let k = 0; k < peaks.count; k++) for (const [c, name] of COLUMNS.entries()) peaks[name][k] = out[COLUMNS.length * k + c];
    return peaks;
  }

  #copy(image: Numbers, from: number, rowStep: number): void {
    const { rows, columns } = this;
    const [at, pitch, { buffer }] = [this.#at, this.#pitch, this.#loops];
    const raw = new Uint16Array(buffer, at.raw, columns);
    const pixels = new Float32Array(buffer, at.image, rows * pitch);
    for (let y = 0; y < rows; y++) {
      const row = image.subarray(from + y * rowStep, from + y * rowStep + columns);
      if (row instanceof Uint16Array) {
        raw.set(row);
        this.#loops.run.widen16(at.raw, columns, at.image + 4 * y * pitch);
      } else pixels.set(row as Float32Array, y * pitch);
    }
  }
}

/** To the nearest whole number; halves to the even one. */
function roundEven(x: number): number {
  const low = Math.floor(x);
  return x - low < 0.5 || (x - low === 0.5 && low % 2 === 0) ? low : low + 1;
}

/** The bins from the least radius to the greatest, where each begins in a list of pixels sorted by them, and how many the fullest has. */
function binsOf(radius: ArrayLike<number>, masked: ArrayLike<number> | undefined, pixels: number) {
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = 0; i < pixels; i++) {
    const r = radius[i];
    if (r !== r) continue;
    if (!(r >= 0 && r < Infinity)) throw new KernelError('PEAK_RADIUS', `the radius of pixel ${i} is ${r}: a number of pixels, 0 or more, or NaN for one that is left out`);
    if (masked && masked[i] !== 0) continue;
    least = Math.min(least, r);
    greatest = Math.max(greatest, r);
  }
  const first = least === Infinity ? 0 : roundEven(least);
  const count = least === Infinity ? 1 : roundEven(greatest) - first + 1;
  if (count > MOST_BINS) throw new KernelError('PEAK_RADIUS', `radii from ${least} to ${greatest} pixels are more than ${MOST_BINS} bins: are they in pixels?`);
  const of = (i: number): number => (Number.isNaN(radius[i]) || (masked && masked[i] !== 0) ? -1 : roundEven(radius[i]) - first);
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < pixels; i++) {
    const b = of(i);
    if (b >= 0) starts[b + 1]++;
  }
  const most = starts.reduce((a, b) => Math.max(a, b));
  for (let b = 0; b < count; b++) starts[b + 1] += starts[b];
  return { bins: { count, starts, of }, first, most };
}

function checked(limits: PeakLimits): PeakLimits {
  const { threshold, minSnr, minPixels, maxPixels, backgroundRadius } = limits;
  const wrong = (what: string): KernelError => new KernelError('PEAK_LIMITS', what);
  if (Number.isNaN(threshold)) throw wrong('the threshold is NaN');
  if (!(minSnr >= 0 && minSnr < Infinity)) throw wrong(`minSnr is a number, 0 or more, not ${minSnr}`);
  if (!(minPixels >= 1 && maxPixels >= minPixels)) throw wrong(`a peak has from 1 pixel on, and not more at least than at most: not ${minPixels} to ${maxPixels}`);
  if (!(Number.isInteger(backgroundRadius) && backgroundRadius > 0 && backgroundRadius <= MOST_BACKGROUND)) throw wrong(`backgroundRadius is a whole number of pixels from 1 to ${MOST_BACKGROUND}, not ${backgroundRadius}`);
  return limits;
}
