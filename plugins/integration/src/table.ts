import { YardError } from '@trainyard/core';
import { binTable, type BinTable } from '@trainyard/kernels';
import { pixelCount, type Detector } from './detector.ts';
import { azimuths, outlines, pixelFactors, radialCentres, type FactorOptions, type Outlines } from './geometry.ts';
import { mapShares } from './map-split.ts';
import { bboxSpread, fullSpread, near, type Spread } from './split.ts';
import type { RadialUnit } from './units.ts';

/** How a pixel is shared among bins: `none` gives it whole to the bin of its centre, `bbox` evenly over the width of its corners, `full` by the area of its outline in each. */
export const splits = ['none', 'bbox', 'full'] as const;
export type Split = (typeof splits)[number];

/** A part of the plane, by radius and azimuth. */
export interface Sector {
  readonly radialMin?: number | undefined;
  readonly radialMax?: number | undefined;
  /** Degrees, 0 along x; from azimuthMin upwards to azimuthMax. A smaller azimuthMax lies beyond 180: 170 to -170 are 20 degrees. */
  readonly azimuthMin?: number | undefined;
  readonly azimuthMax?: number | undefined;
}

export interface TableOptions extends FactorOptions, Sector {
  readonly bins: number;
  /** Rows of azimuth; without it there is one curve. */
  readonly azimuthBins?: number | undefined;
  readonly unit: RadialUnit;
  readonly split: Split;
  /** Not 0: the pixel is left out. */
  readonly mask?: ArrayLike<number> | undefined;
  /** Response of each pixel. */
  readonly flat?: ArrayLike<number> | undefined;
}

export interface IntegrationTable {
  readonly table: BinTable;
  /** Centres of the bins. */
  readonly radial: Float64Array;
  /** Of a map: centres of the rows in degrees. */
  readonly azimuth?: Float64Array;
}

/** 1 + 2^-23: the upper end of a range is moved by as much, so that its last pixel lies inside. */
const ABOVE = 1 + 2 ** -23;
const MOST_BINS = 1_000_000;
const MOST_MAP_BINS = 16_000_000;

/**
 * The sparse matrix of an azimuthal integration: which pixel adds how much to which bin. Built once per geometry, as pyFAI does it:
 * bins are uniform from the smallest to the largest radius of a pixel that is not masked (with splitting: of its edges, not below 0), and a
 * pixel's shares are taken before what lies outside the range is cut off. A map has rows of azimuth, all around unless said; a curve takes
 * the pixels whose centre is within the azimuths, with splitting those that touch them. Errors: AZIMUTHAL_BINS, AZIMUTHAL_SPLIT, AZIMUTHAL_POLARIZATION,
 * AZIMUTHAL_RANGE (it descends, or no pixel is in it), AZIMUTHAL_MASKED (nothing is left).
 */
export function integrationTable(detector: Detector, options: TableOptions): IntegrationTable {
  const { bins, azimuthBins, unit, split, mask, flat } = options;
  const whole = (name: string, value: number): void => {
    if (!(Number.isInteger(value) && value >= 1 && value <= MOST_BINS)) throw new YardError('AZIMUTHAL_BINS', `${name} is a whole number from 1 to ${MOST_BINS}, not ${value}.`);
  };
  whole('bins', bins);
  if (azimuthBins !== undefined) whole('azimuthBins', azimuthBins);
  if (bins * (azimuthBins ?? 1) > MOST_MAP_BINS) throw new YardError('AZIMUTHAL_BINS', `bins x azimuthBins is at most ${MOST_MAP_BINS}, not ${bins} x ${azimuthBins}.`);
  if (!splits.includes(split)) throw new YardError('AZIMUTHAL_SPLIT', `There is no pixel splitting "${split}"; one of ${splits.join(', ')}.`);
  const { polarization, polarizationAngle = 0 } = options;
  if (polarization !== undefined && !(Math.abs(polarization) <= 1)) throw new YardError('AZIMUTHAL_POLARIZATION', `The polarization factor is a number from -1 to 1, not ${polarization}.`);
  if (!Number.isFinite(polarizationAngle)) throw new YardError('AZIMUTHAL_POLARIZATION', `polarizationAngle is a number of degrees, not ${polarizationAngle}.`);
  const pixels = pixelCount(detector);
  const centre = radialCentres(detector, unit);
  const sector = azimuthSpan(options);
  const azimuth = azimuthBins !== undefined || sector ? azimuths(detector) : undefined;
  const outline = split === 'none' ? undefined : outlines(detector, unit, split === 'full' || azimuth !== undefined);
  const spread = outline && (split === 'bbox' ? bboxSpread(outline, centre) : fullSpread(outline, pixels));
  const used = usedPixels(centre, mask);
  if (sector && split === 'none') for (let i = 0; i < pixels; i++) if (!withinSpan(azimuth![i], sector)) used[i] = 0;
  if (sector && outline && azimuthBins === undefined) leaveWithin(sector, split, outline, azimuth!, used);
  const { low, high } = radialRange(spread?.lower ?? centre, spread?.upper ?? centre, used, options);
  const delta = (high - low) / bins;
  const norm = normalisation(detector, options, flat);
  // A dead pixel of the flat counts nowhere, but has its place in the range.
  for (let i = 0; i < pixels; i++) if (!(Number.isFinite(norm[i]) && norm[i] !== 0)) used[i] = 0;
  if (!used.includes(1)) throw new YardError('AZIMUTHAL_MASKED', 'No pixel is left to integrate: what each is divided by (flat x solid angle x polarization) is 0 or no number in all of them.');

  const radial = Float64Array.from({ length: bins }, (_, k) => low + (k + 0.5) * delta);
  if (azimuthBins === undefined) return { table: filled(binTable({ bins, pixels, norm, ...(spread ? neighbours(spread, used, low, delta, bins) : { first: firstBins(centre, used, low, delta, bins) }) }), options), radial };
  const { from, span } = sector ?? { from: -Math.PI, span: 2 * Math.PI };
  const step = span / azimuthBins;
  const rows = Float64Array.from({ length: azimuthBins }, (_, k) => ((from + (k + 0.5) * step) * 180) / Math.PI);
  const all = bins * azimuthBins;
  if (spread) {
    const shares = mapShares(split as 'bbox' | 'full', spread, outline!, azimuth!, used, { low, delta, bins, from, step, rows: azimuthBins });
    return { table: filled(binTable({ bins: all, pixels, norm, ...shares }), options), radial, azimuth: rows };
  }
  const first = firstBins(centre, used, low, delta, bins);
  for (let i = 0; i < pixels; i++) {
    if (first[i] === bins) first[i] = all;
    else first[i] += bins * Math.min(azimuthBins - 1, Math.floor(after(azimuth![i], from) / step));
  }
  return { table: filled(binTable({ bins: all, pixels, norm, first }), options), radial, azimuth: rows };
}

/** The table, unless every bin of it would be empty on every train. */
function filled(table: BinTable, { radialMin, radialMax, azimuthMin, azimuthMax }: Sector): BinTable {
  if (table.total.entries.some((n) => n > 0)) return table;
  const said = Object.entries({ radialMin, radialMax, azimuthMin, azimuthMax }).filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${value}`);
  throw new YardError('AZIMUTHAL_RANGE', `No pixel of the detector lies in the range${said.length > 0 ? ` (${said.join(', ')})` : ''}: leave the range out to see what the detector covers, and look at the distance and poni1, poni2 of the geometry.`);
}

function normalisation(detector: Detector, options: FactorOptions, flat: ArrayLike<number> | undefined): Float32Array {
  const norm = new Float32Array(pixelFactors(detector, options));
  if (flat) for (let i = 0; i < norm.length; i++) norm[i] *= flat[i];
  return norm;
}

/** Radians from `from` upwards to an azimuth, below a whole turn. */
function after(azimuth: number, from: number): number {
  const turn = 2 * Math.PI;
  const away = azimuth - from;
  return away - turn * Math.floor(away / turn);
}

export interface Span {
  readonly from: number;
  readonly span: number;
}

/** The azimuths asked for, in radians; undefined: all of them. */
export function azimuthSpan({ azimuthMin, azimuthMax }: Sector): Span | undefined {
  if (azimuthMin === undefined && azimuthMax === undefined) return undefined;
  const [from, to] = [azimuthMin ?? -180, azimuthMax ?? 180];
  const span = to > from ? to - from : to - from + 360;
  if (!(span > 0 && span <= 360 + 1e-3 && to !== from)) throw new YardError('AZIMUTHAL_RANGE', `Azimuths go from azimuthMin up to azimuthMax, 360 degrees at most; they are ${azimuthMin} and ${azimuthMax} degrees.`);
  return { from: (from * Math.PI) / 180, span: (Math.min(360, span) * Math.PI) / 180 };
}

/** Whether an azimuth (radians) is one of those asked for; both ends are. */
export function withinSpan(azimuth: number, { from, span }: Span): boolean {
  return after(azimuth, from) <= span * ABOVE || after(azimuth, from) >= 2 * Math.PI - 1e-12;
}

/** 1 for pixels that are there and not masked. */
function usedPixels(centre: Float64Array, mask: ArrayLike<number> | undefined): Uint8Array {
  const used = new Uint8Array(centre.length);
  for (let i = 0; i < used.length; i++) used[i] = Number((mask === undefined || mask[i] === 0) && !Number.isNaN(centre[i]));
  return used;
}

/** Of a curve with splitting: leaves pixels that touch the azimuths asked for, as pyFAI does. */
function leaveWithin({ from, span }: Span, split: Split, { sides, of, azimuth: corner }: Outlines, azimuth: Float64Array, used: Uint8Array): void {
  for (let i = 0; i < used.length; i++) {
    const centre = azimuth[i];
    let [least, most] = [0, 0];
    for (let k = i * sides; k < (i + 1) * sides; k++) {
      const away = near(corner[of[k]], centre) - centre;
      least = Math.min(least, away);
      most = Math.max(most, away);
    }
    if (split === 'bbox') most = Math.max(most, -least);
    if (split === 'bbox') least = -most;
    // It touches when one of its ends is within, or the sector is within it.
    if (!withinSpan(centre + least, { from, span }) && !withinSpan(centre + most, { from, span }) && !withinSpan(from, { from: centre + least, span: most - least })) used[i] = 0;
  }
}

function radialRange(lower: Float64Array, upper: Float64Array, used: Uint8Array, { radialMin, radialMax }: Sector): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < lower.length; i++) {
    if (!used[i]) continue;
    if (lower[i] < low) low = lower[i];
    if (upper[i] > high) high = upper[i];
  }
  if (low > high) throw new YardError('AZIMUTHAL_MASKED', 'No pixel is left to integrate: the mask and the range of azimuths leave out all of them.');
  low = Math.max(0, radialMin ?? low);
  high = radialMax ?? high;
  if (high > 0) high *= ABOVE;
  if (!(low < high && high < Infinity)) throw new YardError('AZIMUTHAL_RANGE', `The radial range must ascend and end; it is ${low} to ${high}.`);
  return { low, high };
}

/** The bin of each pixel's centre. */
function firstBins(centre: Float64Array, used: Uint8Array, low: number, delta: number, bins: number): Int32Array {
  const first = new Int32Array(centre.length);
  for (let i = 0; i < first.length; i++) {
    const bin = Math.floor((centre[i] - low) / delta);
    first[i] = used[i] && bin >= 0 && bin < bins ? bin : bins;
  }
  return first;
}

/** The bins that each pixel touches, and its share in each. */
function neighbours(spread: Spread, used: Uint8Array, low: number, delta: number, bins: number): { first: Int32Array; starts: Int32Array; weights: Float32Array } {
  const pixels = used.length;
  const first = new Int32Array(pixels).fill(bins);
  const starts = new Int32Array(pixels + 1);
  for (let i = 0; i < pixels; i++) {
    const [a, b] = [Math.floor((spread.lower[i] - low) / delta), Math.floor((spread.upper[i] - low) / delta)];
    const touches = used[i] && b >= 0 && a < bins;
    if (touches) first[i] = Math.max(0, a);
    starts[i + 1] = starts[i] + (touches ? Math.min(bins - 1, b) - first[i] + 1 : 0);
  }
  const weights = new Float32Array(starts[pixels]);
  for (let i = 0; i < pixels; i++) if (starts[i + 1] > starts[i]) spread.share(i, low, delta, first[i], starts[i + 1] - starts[i], weights, starts[i]);
  return { first, starts, weights };
}
