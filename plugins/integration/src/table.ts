import { YardError } from '@trainyard/core';
import { binTable, type BinTable } from '@trainyard/kernels';
import { azimuths, pixelFactors, radialCentres, type Detector } from './geometry.ts';
import { spreads, type Spread } from './split.ts';
import type { RadialUnit } from './units.ts';

/** How a pixel is shared among bins: `none` gives it whole to the bin of its centre, `bbox` evenly over the radial width of its corners, `full` by the area of its outline in each. */
export const splits = ['none', 'bbox', 'full'] as const;
export type Split = (typeof splits)[number];

export interface TableOptions {
  readonly bins: number;
  readonly unit: RadialUnit;
  readonly split: Split;
  readonly solidAngle: boolean;
  readonly polarization?: number | undefined;
  /** Not 0: the pixel is left out. */
  readonly mask?: ArrayLike<number> | undefined;
  /** Response of each pixel. */
  readonly flat?: ArrayLike<number> | undefined;
  readonly radialMin?: number | undefined;
  readonly radialMax?: number | undefined;
  /** Azimuths in degrees from -180 to 180; a pixel whose centre is outside is left out. */
  readonly azimuthMin?: number | undefined;
  readonly azimuthMax?: number | undefined;
}

export interface RadialTable {
  readonly table: BinTable;
  /** Centres of the bins. */
  readonly radial: Float64Array;
}

/** 1 + 2^-23: the upper end of a range is moved by as much, so that its last pixel lies inside. */
const ABOVE = 1 + 2 ** -23;

/**
 * The sparse matrix of an azimuthal integration: which pixel adds how much to which bin. Built once per geometry, as pyFAI does it:
 * bins are uniform from the smallest to the largest radius of a pixel that is not masked (with splitting: of its edges, not below 0), and a
 * pixel's shares are taken before what lies outside the range is cut off.
 * Errors: AZIMUTHAL_BINS, AZIMUTHAL_SPLIT, AZIMUTHAL_RANGE, AZIMUTHAL_MASKED (nothing is left).
 */
export function radialTable(detector: Detector, options: TableOptions): RadialTable {
  const { bins, unit, split, mask, flat } = options;
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 1_000_000)) throw new YardError('AZIMUTHAL_BINS', `bins is a whole number from 1 to 1000000, not ${bins}.`);
  if (!splits.includes(split)) throw new YardError('AZIMUTHAL_SPLIT', `There is no pixel splitting "${split}"; one of ${splits.join(', ')}.`);
  const pixels = detector.rows * detector.cols;
  const centre = radialCentres(detector, unit);
  const spread = split === 'none' ? undefined : spreads[split](detector, unit, centre);
  const used = usedPixels(detector, options);
  const { low, high } = radialRange(spread?.lower ?? centre, spread?.upper ?? centre, used, options);
  const delta = (high - low) / bins;

  const norm = new Float32Array(pixels);
  const factors = pixelFactors(detector, options);
  for (let i = 0; i < pixels; i++) {
    norm[i] = flat ? factors[i] * flat[i] : factors[i];
    // A dead pixel of the flat counts nowhere, but has its place in the range.
    if (!(Number.isFinite(norm[i]) && norm[i] !== 0) || mask?.[i]) used[i] = 0;
  }
  const radial = Float64Array.from({ length: bins }, (_, k) => low + (k + 0.5) * delta);
  const first = new Int32Array(pixels);
  if (!spread) {
    for (let i = 0; i < pixels; i++) {
      const bin = Math.floor((centre[i] - low) / delta);
      first[i] = used[i] && bin >= 0 && bin < bins ? bin : bins;
    }
    return { table: binTable({ bins, pixels, first, norm }), radial };
  }
  return { table: binTable({ bins, pixels, norm, ...shares(spread, used, low, delta, bins) }), radial };
}

/** 1 for pixels that are neither masked nor outside the azimuths asked for. */
function usedPixels(detector: Detector, { mask, azimuthMin, azimuthMax }: TableOptions): Uint8Array {
  const used = new Uint8Array(detector.rows * detector.cols).fill(1);
  if (mask) for (let i = 0; i < used.length; i++) if (mask[i]) used[i] = 0;
  if (azimuthMin === undefined && azimuthMax === undefined) return used;
  const [from, to] = [((azimuthMin ?? -180) / 180) * Math.PI, ((azimuthMax ?? 180) / 180) * Math.PI];
  if (!(from < to)) throw new YardError('AZIMUTHAL_RANGE', `azimuthMin must be below azimuthMax; they are ${azimuthMin} and ${azimuthMax} degrees.`);
  const chi = azimuths(detector);
  for (let i = 0; i < used.length; i++) if (chi[i] < from || chi[i] > to) used[i] = 0;
  return used;
}

function radialRange(lower: Float64Array, upper: Float64Array, used: Uint8Array, { radialMin, radialMax }: TableOptions): { low: number; high: number } {
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
  if (!(low < high)) throw new YardError('AZIMUTHAL_RANGE', `The radial range must ascend; it is ${low} to ${high}.`);
  return { low, high };
}

/** The bins that each pixel touches, and its share in each. */
function shares(spread: Spread, used: Uint8Array, low: number, delta: number, bins: number): { first: Int32Array; starts: Int32Array; weights: Float32Array } {
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
  for (let i = 0; i < pixels; i++) if (starts[i + 1] > starts[i]) spread.share(i, low, delta, first[i], weights.subarray(starts[i], starts[i + 1]));
  return { first, starts, weights };
}
