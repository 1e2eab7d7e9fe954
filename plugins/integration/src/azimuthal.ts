import { YardError, plan, workspace, type NdArray, type NdLike } from '@trainyard/core';
import { binSums, flat, isPacked, pack, sumIntoBins } from '@trainyard/kernels';
import { parsePoni, type Poni } from './poni.ts';
import { AzimuthalProfile, profileOf, profileSums, putSums } from './profile.ts';
import { radialTable, type RadialTable, type Split } from './table.ts';
import { unitLabels, type RadialUnit } from './units.ts';

export interface AzimuthalOptions {
  /** A `.poni` file (a relative path starts at the views file's folder; a change of the file is taken over), or its content. */
  readonly poni: string | Poni;
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
  /** An image, not 0 where a pixel is left out. */
  readonly mask?: NdLike | undefined;
  /** Subtracted from every frame. */
  readonly dark?: NdLike | undefined;
  /** Response of each pixel, divided by; NaN or 0 leaves it out. */
  readonly flat?: NdLike | undefined;
  /** A raw value that says "no data", and how near to it a value counts as it (default 0). */
  readonly dummy?: number | undefined;
  readonly deltaDummy?: number | undefined;
  /** Ends of the radial axis in its unit; default: the detector's. */
  readonly radialMin?: number | undefined;
  readonly radialMax?: number | undefined;
  /** Sector in degrees, -180 to 180, 0 along x. */
  readonly azimuthMin?: number | undefined;
  readonly azimuthMax?: number | undefined;
  /** The value of a bin without pixels; default 0. */
  readonly empty?: number | undefined;
  /** `poisson`: standard deviations from counting photons; default none. */
  readonly errors?: 'none' | 'poisson' | undefined;
}

/** An integration, ready to be called on every train. */
export interface Azimuthal {
  /** An image gives a curve. */
  (image: NdLike<2>): AzimuthalProfile<NdArray<1>>;
  /** A stack gives one curve per frame; leading axes are kept. */
  (image: NdLike): AzimuthalProfile;
}

/**
 * Azimuthal integration with pyFAI's geometry and conventions, as a plan: `const iq = azimuthal({ poni: './geo.poni', bins: 250 })`,
 * then `iq(image)`. The sparse matrix is built on the first image and again when an option, the file or the image's shape changes;
 * options may be a function, so that they follow parameters: `azimuthal(() => ({ poni: './geo.poni', bins: p.bins }))`.
 * The last two axes of the image are the detector. Arrays given as options are taken for constant until another one is given.
 *
 * Per pixel in float32: (raw - dark) / (flat x solid angle x polarization); sums in float64, in one fixed order; a curve is the ratio of
 * sums, never a mean of ratios. NaN and infinite pixels, masked ones and dummies count nowhere.
 * Errors: AZIMUTHAL_RANK, AZIMUTHAL_SHAPE (mask, dark or flat of another shape, or a detector shape other than the file's),
 * and those of `parsePoni` and `radialTable`. J. Kieffer et al., J. Synchrotron Rad. 27 (2020) 558, doi 10.1107/S1600577520000776.
 */
export function azimuthal(options: AzimuthalOptions | (() => AzimuthalOptions)): Azimuthal {
  const read = typeof options === 'function' ? options : () => options;
  const folder = workspace.folder;
  let now: AzimuthalOptions;
  let size: readonly [number, number] = [0, 0];
  let work = new Float32Array(0);
  const geometry = plan((poni) => (typeof poni === 'string' ? parsePoni(poni) : poni), () => (typeof now.poni === 'string' ? workspace.readText(now.poni, folder) : now.poni));
  const table = plan(
    (poni: Poni, ...[rows, cols]: readonly unknown[]): RadialTable => build(poni, rows as number, cols as number, now),
    geometry, () => size[0], () => size[1],
    () => now.bins, () => now.unit, () => now.split, () => now.solidAngle, () => now.polarization, () => now.mask, () => now.flat,
    () => now.radialMin, () => now.radialMax, () => now.azimuthMin, () => now.azimuthMax, () => now.pixel?.[0], () => now.pixel?.[1],
  );

  return ((image: NdLike) => {
    const { shape } = image;
    if (shape.length < 2) throw new YardError('AZIMUTHAL_RANK', `azimuthal takes an image or a stack of images; this input has ${shape.length} ${shape.length === 1 ? 'axis' : 'axes'}.`);
    now = read();
    size = [shape.at(-2)!, shape.at(-1)!];
    if (size[0] === 0 || size[1] === 0) throw new YardError('AZIMUTHAL_RANK', `An image of ${size[0]} x ${size[1]} pixels cannot be integrated.`);
    const { table: bins, radial } = table();
    const sums = profileSums([...shape.slice(0, -2), bins.bins]);
    const one = binSums(bins.bins);
    const dark = now.dark && darkOf(now.dark, size);
    const poisson = now.errors === 'poisson' ? { ...(dark && { dark }) } : undefined;
    const room = (length: number): Float32Array => (work.length === length ? work : (work = new Float32Array(length)));
    eachFrame(image, room, now.dummy !== undefined || dark !== undefined, (data, from, frame) => {
      if (data === work) prepare(data, from, bins.pixels, dark, now.dummy, now.deltaDummy ?? 0);
      sumIntoBins(bins, data, one, from, poisson);
      putSums(sums, frame, bins.bins, one);
    });
    return profileOf(sums, { axis: { ...unitLabels[now.unit ?? 'q_nm^-1'], values: radial }, empty: now.empty ?? 0, errors: poisson !== undefined });
  });
}

function build(file: Poni, rows: number, cols: number, options: AzimuthalOptions): RadialTable {
  const [pixel1, pixel2] = options.pixel ?? [file.pixel1, file.pixel2];
  if (file.shape && (file.shape[0] !== rows || file.shape[1] !== cols)) {
    throw new YardError('AZIMUTHAL_SHAPE', `The .poni file is for a detector of ${file.shape.join(' x ')} pixels; this image has ${rows} x ${cols}. Take the file of this detector, or drop max_shape from it.`);
  }
  const { bins = 1000, unit = 'q_nm^-1', split = 'none', solidAngle = true, mask, flat: response, ...more } = options;
  return radialTable({ poni: { ...file, pixel1, pixel2 }, rows, cols }, {
    ...more, bins, unit, split, solidAngle,
    mask: mask && constant('mask', mask, [rows, cols]),
    flat: response && constant('flat', response, [rows, cols]),
  });
}

function constant(name: string, array: NdLike, size: readonly [number, number]): Float64Array {
  if (array.shape.length !== 2 || array.shape[0] !== size[0] || array.shape[1] !== size[1]) {
    throw new YardError('AZIMUTHAL_SHAPE', `The ${name} has shape (${array.shape.join(', ')}); the images have ${size[0]} x ${size[1]} pixels.`);
  }
  const out = new Float64Array(size[0] * size[1]);
  pack(array, out);
  return out;
}

function darkOf(dark: NdLike, size: readonly [number, number]): Float32Array {
  if (isPacked(dark) && dark.dtype === 'float32' && dark.shape.length === 2 && dark.shape[0] === size[0] && dark.shape[1] === size[1]) return flat<Float32Array>(dark);
  return Float32Array.from(constant('dark', dark, size));
}

/**
 * Calls `visit` with each frame of a stack as float32: in place where it lies so (and `copy` is false), else packed into `room`.
 * Frames are packed together, as many as share a cache line where pulses are the dense axis, 32 MB at most.
 */
function eachFrame(image: NdLike, room: (length: number) => Float32Array, copy: boolean, visit: (data: Float32Array, from: number, frame: number) => void): void {
  const { shape, stride, offset } = image;
  const [rows, cols] = [shape.at(-2)!, shape.at(-1)!];
  const [rowStep, colStep] = [stride.at(-2)!, stride.at(-1)!];
  const frame = rows * cols;
  const dense = !copy && image.dtype === 'float32' && colStep === 1 && rowStep === cols;
  const [count, ...inner] = shape.length > 2 ? shape.slice(0, -2) : [1];
  const countStep = shape.length > 2 ? stride[0] : 0;
  const others = inner.reduce((n, m) => n * m, 1);
  const group = Math.min(count, 16, Math.max(1, Math.floor(2 ** 23 / frame)));
  for (let m = 0; m < others; m++) {
    let at = offset;
    for (let k = inner.length - 1, rest = m; k >= 0; rest = Math.floor(rest / inner[k]), k--) at += (rest % inner[k]) * stride[k + 1];
    for (let p = 0; p < count; p += group) {
      const n = Math.min(group, count - p);
      if (dense) {
        for (let g = p; g < p + n; g++) visit(image.data as unknown as Float32Array, at + g * countStep, g * others + m);
        continue;
      }
      const work = room(group * frame);
      pack({ data: image.data, shape: [n, rows, cols], stride: [countStep, rowStep, colStep], offset: at + p * countStep }, work);
      for (let g = 0; g < n; g++) visit(work, g * frame, (p + g) * others + m);
    }
  }
}

/** Dummies become NaN, then the dark is subtracted; in float32. */
function prepare(data: Float32Array, from: number, n: number, dark: Float32Array | undefined, dummy: number | undefined, delta: number): void {
  if (dummy !== undefined) for (let i = from; i < from + n; i++) if (Math.abs(data[i] - dummy) <= delta) data[i] = Number.NaN;
  if (dark) for (let i = 0; i < n; i++) data[from + i] -= dark[i];
}
