import { YardError } from '@trainyard/core';
import type { Poni } from './poni.ts';
import { radialFunction, type RadialUnit } from './units.ts';

/** A flat detector of rows x cols pixels, each at its place. */
export interface Detector {
  readonly poni: Poni;
  readonly rows: number;
  readonly cols: number;
}

/** Calls `visit` with the place (t1 up, t2 sideways, t3 along the beam, in metres, in the sample's frame) of points of the detector, row by row. */
type Visit = (index: number, t1: number, t2: number, t3: number) => void;

/**
 * The places of the pixels' centres (`corners` false) or of the (rows + 1) x (cols + 1) corners.
 * t = R3 R2 R1 (p1 - poni1, p2 - poni2, dist), p = (index + 0.5) x pixel: the conventions of pyFAI,
 * G. Ashiotis et al., J. Appl. Cryst. 48 (2015) 510, doi 10.1107/S1600576715004306. Errors: PONI_NO_PIXEL.
 */
export function eachPlace({ poni, rows, cols }: Detector, corners: boolean, visit: Visit): void {
  const { dist, poni1, poni2, pixel1, pixel2, orientation = 3 } = poni;
  if (pixel1 === undefined || pixel2 === undefined) {
    throw new YardError('PONI_NO_PIXEL', `The .poni file gives no pixel size${poni.detector ? ` and the detector "${poni.detector}" is not known here` : ''}: write Detector_config: {"pixel1": 0.0002, "pixel2": 0.0002} into it (metres), or give the option pixel.`);
  }
  const [r1, r2, r3] = rotation(poni);
  const more = corners ? 1 : 0;
  const half = corners ? 0 : 0.5;
  const flipRows = orientation === 1 || orientation === 2;
  const flipCols = orientation === 1 || orientation === 4;
  let index = 0;
  for (let i = 0; i < rows + more; i++) {
    const p1 = ((flipRows ? rows - 1 + more - i : i) + half) * pixel1 - poni1;
    for (let j = 0; j < cols + more; j++) {
      const p2 = ((flipCols ? cols - 1 + more - j : j) + half) * pixel2 - poni2;
      visit(index++, r1[0] * p1 + r1[1] * p2 + r1[2] * dist, r2[0] * p1 + r2[1] * p2 + r2[2] * dist, r3[0] * p1 + r3[1] * p2 + r3[2] * dist);
    }
  }
}

type Row = readonly [number, number, number];

/** R3 R2 R1; rot1 and rot2 are left-handed, rot3 right-handed. */
function rotation({ rot1, rot2, rot3 }: Poni): readonly [Row, Row, Row] {
  const [c1, s1, c2, s2, c3, s3] = [Math.cos(rot1), Math.sin(rot1), Math.cos(rot2), Math.sin(rot2), Math.cos(rot3), Math.sin(rot3)];
  return [
    [c3 * c2, -s3 * c1 + c3 * s2 * s1, -s3 * s1 - c3 * s2 * c1],
    [s3 * c2, c3 * c1 + s3 * s2 * s1, c3 * s1 - s3 * s2 * c1],
    [s2, -c2 * s1, c2 * c1],
  ];
}

/** The radial value of each pixel's centre, float64, row by row. */
export function radialCentres(detector: Detector, unit: RadialUnit): Float64Array {
  const radial = radialFunction(unit, detector.poni);
  const out = new Float64Array(detector.rows * detector.cols);
  eachPlace(detector, false, (k, t1, t2, t3) => (out[k] = radial(Math.sqrt(t1 * t1 + t2 * t2), t3)));
  return out;
}

/** The radial value and the azimuth (radians) of the (rows + 1) x (cols + 1) corners of the pixels. */
export function corners(detector: Detector, unit: RadialUnit): { readonly radial: Float64Array; readonly azimuth: Float64Array } {
  const at = radialFunction(unit, detector.poni);
  const size = (detector.rows + 1) * (detector.cols + 1);
  const [radial, azimuth] = [new Float64Array(size), new Float64Array(size)];
  eachPlace(detector, true, (k, t1, t2, t3) => {
    radial[k] = at(Math.sqrt(t1 * t1 + t2 * t2), t3);
    azimuth[k] = Math.atan2(t1, t2);
  });
  return { radial, azimuth };
}

/** The azimuth of each pixel's centre in radians, -pi to pi, 0 along the fast axis. */
export function azimuths(detector: Detector): Float64Array {
  const out = new Float64Array(detector.rows * detector.cols);
  eachPlace(detector, false, (k, t1, t2) => (out[k] = Math.atan2(t1, t2)));
  return out;
}

/**
 * What each pixel sees of what the sample scatters: solid angle (dist / distance)^3 relative to the point of normal incidence, and
 * polarization 0.5 (1 + cos^2 - f cos(2 chi) (1 - cos^2)) with cos of 2 theta. An absent part is 1. Float64, row by row.
 */
export function pixelFactors(detector: Detector, { solidAngle, polarization }: { readonly solidAngle: boolean; readonly polarization?: number | undefined }): Float64Array {
  const { dist } = detector.poni;
  const out = new Float64Array(detector.rows * detector.cols);
  eachPlace(detector, false, (k, t1, t2, t3) => {
    const r2 = t1 * t1 + t2 * t2;
    const d2 = r2 + t3 * t3;
    let factor = solidAngle ? (dist / Math.sqrt(d2)) ** 3 : 1;
    if (polarization !== undefined) {
      const cos2 = (t3 * t3) / d2;
      // cos(2 chi) = (t2^2 - t1^2) / r^2
      const cos2chi = r2 === 0 ? 1 : (t2 * t2 - t1 * t1) / r2;
      factor *= 0.5 * (1 + cos2 - polarization * cos2chi * (1 - cos2));
    }
    out[k] = factor;
  });
  return out;
}
