import { YardError, plan, scratch, type NdArray, type NdLike, type Overlay, type Table } from '@trainyard/core';
import { PeakFinder, flat, type PeakColumns, type PeakLimits } from '@trainyard/kernels';
import { eachFrame, frameShape, keptRoom, perPixel, type FrameShape } from './frames.ts';
import { radiusMap, type RadiusOptions } from './radius.ts';

export interface PeakFinderOptions extends RadiusOptions {
  /** Distance of each pixel from the beam in pixels, NaN where it is left out; shape (y, x), or (module, ss, fs): then the data have modules. Instead of `centre`. */
  readonly radius?: NdLike | undefined;
  /** Not 0 where a pixel is left out; in the shape of a frame. */
  readonly mask?: NdLike | undefined;
  /** Rows and columns of a panel (an ASIC), no peak goes beyond one; default: a module, or the whole image. */
  readonly panel?: readonly [rows: number, columns: number] | undefined;
  /** Pixels stand out above this, and above mean + minSnr sigma of their radius; default 800. */
  readonly threshold?: number | undefined;
  /** Also: peaks have at least this total over the sigma of the background around them; default 5. */
  readonly minSnr?: number | undefined;
  /** Pixels of a peak, both included; default 2 and 200. */
  readonly minPixels?: number | undefined;
  readonly maxPixels?: number | undefined;
  /** Half the radius of the disc in which the background around a peak is measured; default 3. */
  readonly backgroundRadius?: number | undefined;
  /** The first so many of a frame; default 2048. */
  readonly maxPeaks?: number | undefined;
}

/** The peaks of a train. */
export interface FoundPeaks {
  /**
   * A row per peak, in the order of the panels and of the pixels in them; float64. `pulse` counts frames; `module` is there where the data have modules; `panel`
   * counts row by row; `x` (fast scan) and `y` (slow scan) are the centre in pixels, the middle of the first pixel (of the module) being 0, 0:
   * CrystFEL's fs and ss are 0.5 more; `total` and `max` are above the local background, `sigma` is its standard deviation, `snr` is total / sigma
   * (Infinity where it has none), `npix` the number of pixels.
   */
  readonly table: Table;
  /** Peaks of each frame, float64. */
  readonly count: NdArray<1>;
}

type Columns = readonly (readonly [name: string, of: (peaks: PeakColumns, k: number, frame: number) => number])[];

/**
 * Bragg peaks by peakfinder8 as a plan: `const find = peakFinder(() => ({ centre: [511, 520], threshold: p.threshold }))`, then `find(image)` on every
 * train; of a stack each frame is searched. What it is made of is prepared for the first image and again when geometry, mask, panels or
 * the shape change; arrays are taken for constant until another one is given. Values are taken as float32; NaN and infinite pixels are left out.
 * A frame without any peak has none and a count of 0. The result lies in `scratch` memory.
 *
 * A. Barty et al., J. Appl. Cryst. 47 (2014) 1118, doi 10.1107/S1600576714007626; what is compared with what: `PeakFinder` of the kernels.
 * Errors: PEAKS_RANK, PEAKS_SHAPE, PEAKS_GEOMETRY, and the kernel's PEAK_LAYOUT, PEAK_RADIUS, PEAK_LIMITS.
 */
export function peakFinder(options: PeakFinderOptions | (() => PeakFinderOptions) = {}): (image: NdLike) => FoundPeaks {
  const read = typeof options === 'function' ? options : () => options;
  let now: PeakFinderOptions = {};
  let shape: FrameShape;
  const room = keptRoom();
  const finder = plan(
    () => makeFinder(shape, now),
    () => shape.rows, () => shape.columns, () => shape.modules, () => now.radius, () => now.centre?.[0], () => now.centre?.[1], () => now.pixel?.[0], () => now.pixel?.[1],
    () => now.mask, () => now.panel?.[0], () => now.panel?.[1], () => now.maxPeaks,
  );
  const lists = new Map<string, number[]>();
  const listOf = (name: string): number[] => lists.get(name) ?? lists.set(name, []).get(name)!;

  return (image) => {
    now = read();
    shape = frameShape(image, 'The peak finder', now.radius ? now.radius.shape.length === 3 : undefined);
    const { threshold = 800, minSnr = 5, minPixels = 2, maxPixels = 200, backgroundRadius = 3 } = now;
    const limits: PeakLimits = { threshold, minSnr, minPixels, maxPixels, backgroundRadius };
    const found = finder();
    const columns = columnsOf(shape);
    for (const list of lists.values()) list.length = 0;
    const count = scratch([shape.frames], 'float64') as NdArray<1>;
    const counts = flat<Float64Array>(count);
    eachFrame(image, shape, room, (data, from, rowStep, frame) => {
      const peaks = found.run(data, limits, from, rowStep);
      for (const [name, of] of columns) for (let k = 0, list = listOf(name); k < peaks.count; k++) list.push(of(peaks, k, frame));
      counts[frame] = peaks.count;
    });
    return { table: Object.fromEntries(columns.map(([name]) => [name, columnOf(listOf(name))])), count };
  };
}

function makeFinder(shape: FrameShape, { radius, mask, panel, maxPeaks, ...where }: PeakFinderOptions): PeakFinder {
  const { modules, moduleRows, rows, columns } = shape;
  if (!radius && modules > 1) throw new YardError('PEAKS_GEOMETRY', `Data of ${modules} modules need a map of radii, of shape (module, ss, fs): radiusOfPositions makes one of a geometry.`);
  return new PeakFinder(rows, columns, {
    radius: radius ? perPixel('radius', radius, shape) : (radiusMap(rows, columns, where).data as Float64Array),
    masked: mask && perPixel('mask', mask, shape).map((value) => (value === 0 ? 0 : 1)),
    panel: panel ?? [moduleRows, columns],
  }, maxPeaks);
}

function columnsOf({ modules, moduleRows }: FrameShape): Columns {
  const row = ({ y }: PeakColumns, k: number): number => y[k]!;
  // The centre lies between the pixels of one panel, and so of one module.
  const module = (peaks: PeakColumns, k: number): number => Math.floor((row(peaks, k) + 0.5) / moduleRows);
  return [
    ['pulse', (_peaks, _k, frame) => frame],
    ...(modules > 1 ? [['module', module] as const] : []),
    ['panel', ({ panel }, k) => panel[k]!], ['x', ({ x }, k) => x[k]!], ['y', (peaks, k) => row(peaks, k) - (modules > 1 ? module(peaks, k) * moduleRows : 0)],
    ['total', ({ total }, k) => total[k]!], ['npix', ({ pixels }, k) => pixels[k]!], ['max', ({ max }, k) => max[k]!], ['sigma', ({ sigma }, k) => sigma[k]!], ['snr', ({ snr }, k) => snr[k]!],
  ];
}

function columnOf(values: readonly number[]): NdArray<1> {
  const out = scratch([values.length], 'float64') as NdArray<1>;
  flat<Float64Array>(out).set(values);
  return out;
}

export interface MarkOptions {
  /** Which frame of the stack, and which module where there are some; default 0. */
  readonly pulse?: number | undefined;
  readonly module?: number | undefined;
  /** Half the side of a box, in pixels; default 6. */
  readonly half?: number | undefined;
  /** The strongest so many; default 200. */
  readonly most?: number | undefined;
}

/**
 * Boxes around the peaks of one frame, to lie over its picture: `labelled(image, { overlay: peakMarks(found) })`. They are in pixels: of a picture without
 * coordinates of its axes.
 */
export function peakMarks({ table }: FoundPeaks, { pulse = 0, module = 0, half = 6, most = 200 }: MarkOptions = {}): Overlay[] {
  const column = (name: string): NdArray<1> | undefined => table[name] as NdArray<1> | undefined;
  const [pulses, modules, x, y, snr] = [column('pulse')!, column('module'), column('x')!, column('y')!, column('snr')!];
  const rows = Array.from({ length: x.size }, (_, k) => k).filter((k) => pulses.get(k) === pulse && (modules === undefined || modules.get(k) === module));
  const shown = rows.length <= most ? rows : rows.sort((a, b) => snr.get(b) - snr.get(a) || a - b).slice(0, most);
  return shown.map((k) => ({ kind: 'rect', at: [x.get(k) - half, y.get(k) - half, x.get(k) + half, y.get(k) + half] }));
}
