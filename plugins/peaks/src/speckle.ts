import { YardError, asNdArray, flatData, ndarray, type NdArray, type NdLike } from '@trainyard/core';

/** What the photons of many pixels say of a speckle pattern. */
export interface PhotonStatistics {
  /** Pixels that went in. */
  readonly pixels: number;
  /** Photons per pixel. */
  readonly mean: number;
  readonly variance: number;
  /** Speckle contrast, 1 / modes: (variance - mean) / mean². 1 of fully coherent light, 0 of none; noise may take it below 0. */
  readonly contrast: number;
  /** The same from pixels of none and one photon alone: p(0) / p(1) - 1 / mean; NaN or Infinity where no pixel has one. */
  readonly contrastOfOnes: number;
}

/**
 * Speckle contrast from how many pixels have k photons: `counts[k]`, k from 0 (a histogram of bins of 1 photon from -1/2 on). The photon noise is taken off, since in
 * the negative binomial distribution of M modes the variance is mean + mean² / M and
 * p(0) / p(1) is 1 / M + 1 / mean (J. W. Goodman, Statistical Optics, 1985). NaN where there is no pixel, or no
 * photon. Errors: PEAKS_RANK.
 */
export function photonStatistics(counts: NdLike<1>): PhotonStatistics {
  if (counts.shape.length !== 1) throw new YardError('PEAKS_RANK', `Photon statistics are of counts by number of photons, a vector; this input has the shape (${counts.shape.join(', ')}).`);
  const n = flatData(asNdArray(counts));
  let [pixels, photons] = [0, 0];
  for (let k = 0; k < n.length; k++) {
    pixels += Number(n[k]);
    photons += k * Number(n[k]);
  }
  const mean = photons / pixels;
  let squares = 0;
  for (let k = 0; k < n.length; k++) squares += Number(n[k]) * (k - mean) ** 2;
  const variance = squares / pixels;
  return { pixels, mean, variance, contrast: (variance - mean) / (mean * mean), contrastOfOnes: Number(n[0] ?? 0) / Number(n[1] ?? 0) - 1 / mean };
}

/**
 * p(k), the part of pixels with k photons, for k from 0 to `most`: the negative binomial distribution of `mean` photons per pixel in 1 / `contrast` modes
 * (contrast 0: Poisson's). It belongs beside a measured one. Errors: PEAKS_LIMIT.
 */
export function photonProbability(mean: number, contrast: number, most: number): Float64Array {
  if (!(mean >= 0 && contrast >= 0 && Number.isInteger(most) && most >= 0)) throw new YardError('PEAKS_LIMIT', `p(k) is of a mean and a contrast that are not negative, up to a whole number of photons; not ${mean}, ${contrast} and ${most}.`);
  const out = new Float64Array(most + 1);
  const x = mean * contrast;
  // (1 + x)^(-1 / contrast), also where the contrast is next to nothing.
  out[0] = Math.exp(-mean * (x < 1e-8 ? 1 - x / 2 : Math.log1p(x) / x));
  for (let k = 0; k < most; k++) out[k + 1] = (out[k]! * mean * (1 + k * contrast)) / ((k + 1) * (1 + x));
  return out;
}

/**
 * Speckle contrast of an image of many photons: variance / mean² of its pixels, in float64; NaN pixels are left out, `ddof` is 0. The noise of the detector and of the
 * photons is in it. NaN of no pixel.
 */
export function speckleContrast(image: NdLike): number {
  const values = flatData(asNdArray(image));
  let [count, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const v = Number(values[i]);
    if (v !== v) continue;
    count += 1;
    sum += v;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const v = Number(values[i]);
    if (v === v) squares += (v - mean) ** 2;
  }
  return squares / count / (mean * mean);
}

/** The same of each frame of a stack (one frame: of the image), float64. Errors: PEAKS_RANK. */
export function speckleContrasts(images: NdLike): NdArray<1> {
  const stack = asNdArray(images);
  const { shape } = stack;
  if (shape.length !== 2 && shape.length !== 3) throw new YardError('PEAKS_RANK', `Speckle contrast is of an image, or a stack of images; this input has the shape (${shape.join(', ')}).`);
  const frames = shape.length === 2 ? [stack] : Array.from({ length: shape[0]! }, (_, f) => stack.slice(`${f}`));
  return ndarray(Float64Array.from(frames, (frame) => speckleContrast(frame)), [frames.length]) as NdArray<1>;
}
