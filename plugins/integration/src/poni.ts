import { YardError } from '@trainyard/core';
import { knownDetector, notFlat } from './known-detectors.ts';

/** Geometry of an experiment as pyFAI keeps it in a `.poni` file. Lengths in metres, angles in radians. */
export interface Poni {
  /** Sample to the point of normal incidence. */
  readonly dist: number;
  /** The point of normal incidence on the detector, along the slow axis (y) and the fast axis (x). */
  readonly poni1: number;
  readonly poni2: number;
  /** Rotations of the detector: rot1 and rot2 left-handed, rot3 right-handed. */
  readonly rot1: number;
  readonly rot2: number;
  readonly rot3: number;
  readonly wavelength?: number | undefined;
  /** Size of a pixel along the slow and the fast axis. */
  readonly pixel1?: number | undefined;
  readonly pixel2?: number | undefined;
  /** Rows and columns of the detector, where the file says them. */
  readonly shape?: readonly [number, number] | undefined;
  /** Where the first pixel is: 3 (the default) the origin, 1 both axes flipped, 2 rows flipped, 4 columns flipped. */
  readonly orientation?: 1 | 2 | 3 | 4 | undefined;
  /** pyFAI's name of the detector. */
  readonly detector?: string | undefined;
}

const LIMIT = 1_000_000;
const KEYS: Readonly<Record<string, 'dist' | 'poni1' | 'poni2' | 'rot1' | 'rot2' | 'rot3' | 'wavelength' | 'pixel1' | 'pixel2'>> = {
  distance: 'dist', poni1: 'poni1', poni2: 'poni2', rot1: 'rot1', rot2: 'rot2', rot3: 'rot3', wavelength: 'wavelength', pixelsize1: 'pixel1', pixelsize2: 'pixel2',
};

/**
 * Reads the text of a `.poni` file of version 1, 2 or 2.1. A file may hold several geometries one after the other: the last one counts.
 * Pixel sizes and shapes that it leaves out are those of the detector that it names.
 * Errors: PONI_SYNTAX, PONI_NUMBER, PONI_MISSING, PONI_VERSION, PONI_SPLINE, PONI_DETECTOR (one that is not flat), with the line.
 */
export function parsePoni(text: string): Poni {
  if (text.length > LIMIT) throw new YardError('PONI_SYNTAX', `A .poni file has at most ${LIMIT} characters; this one has ${text.length}.`);
  const found: { -readonly [K in keyof Poni]?: Poni[K] } = {};
  text.split(/\r?\n/).forEach((line, i) => {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) return;
    const colon = content.indexOf(':');
    if (colon < 0) throw new YardError('PONI_SYNTAX', `Line ${i + 1} of the .poni file, ${JSON.stringify(content.slice(0, 60))}, does not read "name: value".`);
    const name = content.slice(0, colon).trim().toLowerCase();
    const value = content.slice(colon + 1).trim();
    const key = KEYS[name];
    if (key) {
      // "None" is how an unknown wavelength is written.
      if (value === 'None' || value === '') delete found[key];
      else found[key] = number(value, content, i);
    } else if (name === 'poni_version') {
      const version = number(value, content, i);
      if (!(version >= 1 && version < 3)) throw new YardError('PONI_VERSION', `Line ${i + 1}: this is a .poni file of version ${value}; versions 1 to 2.1 are read.`);
    } else if (name === 'detector') {
      if (notFlat.includes(value.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))) throw new YardError('PONI_DETECTOR', `Line ${i + 1}: the pixels of ${value} do not lie on one plane grid, which is not read. Correct the images for it first and write "Detector: Detector" with the pixel size.`);
      found.detector = value;
    } else if (name === 'detector_config') Object.assign(found, detectorConfig(value, i));
    else if (name === 'splinefile' && value !== 'None' && value !== '') throw new YardError('PONI_SPLINE', `Line ${i + 1}: the detector has a distortion file (${value}), which is not read. Correct the images for distortion first and give pixel sizes.`);
  });
  for (const [name, key] of [['Distance', 'dist'], ['Poni1', 'poni1'], ['Poni2', 'poni2']] as const) {
    if (found[key] === undefined) throw new YardError('PONI_MISSING', `The .poni file has no line "${name}: ...".`);
  }
  if (!(found.dist! > 0)) throw new YardError('PONI_NUMBER', `The distance of the .poni file must be above 0 m, not ${found.dist}.`);
  const { pixel1, pixel2, shape, ...rest } = found;
  return { rot1: 0, rot2: 0, rot3: 0, ...rest, ...sizes(found.detector, pixel1, pixel2, shape) } as Poni;
}

/** Size of a pixel and shape, as far as the file or the detector's name say them. Binned pixels are fewer. */
function sizes(detector: string | undefined, size1: number | undefined, size2: number | undefined, size: Poni['shape']): Pick<Poni, 'pixel1' | 'pixel2' | 'shape'> {
  const known = knownDetector(detector);
  const [pixel1, pixel2] = [size1 ?? known?.pixel[0], size2 ?? known?.pixel[1]];
  const fewer = known?.shape && pixel1 !== undefined && pixel2 !== undefined ? ([Math.round((known.shape[0] * known.pixel[0]) / pixel1), Math.round((known.shape[1] * known.pixel[1]) / pixel2)] as const) : undefined;
  const shape = size ?? fewer;
  return { ...(pixel1 !== undefined && { pixel1 }), ...(pixel2 !== undefined && { pixel2 }), ...(shape && { shape }) };
}

function number(value: string, content: string, line: number): number {
  const parsed = Number(value);
  if (value === '' || !Number.isFinite(parsed)) throw new YardError('PONI_NUMBER', `Line ${line + 1} of the .poni file, "${content.slice(0, 60)}": "${value.slice(0, 40)}" is not a number.`);
  return parsed;
}

function detectorConfig(value: string, line: number): Partial<Poni> {
  let config: unknown;
  try {
    config = JSON.parse(value === '' ? '{}' : value);
  } catch {
    throw new YardError('PONI_SYNTAX', `Line ${line + 1} of the .poni file: Detector_config is not JSON.`);
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) throw new YardError('PONI_SYNTAX', `Line ${line + 1} of the .poni file: Detector_config is not a JSON object.`);
  const { pixel, pixel1 = pixel, pixel2 = pixel, max_shape: shape, orientation, splineFile } = config as Record<string, unknown>;
  if (typeof splineFile === 'string') throw new YardError('PONI_SPLINE', `Line ${line + 1}: the detector has a distortion file (${splineFile}), which is not read.`);
  const positive = (size: unknown): size is number => typeof size === 'number' && Number.isFinite(size) && size > 0;
  for (const size of [pixel1, pixel2]) if (size !== undefined && size !== null && !positive(size)) throw new YardError('PONI_NUMBER', `Line ${line + 1}: a pixel size is a number of metres above 0, not ${JSON.stringify(size)}.`);
  if (orientation !== undefined && ![0, 1, 2, 3, 4].includes(orientation as number)) throw new YardError('PONI_NUMBER', `Line ${line + 1}: orientation is 1 to 4, not ${JSON.stringify(orientation)}.`);
  return {
    ...(positive(pixel1) && { pixel1 }),
    ...(positive(pixel2) && { pixel2 }),
    ...(Array.isArray(shape) && shape.length === 2 && shape.every((n) => Number.isInteger(n) && n > 0) && { shape: [shape[0], shape[1]] as [number, number] }),
    ...(orientation !== undefined && orientation !== 0 && { orientation: orientation as 1 | 2 | 3 | 4 }),
  };
}

/**
 * The text of a `.poni` file that pyFAI reads: version 2, or 2.1 where the orientation is not 3. A detector known by name is named, with what its name
 * does not say. Version 1, for old programs, has pixel sizes only. Errors: PONI_VERSION (version 1 of a turned detector), PONI_NO_PIXEL (without sizes).
 */
export function writePoni(poni: Poni, version?: 1): string {
  if (version === 1) return writeFirst(poni);
  const turned = poni.orientation !== undefined && poni.orientation !== 3;
  const known = knownDetector(poni.detector);
  // A detector of fixed pixels with others is none of that name.
  const named = known !== undefined && (known.binned === true || ((poni.pixel1 ?? known.pixel[0]) === known.pixel[0] && (poni.pixel2 ?? known.pixel[1]) === known.pixel[1]));
  const sized = !named || known.binned === true;
  const config = {
    ...(sized && poni.pixel1 !== undefined && { pixel1: poni.pixel1 }),
    ...(sized && poni.pixel2 !== undefined && { pixel2: poni.pixel2 }),
    ...(!named && poni.shape && { max_shape: poni.shape }),
    ...(turned && { orientation: poni.orientation }),
  };
  return [
    `poni_version: ${turned ? '2.1' : '2'}`,
    `Detector: ${named || (known === undefined && poni.detector !== undefined) ? poni.detector! : 'Detector'}`,
    `Detector_config: ${JSON.stringify(config)}`,
    ...placed(poni),
    ...(poni.wavelength === undefined ? [] : [`Wavelength: ${poni.wavelength}`]),
    '',
  ].join('\n');
}

function writeFirst(poni: Poni): string {
  const [pixel1, pixel2] = [poni.pixel1, poni.pixel2];
  if (poni.orientation !== undefined && poni.orientation !== 3) throw new YardError('PONI_VERSION', `A .poni file of version 1 has no orientation; this one is ${poni.orientation}: write version 2.1, or turn the images.`);
  if (pixel1 === undefined || pixel2 === undefined) throw new YardError('PONI_NO_PIXEL', 'A .poni file of version 1 needs the size of a pixel.');
  return [`PixelSize1: ${pixel1}`, `PixelSize2: ${pixel2}`, ...placed(poni), 'SplineFile: None', ...(poni.wavelength === undefined ? [] : [`Wavelength: ${poni.wavelength}`]), ''].join('\n');
}

function placed({ dist, poni1, poni2, rot1, rot2, rot3 }: Poni): string[] {
  return [`Distance: ${dist}`, `Poni1: ${poni1}`, `Poni2: ${poni2}`, `Rot1: ${rot1}`, `Rot2: ${rot2}`, `Rot3: ${rot3}`];
}
