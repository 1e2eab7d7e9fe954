import { YardError } from '@trainyard/core';
import type { Poni } from './poni.ts';

/** What the radial axis shows, under pyFAI's names: q in 1/nm or 1/angstrom, 2 theta in degrees or radians, distance from the beam in mm. */
export const radialUnits = ['q_nm^-1', 'q_A^-1', '2th_deg', '2th_rad', 'r_mm'] as const;
export type RadialUnit = (typeof radialUnits)[number];

/** Name and unit of the axis. */
export const unitLabels: Readonly<Record<RadialUnit, { readonly name: string; readonly unit: string }>> = {
  'q_nm^-1': { name: 'q', unit: 'nm^-1' },
  'q_A^-1': { name: 'q', unit: 'A^-1' },
  '2th_deg': { name: '2theta', unit: 'deg' },
  '2th_rad': { name: '2theta', unit: 'rad' },
  r_mm: { name: 'r', unit: 'mm' },
};

/**
 * The radial value of a place: `r` its distance from the beam and `z` its distance along the beam, in metres, in the sample's frame.
 * q = 4 pi / wavelength sin(theta). Throws UNIT_UNKNOWN, or UNIT_WAVELENGTH for q without a wavelength.
 */
export function radialFunction(unit: RadialUnit, { wavelength }: Pick<Poni, 'wavelength'>): (r: number, z: number) => number {
  switch (unit) {
    case 'q_nm^-1':
    case 'q_A^-1': {
      if (wavelength === undefined || !(wavelength > 0)) throw new YardError('UNIT_WAVELENGTH', `The unit ${unit} needs a wavelength: add "Wavelength: ..." (in metres) to the .poni file, or take 2th_deg or r_mm.`);
      const scale = ((unit === 'q_nm^-1' ? 4e-9 : 4e-10) * Math.PI) / wavelength;
      return (r, z) => scale * sineOfHalf(r, z);
    }
    case '2th_deg':
      return (r, z) => Math.atan2(r, z) * (180 / Math.PI);
    case '2th_rad':
      return (r, z) => Math.atan2(r, z);
    case 'r_mm':
      return (r) => r * 1e3;
    default:
      throw new YardError('UNIT_UNKNOWN', `There is no unit "${String(unit)}"; one of ${radialUnits.join(', ')}.`);
  }
}

/** sin(atan2(r, z) / 2) without either, by the way that keeps its digits on this side of the sample. */
function sineOfHalf(r: number, z: number): number {
  const distance = Math.sqrt(r * r + z * z);
  if (distance === 0) return 0;
  return z > 0 ? r / Math.sqrt(2 * distance * (distance + z)) : Math.sqrt((distance - z) / (2 * distance));
}
