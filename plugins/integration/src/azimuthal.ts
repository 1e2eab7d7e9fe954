import { YardError, plan, workspace, type NdArray, type NdLike } from '@trainyard/core';
import type { Geometry } from '@trainyard/geometry';
import { BinSum, flat, isPacked, pack, sizeOf, type BinSums } from '@trainyard/kernels';
import { gridDetector, moduleDetector, type Detector } from './detector.ts';
import { eachFrame } from './frames.ts';
import { gapMask, knownDetector } from './known-detectors.ts';
import { parsePoni, type Poni } from './poni.ts';
import { profileOf, profileSums, type AzimuthalProfile, type ProfileSums } from './profile.ts';
import { integrationTable, type IntegrationTable, type Sector, type Split } from './table.ts';
import { unitLabels, type RadialUnit } from './units.ts';

export interface AzimuthalOptions extends Sector {
  /** A `.poni` file (a relative path starts at the views file's folder; a change of the file is taken over), or its content. */
  readonly poni: string | Poni;
  /** Where the modules of a detector stand (`agipd1m({ ... })`, `readGeom(...)`): data are then (..., module, ss, fs). `poni1` and `poni2` are y and x of the point of normal incidence in its coordinates, 0 for a detector at right angles to the beam. */
  readonly geometry?: Geometry | undefined;
  /** Size of a pixel in metres [along y, along x], where the file says none. */
  readonly pixel?: readonly [number, number] | undefined;
  /** Default 1000. */
  readonly bins?: number | undefined;
  /** Default `q_nm^-1`. */
  readonly unit?: RadialUnit | undefined;
  /** Default `none`. */
  readonly split?: Split | undefined;
  /** Divides by the solid angle of each pixel; default true. */
  readonly solidAngle?: boolean | undefined;
  /** Polarization factor of the beam, -1 to 1 (horizontal: 0.9 and more); without it nothing is corrected. */
  readonly polarization?: number | undefined;
  /** Degrees by which the plane of polarization is turned away from the fast axis. */
  readonly polarizationAngle?: number | undefined;
  /** Not 0 where a pixel is left out, beside the gaps between modules of detectors that the file names. In the shape of one frame, as dark and flat. */
  readonly mask?: NdLike | undefined;
  /** Subtracted from every frame. */
  readonly dark?: NdLike | undefined;
  /** Response of each pixel, divided by; NaN or 0 leaves it out. */
  readonly flat?: NdLike | undefined;
  /** A raw value that says "no data", and how near to it a value counts as it (default 0). */
  readonly dummy?: number | undefined;
  readonly deltaDummy?: number | undefined;
  /** The value of a bin without pixels; default 0. */
  readonly empty?: number | undefined;
  /** Standard deviations: `poisson` from counting photons, `azimuthal` from the scatter within each bin; default none. */
  readonly errors?: 'none' | 'poisson' | 'azimuthal' | undefined;
  /** Leaves out pixels that are farther than so many standard deviations from the mean of their bin (by Poisson's variance with `errors: 'poisson'`, else by their scatter). */
  readonly clip?: number | undefined;
  /** So many times at most, each time with what is left; default 5. */
  readonly clipCycles?: number | undefined;
}

export interface AzimuthalMapOptions extends AzimuthalOptions {
  /** Rows of azimuth; default 360. They go all around, from -180 degrees, unless `azimuthMin` and `azimuthMax` say otherwise. */
  readonly azimuthBins?: number | undefined;
}

/** An integration, ready to be called on every train. */
export interface Azimuthal {
  /** An image gives a curve. */
  (image: NdLike<2>): AzimuthalProfile<NdArray<1>>;
  /** A stack gives one curve per frame; leading axes are kept. */
  (image: NdLike): AzimuthalProfile;
}

/** An integration in two dimensions, ready to be called on every train. */
export interface AzimuthalMap {
  /** An image gives an image: azimuth, radius. */
  (image: NdLike<2>): AzimuthalProfile<NdArray<2>, NdArray<2>>;
  /** A stack gives one for each frame; leading axes are kept. */
  (image: NdLike): AzimuthalProfile<NdArray, NdArray<2>>;
}

/**
 * Azimuthal integration with pyFAI's geometry and conventions, as a plan: `const iq = azimuthal({ poni: './geo.poni', bins: 250 })`,
 * then `iq(image)`. The sparse matrix is built on the first image and again when an option, the file or the image's shape changes;
 * options may be a function, so that they follow parameters: `azimuthal(() => ({ poni: './geo.poni', bins: p.bins }))`.
 * The last two axes of the image are the detector, of a `geometry` the last three. Arrays given as options are taken for constant until another one is given.
 *
 * Per pixel in float32: (raw - dark) / (flat x solid angle x polarization); sums in float64, in one fixed order; a curve is the ratio of
 * sums, never a mean of ratios. NaN and infinite pixels, masked ones and dummies count nowhere; a bin without pixels has `empty`, and the count 0.
 * Errors: AZIMUTHAL_RANK, AZIMUTHAL_SHAPE (mask, dark or flat of another shape, or a detector shape other than the file's), AZIMUTHAL_CLIP, AZIMUTHAL_ERRORS, AZIMUTHAL_DUMMY,
 * and those of `parsePoni` and `integrationTable`. J. Kieffer et al., J. Synchrotron Rad. 27 (2020) 558, doi 10.1107/S1600577520000776.
 */
export function azimuthal(options: AzimuthalOptions | (() => AzimuthalOptions)): Azimuthal {
  return integrator(typeof options === 'function' ? options : () => options) as Azimuthal;
}

/** The same against radius and azimuth: a pixel is shared in both. What leaves a whole turn on one side comes back on the other. */
export function azimuthalMap(options: AzimuthalMapOptions | (() => AzimuthalMapOptions)): AzimuthalMap {
  const read = typeof options === 'function' ? options : () => options;
  return integrator(() => ({ azimuthBins: 360, ...read() })) as AzimuthalMap;
}

const errorModels: readonly string[] = ['none', 'poisson', 'azimuthal'];

/** What is set up once. */
interface Prepared extends IntegrationTable {
  readonly sum: BinSum;
}

function integrator(read: () => AzimuthalMapOptions): (image: NdLike) => AzimuthalProfile {
  const folder = workspace.folder;
  let now: AzimuthalMapOptions;
  let shape: readonly number[] = [];
  let work = new Float32Array(0);
  const geometry = plan((poni) => (typeof poni === 'string' ? parsePoni(poni) : poni), () => (typeof now.poni === 'string' ? workspace.readText(now.poni, folder) : now.poni));
  const prepared = plan(
    (poni: Poni): Prepared => setUp(poni, shape, now),
    geometry, () => shape.join(), () => now.geometry,
    () => now.bins, () => now.azimuthBins, () => now.unit, () => now.split, () => now.solidAngle, () => now.polarization, () => now.polarizationAngle, () => now.mask, () => now.flat,
    () => now.radialMin, () => now.radialMax, () => now.azimuthMin, () => now.azimuthMax, () => now.pixel?.[0], () => now.pixel?.[1],
  );
  const darkOf = plan((dark: NdLike | undefined) => dark && float32Of('dark', dark, shape), () => now.dark, () => shape.join());
  const room = (length: number): Float32Array => (work.length === length ? work : (work = new Float32Array(length)));

  return (image) => {
    now = read();
    shape = frameShape(image.shape, now.geometry);
    const { table, radial, azimuth, sum } = prepared();
    const { dummy, deltaDummy, errors = 'none', clip, clipCycles = 5 } = now;
    if (!errorModels.includes(errors)) throw new YardError('AZIMUTHAL_ERRORS', `There are no errors "${String(errors)}"; one of ${errorModels.join(', ')}.`);
    if (deltaDummy !== undefined && !(deltaDummy >= 0)) throw new YardError('AZIMUTHAL_DUMMY', `deltaDummy is how near to dummy a value counts as it, 0 or more, not ${deltaDummy}: it is no second dummy; mask other values.`);
    if (clip !== undefined && !(clip > 0 && Number.isInteger(clipCycles) && clipCycles >= 1)) throw new YardError('AZIMUTHAL_CLIP', `clip is a number of standard deviations above 0 and clipCycles a whole number from 1 on; they are ${clip} and ${clipCycles}.`);
    const dark = darkOf();
    const sums = profileSums([...image.shape.slice(0, -shape.length), ...(azimuth ? [azimuth.length] : []), radial.length]);
    const before = { dark, dummy, deltaDummy };
    eachFrame(image, shape.length, room, (data, from, frame) => {
      const out = sumsOf(sums, frame, table.bins);
      if (clip !== undefined) sum.clip(data, out, { ...before, threshold: clip, cycles: clipCycles, poisson: errors === 'poisson' }, from);
      else if (errors === 'azimuthal') sum.scatter(data, out, from, before);
      else sum.run(data, out, from, before);
    });
    const axis = { ...unitLabels[now.unit ?? 'q_nm^-1'], values: radial };
    return profileOf(sums, { axis, ...(azimuth && { azimuth: { name: 'azimuth', unit: 'deg', values: azimuth } }), empty: now.empty ?? 0, errors: errors !== 'none' });
  };
}

/** The axes of one frame: the last two, of modules the last three (or two, of a single module). */
function frameShape(shape: readonly number[], geometry: Geometry | undefined): readonly number[] {
  if (shape.length < 2) throw new YardError('AZIMUTHAL_RANK', `An azimuthal integration takes an image or a stack of images; this input has ${shape.length} ${shape.length === 1 ? 'axis' : 'axes'}.`);
  const inFrame = shape.slice(-(geometry?.shape.length ?? 2));
  if (geometry && inFrame.join() !== geometry.shape.join()) throw new YardError('AZIMUTHAL_SHAPE', `${geometry.layout.name} has modules of shape (${geometry.shape.join(', ')}); the data have the shape (${shape.join(', ')}).`);
  if (shape.includes(0)) throw new YardError('AZIMUTHAL_RANK', `Images of the shape (${shape.join(', ')}) hold no pixel that could be integrated.`);
  return inFrame;
}

/** Places in the sums where those of one frame go. */
function sumsOf(sums: ProfileSums, frame: number, bins: number): BinSums {
  const at = (of: NdArray): Float64Array => flat<Float64Array>(of).subarray(frame * bins, (frame + 1) * bins);
  return { signal: at(sums.signal), variance: at(sums.variance), norm: at(sums.normalization), count: at(sums.count), entries: at(sums.touched) };
}

function setUp(file: Poni, shape: readonly number[], options: AzimuthalMapOptions): Prepared {
  const { bins = 1000, unit = 'q_nm^-1', split = 'none', solidAngle = true, mask, flat: response, ...more } = options;
  needPlace(file, options.geometry !== undefined);
  const detector = detectorOf(file, shape, options);
  const gaps = options.geometry ? undefined : gapMask(knownDetector(file.detector) ?? { pixel: [1, 1] }, shape[0], shape[1]);
  const given = mask && constant('mask', mask, shape);
  if (given && gaps) for (let i = 0; i < given.length; i++) given[i] = given[i] !== 0 || gaps[i] !== 0 ? 1 : 0;
  const made = integrationTable(detector, { ...more, bins, unit, split, solidAngle, mask: given ?? gaps, flat: response && constant('flat', response, shape) });
  return { ...made, sum: new BinSum(made.table) };
}

/** What a file cannot say, an object can. Modules may bring their distance along. */
function needPlace(poni: Poni, ofModules: boolean): void {
  for (const name of ['dist', 'poni1', 'poni2', 'rot1', 'rot2', 'rot3'] as const) if (!Number.isFinite(poni[name])) throw new YardError('PONI_NUMBER', `${name} of the geometry is a number, not ${poni[name]}.`);
  if (!ofModules && !(poni.dist > 0)) throw new YardError('PONI_NUMBER', `dist of the geometry must be above 0 m, not ${poni.dist}.`);
}

function detectorOf(file: Poni, shape: readonly number[], { geometry, pixel }: AzimuthalOptions): Detector {
  if (geometry) return moduleDetector(file, geometry);
  const [rows, cols] = shape as [number, number];
  if (file.shape && (file.shape[0] !== rows || file.shape[1] !== cols)) {
    throw new YardError('AZIMUTHAL_SHAPE', `The .poni file is for a detector of ${file.shape.join(' x ')} pixels; this image has ${rows} x ${cols}. Take the file of this detector, or write "Detector: Detector" with the pixel size and without max_shape into it.`);
  }
  return gridDetector(pixel ? { ...file, pixel1: pixel[0], pixel2: pixel[1] } : file, rows, cols);
}

function sameShape(name: string, array: NdLike, shape: readonly number[]): void {
  if (array.shape.join() !== shape.join()) throw new YardError('AZIMUTHAL_SHAPE', `The ${name} has the shape (${array.shape.join(', ')}); the frames have (${shape.join(', ')}).`);
}

function constant(name: string, array: NdLike, shape: readonly number[]): Float64Array {
  sameShape(name, array, shape);
  const out = new Float64Array(sizeOf(shape));
  pack(array, out);
  return out;
}

function float32Of(name: string, array: NdLike, shape: readonly number[]): Float32Array {
  sameShape(name, array, shape);
  if (isPacked(array) && array.dtype === 'float32') return flat<Float32Array>(array);
  const out = new Float32Array(sizeOf(shape));
  pack(array, out);
  return out;
}
