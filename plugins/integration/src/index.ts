export { azimuthal, azimuthalMap, type Azimuthal, type AzimuthalMap, type AzimuthalMapOptions, type AzimuthalOptions } from './azimuthal.ts';
export { AzimuthalProfile, type ProfileSums } from './profile.ts';
export { parsePoni, writePoni, type Poni } from './poni.ts';
export { gapMask, knownDetector, type KnownDetector } from './known-detectors.ts';
export { gridDetector, moduleDetector, type Detector } from './detector.ts';
export { azimuths, pixelFactors, radialCentres, type FactorOptions } from './geometry.ts';
export { sectorMask, type SectorMaskOptions } from './sector-mask.ts';
export { splits, type Sector, type Split } from './table.ts';
export { radialUnits, type RadialUnit } from './units.ts';
