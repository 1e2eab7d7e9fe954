/**
 * Where the detector's pixels are.
 *
 * Sixteen modules of 512 (slow scan, ss) x 128 (fast scan, fs) pixels of 0.2 mm in four quadrants, in the plane 120 mm
 * behind the sample, at right angles to the beam, which passes through (0, 0). `x` to the left looking along the beam, `y` up.
 *
 * ```
 *        x>0 | x<0             module m: quadrant q = floor(m / 4), place p = m % 4 (counted downwards)
 *     Q4(12-15) | Q1(0-3)        corner = (quadrant.x, quadrant.y - 157 p) pixels (128 + a gap of 29)
 *    -----------+---------       pixel (ss, fs): x = corner.x + towardsX (ss + 0.5)
 *     Q3(8-11)  | Q2(4-7)                        y = corner.y - towardsX (fs + 0.5)
 * ```
 * Unlike the real one it has no gaps between the ASICs of a module, so that a module is one even grid. This is what
 * EXtra-geom calls `AGIPD_1MGeometry.from_quad_positions([(-525, 625), (-550, -10), (520, -160), (542, 475)], asic_gap=0, panel_gap=29)`.
 */
import { SimError, setup } from './sim-train.ts';
import type { SimOptions, SimSetup } from './sim-train.ts';

/** Constants of the simulated scattering experiment. Lengths in metres. */
export const experiment = {
  wavelength: 1.3332e-10,
  distance: 0.12,
  pixelSize: 0.0002,
  /** First pixel of modules 0, 4, 8 and 12 in pixels; `towardsX` is the sense in which ss runs along x (fs runs against it along y). */
  quadrants: [
    { x: -525, y: 625, towardsX: 1 },
    { x: -550, y: -10, towardsX: 1 },
    { x: 520, y: -160, towardsX: -1 },
    { x: 542, y: 475, towardsX: -1 },
  ],
} as const;

const ROW_PITCH = 128 + 29;

/** Modules, pixels along ss and along fs. */
export function moduleShape({ binning }: SimSetup): { modules: number; ss: number; fs: number } {
  return { modules: 16, ss: 512 / binning, fs: 128 / binning };
}

/** The corner of a module, in full-size pixels, and the sense of its axes. */
export function modulePlace(module: number): { x: number; y: number; towardsX: 1 | -1 } {
  const quadrant = experiment.quadrants[module >> 2];
  if (quadrant === undefined || !Number.isInteger(module)) {
    throw new SimError('SIM_NO_SUCH_MODULE', `module ${module}: the detector has modules 0 to 15`);
  }
  return { x: quadrant.x, y: quadrant.y - (module & 3) * ROW_PITCH, towardsX: quadrant.towardsX };
}

/**
 * A `.poni` file (pyFAI's format, version 2) with which a ring comes out as one sharp peak.
 * A number: for the image (ss, fs) = (512, 128) of that module alone.
 * `'assembled'`: for the (1256, 1092) image that EXtra-geom's `position_modules` makes, rows along y, columns along x.
 * The azimuth is right for `'assembled'`; for one module it is counted in the module's own axes.
 */
export function poni(image: number | 'assembled', options: SimOptions = {}): string {
  const config = setup(options);
  const pixel = experiment.pixelSize;
  if (image === 'assembled') {
    if (config.small) throw new SimError('SIM_BAD_OPTION', 'the modules of a small detector do not fall on one grid: ask for the poni of one module');
    return poniText(pixel, [1256, 1092], 631 * pixel, 550 * pixel);
  }
  const { x, y, towardsX } = modulePlace(image);
  const { ss, fs } = moduleShape(config);
  return poniText(pixel * config.binning, [ss, fs], -x * towardsX * pixel, y * towardsX * pixel);
}

function poniText(pixel: number, shape: readonly [number, number], poni1: number, poni2: number): string {
  return [
    '# A powder of LaB6 in the simulated facility of Trainyard',
    'poni_version: 2',
    'Detector: Detector',
    `Detector_config: ${JSON.stringify({ pixel1: pixel, pixel2: pixel, max_shape: shape })}`,
    `Distance: ${experiment.distance}`,
    `Poni1: ${poni1}`,
    `Poni2: ${poni2}`,
    'Rot1: 0.0',
    'Rot2: 0.0',
    'Rot3: 0.0',
    `Wavelength: ${experiment.wavelength}`,
    '',
  ].join('\n');
}
