import { YardError, asNdArray, flatData, labelled, scratch, type Axis, type Labelled, type NdLike } from '@trainyard/core';
import { RealFft, RealFft2, flat, type Numbers } from '@trainyard/kernels';

export const spectrumParts = ['magnitude', 'power', 'real', 'imaginary', 'phase'] as const;
/** What of the complex values is given; power is the square of the magnitude, phase in radians. */
export type SpectrumPart = (typeof spectrumParts)[number];

export interface SpectrumOptions {
  readonly of?: SpectrumPart | undefined;
  /** Frequency 0 in the middle, negative ones before it. */
  readonly shift?: boolean | undefined;
  /** From one element to the next (default 1): frequencies are per this unit. */
  readonly step?: number | undefined;
}

/**
 * The Fourier transform of a vector, or of each row of an array along its last axis, as `numpy.fft.rfft` has it: not scaled, frequencies 0 to half of 1 / step. With
 * `shift` all frequencies, as `numpy.fft.fftshift(numpy.fft.fft(...))`. Any length; float64 in scratch memory, labelled with the frequencies. A row with a NaN or infinity is all NaN.
 * Errors: SPECTRUM_RANK, SPECTRUM_EMPTY, SPECTRUM_STEP, SPECTRUM_PART.
 */
export function spectrum(value: NdLike, { of = 'magnitude', shift = false, step = 1 }: SpectrumOptions = {}): Labelled {
  check(value, 1, of, step);
  const from = numbersOf(value);
  const n = value.shape.at(-1)!;
  const kept = shift ? n : Math.floor(n / 2) + 1;
  const out = scratch([...value.shape.slice(0, -1), kept], 'float64');
  const to = flat<Float64Array>(out);
  const { plan, re, im, part } = vectorPlan(n);
  for (let i = 0, o = 0; i < from.length; i += n, o += kept) {
    plan.run(from, i, re, im);
    if (!shift) {
      take(of, re, im, to, o, kept);
      continue;
    }
    // Of a real signal the negative frequencies are the positive ones mirrored.
    const negative = Math.floor(n / 2);
    take(of, re, im, to, o + negative, n - negative);
    const sign = signOf(of);
    take(of, re.subarray(1), im.subarray(1), part, 0, negative);
    for (let k = 1; k <= negative; k++) to[o + negative - k] = sign * part[k - 1]!;
  }
  return labelled(out, { axes: [...value.shape.slice(0, -1).map((_, k): Axis => ({ name: `axis${k}` })), frequencies('frequency', n, step, shift, !shift)] });
}

/**
 * The Fourier transform of an image, or of each of a stack, along the last two axes, as `numpy.fft.fft2` has it: not scaled, all frequencies; with `shift` (default) as
 * `numpy.fft.fftshift` puts them, frequency 0 at (rows / 2, columns / 2). float64 in scratch memory, labelled. An image with a NaN or infinity is all NaN. Errors as `spectrum`.
 */
export function spectrum2d(image: NdLike, { of = 'magnitude', shift = true, step = 1 }: SpectrumOptions = {}): Labelled {
  check(image, 2, of, step);
  const from = numbersOf(image);
  const [rows, cols] = image.shape.slice(-2) as [number, number];
  const out = scratch(image.shape, 'float64');
  const to = flat<Float64Array>(out);
  const { plan, re, im, part } = imagePlan(rows, cols);
  const size = rows * cols;
  const [down, right] = shift ? [Math.floor(rows / 2), Math.floor(cols / 2)] : [0, 0];
  const sign = signOf(of);
  for (let start = 0; start < from.length; start += size) {
    plan.run(from, start, re, im);
    const { half } = plan;
    take(of, re, im, part, 0, rows * half);
    for (let row = 0; row < rows; row++) {
      const at = start + ((row + down) % rows) * cols;
      const [own, mirror] = [row * half, (row === 0 ? 0 : rows - row) * half];
      // Of an even number of columns the last one is that of the highest frequency, which comes first when shifted.
      for (let k = 0; k < half; k++) to[at + (k + right === cols ? 0 : k + right)] = part[own + k]!;
      for (let k = 1; k <= cols - half; k++) to[at + (right === 0 ? cols : right) - k] = sign * part[mirror + k]!;
    }
  }
  const outer = image.shape.slice(0, -2).map((_, k): Axis => ({ name: `axis${k}` }));
  return labelled(out, { axes: [...outer, frequencies('ky', rows, step, shift), frequencies('kx', cols, step, shift)] });
}

/** What a value is at the negative frequency: conjugated. */
const signOf = (of: SpectrumPart): 1 | -1 => (of === 'imaginary' || of === 'phase' ? -1 : 1);

/** Writes what is wanted of the first `count` values. */
function take(of: SpectrumPart, re: Float64Array, im: Float64Array, to: Float64Array, at: number, count: number): void {
  switch (of) {
    case 'magnitude':
      for (let i = 0; i < count; i++) to[at + i] = Math.sqrt(re[i]! * re[i]! + im[i]! * im[i]!);
      break;
    case 'power':
      for (let i = 0; i < count; i++) to[at + i] = re[i]! * re[i]! + im[i]! * im[i]!;
      break;
    case 'real':
      for (let i = 0; i < count; i++) to[at + i] = re[i]!;
      break;
    case 'imaginary':
      for (let i = 0; i < count; i++) to[at + i] = im[i]!;
      break;
    case 'phase':
      for (let i = 0; i < count; i++) to[at + i] = Math.atan2(im[i]!, re[i]!);
  }
}

/** As `numpy.fft.fftfreq`, in the order of the result; of a half spectrum the last is positive. */
function frequencies(name: string, n: number, step: number, shift: boolean, half = false): Axis {
  const values = Float64Array.from({ length: half ? Math.floor(n / 2) + 1 : n }, (_, k) => {
    const at = shift ? k - Math.floor(n / 2) : half || k < Math.ceil(n / 2) ? k : k - n;
    return at / (n * step);
  });
  return { name, values };
}

function check(value: NdLike, axes: 1 | 2, of: SpectrumPart, step: number): void {
  const name = axes === 1 ? 'spectrum' : 'spectrum2d';
  // A scalar comes as a number.
  const { shape } = asNdArray(value);
  if (!spectrumParts.includes(of)) throw new YardError('SPECTRUM_PART', `${name} gives ${spectrumParts.join(', ')}, not "${String(of)}".`);
  if (!(step > 0 && Number.isFinite(step))) throw new YardError('SPECTRUM_STEP', `${name} takes the distance from one element to the next, above 0, not ${step}.`);
  if (shape.length < axes) throw new YardError('SPECTRUM_RANK', `${name} takes ${axes === 1 ? 'a vector, or an array of them' : 'an image, or a stack of them'}, not an array of shape (${shape.join(', ')}).`);
  if (shape.slice(-axes).includes(0)) throw new YardError('SPECTRUM_EMPTY', `${name} of nothing: the array has the shape (${shape.join(', ')}).`);
}

function numbersOf(value: NdLike): Numbers {
  const data = flatData(asNdArray(value));
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : (data as Numbers);
}

const KEPT = 4;

/** What was made for the sizes used last. */
function kept<T>(make: (rows: number, cols: number) => T): (rows: number, cols: number) => T {
  const plans = new Map<string, T>();
  return (rows, cols) => {
    const key = `${rows} ${cols}`;
    const found = plans.get(key) ?? make(rows, cols);
    plans.delete(key);
    plans.set(key, found);
    if (plans.size > KEPT) plans.delete(plans.keys().next().value!);
    return found;
  };
}

const room = (size: number) => ({ re: new Float64Array(size), im: new Float64Array(size), part: new Float64Array(size) });
const imagePlan = kept((rows, cols) => ({ plan: new RealFft2(rows, cols), ...room(rows * cols) }));
const rowPlan = kept((_, n) => ({ plan: new RealFft(n), ...room(n) }));
const vectorPlan = (n: number) => rowPlan(1, n);
