export { azimuthal, type Azimuthal, type AzimuthalOptions } from './azimuthal.ts';
export { AzimuthalProfile, type ProfileSums } from './profile.ts';
export { parsePoni, writePoni, type Poni } from './poni.ts';
export { azimuths, pixelFactors, radialCentres, type Detector } from './geometry.ts';
export { splits, type Split } from './table.ts';
export { radialUnits, type RadialUnit } from './units.ts';
