import { YardError, ndarray, type NdArray } from '@trainyard/core';
import type { Detector } from './detector.ts';
import { azimuths, radialCentres } from './geometry.ts';
import { azimuthSpan, withinSpan, type Sector } from './table.ts';
import type { RadialUnit } from './units.ts';

export interface SectorMaskOptions extends Sector {
  /** Of the radial limits; default `q_nm^-1`. */
  readonly unit?: RadialUnit | undefined;
  /** Masks what is inside instead of what is outside. */
  readonly inside?: boolean | undefined;
}

/**
 * A mask for a ring (`radialMin`, `radialMax`), a sector (`azimuthMin`, `azimuthMax`) or a piece of a ring: uint8 in the shape of the detector, 1 where a
 * pixel's centre is outside (limits belong to the inside), 0 within. Errors: AZIMUTHAL_RANGE, UNIT_UNKNOWN, UNIT_WAVELENGTH.
 */
export function sectorMask(detector: Detector, { radialMin = -Infinity, radialMax = Infinity, unit = 'q_nm^-1', inside = false, ...sector }: SectorMaskOptions): NdArray {
  if (!(radialMin <= radialMax)) throw new YardError('AZIMUTHAL_RANGE', `The radial range must ascend; it is ${radialMin} to ${radialMax}.`);
  const radial = radialCentres(detector, unit);
  const span = azimuthSpan(sector);
  const azimuth = span && azimuths(detector);
  const mask = new Uint8Array(radial.length);
  for (let i = 0; i < mask.length; i++) {
    const within = radial[i] >= radialMin && radial[i] <= radialMax && (!azimuth || withinSpan(azimuth[i], span));
    mask[i] = Number(within === inside);
  }
  return ndarray(mask, detector.shape);
}
