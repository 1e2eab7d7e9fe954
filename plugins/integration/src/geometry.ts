import { cornerCount, eachCentre, eachCorner, pixelCount, type Corners, type Detector } from './detector.ts';
import { radialFunction, type RadialUnit } from './units.ts';

/** The radial value of each pixel's centre, float64, in the order of the data; NaN where the data have no pixel. */
export function radialCentres(detector: Detector, unit: RadialUnit): Float64Array {
  const radial = radialFunction(unit, detector.poni);
  const out = new Float64Array(pixelCount(detector)).fill(Number.NaN);
  eachCentre(detector, (k, t1, t2, t3) => (out[k] = radial(Math.sqrt(t1 * t1 + t2 * t2), t3)));
  return out;
}

/** The azimuth of each pixel's centre in radians, -pi to pi, 0 along the fast axis (with rot3 0), towards the slow axis positive; NaN where the data have no pixel. */
export function azimuths(detector: Detector): Float64Array {
  const out = new Float64Array(pixelCount(detector)).fill(Number.NaN);
  eachCentre(detector, (k, t1, t2) => (out[k] = Math.atan2(t1, t2)));
  return out;
}

/** The outlines of all pixels: radial value and azimuth (radians) of each corner. */
export interface Outlines extends Corners {
  readonly radial: Float64Array;
  readonly azimuth: Float64Array;
}

/** `withAzimuth` false leaves the azimuths 0, which takes half of the time. */
export function outlines(detector: Detector, unit: RadialUnit, withAzimuth: boolean): Outlines {
  const at = radialFunction(unit, detector.poni);
  const size = cornerCount(detector);
  const [radial, azimuth] = [new Float64Array(size), new Float64Array(withAzimuth ? size : 0)];
  const corners = eachCorner(detector, (k, t1, t2, t3) => {
    radial[k] = at(Math.sqrt(t1 * t1 + t2 * t2), t3);
    if (withAzimuth) azimuth[k] = Math.atan2(t1, t2);
  });
  return { ...corners, radial, azimuth };
}

export interface FactorOptions {
  readonly solidAngle: boolean;
  /** -1 to 1; without it nothing is corrected. */
  readonly polarization?: number | undefined;
  /** Degrees by which the plane of polarization is turned away from the fast axis. */
  readonly polarizationAngle?: number | undefined;
}

/**
 * What each pixel sees of what the sample scatters: solid angle dist^2 cos(incidence) / distance^2 (of a flat detector (dist / distance)^3), relative to
 * the point of normal incidence, and polarization 0.5 (1 + cos^2 - f cos(2 (chi + angle)) (1 - cos^2)) with cos of 2 theta. An absent part is 1.
 * Pixels are taken for equally large. Float64, in the order of the data.
 */
export function pixelFactors(detector: Detector, { solidAngle, polarization, polarizationAngle = 0 }: FactorOptions): Float64Array {
  const { dist } = detector.poni;
  const turn = (2 * polarizationAngle * Math.PI) / 180;
  const [cosTurn, sinTurn] = [Math.cos(turn), Math.sin(turn)];
  const out = new Float64Array(pixelCount(detector));
  eachCentre(detector, (k, t1, t2, t3, facing) => {
    const r2 = t1 * t1 + t2 * t2;
    const d2 = r2 + t3 * t3;
    let factor = solidAngle ? (dist * dist * facing) / (d2 * Math.sqrt(d2)) : 1;
    if (polarization !== undefined) {
      const cos2 = (t3 * t3) / d2;
      // cos(2 chi) = (t2^2 - t1^2) / r^2, sin(2 chi) = 2 t1 t2 / r^2
      const cos2chi = r2 === 0 ? 1 : ((t2 * t2 - t1 * t1) * cosTurn - 2 * t1 * t2 * sinTurn) / r2;
      factor *= 0.5 * (1 + cos2 - polarization * cos2chi * (1 - cos2));
    }
    out[k] = factor;
  });
  return out;
}
