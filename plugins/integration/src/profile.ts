import { Labelled, ndarray, scratch, type Axis, type NdArray } from '@trainyard/core';
import { flat, type BinSums } from '@trainyard/kernels';

/** The sums behind a curve, float64, all of the shape of the intensity. */
export interface ProfileSums {
  readonly signal: NdArray;
  readonly normalization: NdArray;
  /** 0 where no errors were asked for. */
  readonly variance: NdArray;
  /** Pixels per bin; with splitting, the sum of their shares. */
  readonly count: NdArray;
  /** How many pixels touch the bin: 0 is an empty one. */
  readonly touched: NdArray;
}

/** What a curve says beside its sums. */
export interface ProfileAbout {
  readonly axis: Axis & { readonly values: Float64Array };
  /** The value of a bin without pixels. */
  readonly empty: number;
  /** Whether variances were summed. */
  readonly errors: boolean;
}

/**
 * The result of an azimuthal integration: a labelled vector (of a stack: a matrix, one curve per frame), with what stands behind it.
 * `array` is the intensity, sum of signal over sum of normalisation per bin, float64; `.radial` the bins' centres; `.count` the pixels
 * per bin; `.sigma` one standard deviation (undefined unless errors were asked for; also the result's error bars); `.sums` the sums.
 */
export class AzimuthalProfile<A extends NdArray = NdArray> extends Labelled<A> {
  readonly about: ProfileAbout;
  readonly sums: ProfileSums;

  constructor(array: A, sums: ProfileSums, about: ProfileAbout) {
    const frames: Axis[] = array.shape.slice(0, -1).map((_, k, all) => ({ name: all.length === 1 ? 'frame' : `frame${k + 1}` }));
    super(array, { axes: [...frames, about.axis], ...(about.errors && { errors: sigmaOf(sums, about.empty) }) });
    this.about = about;
    this.sums = sums;
  }

  /** Centres of the bins. */
  get radial(): Float64Array {
    return this.about.axis.values;
  }

  get count(): A {
    return this.sums.count as A;
  }

  get sigma(): A | undefined {
    return this.labels.errors as A | undefined;
  }

  /** All frames as one exposure: the sums are added, frame by frame, then divided. A single curve gives itself. */
  together(): AzimuthalProfile<NdArray<1>> {
    if (this.array.shape.length === 1) return this as unknown as AzimuthalProfile<NdArray<1>>;
    const bins = this.radial.length;
    const add = (of: NdArray): NdArray => {
      const all = flat<Float64Array>(of);
      const sum = scratch([bins], 'float64');
      const to = flat<Float64Array>(sum).fill(0);
      for (let i = 0; i < all.length; i += bins) for (let b = 0; b < bins; b++) to[b] += all[i + b];
      return sum;
    };
    const { signal, normalization, variance, count, touched } = this.sums;
    return profileOf({ signal: add(signal), normalization: add(normalization), variance: add(variance), count: add(count), touched: add(touched) }, this.about);
  }
}

/** Room for the sums of so many frames. */
export function profileSums(shape: readonly number[]): ProfileSums {
  const room = (): NdArray => scratch(shape, 'float64');
  return { signal: room(), normalization: room(), variance: room(), count: room(), touched: room() };
}

/** Takes over the sums of frame `frame`. */
export function putSums(to: ProfileSums, frame: number, bins: number, { signal, norm, variance, count, entries }: BinSums): void {
  for (const [room, values] of [[to.signal, signal], [to.normalization, norm], [to.variance, variance], [to.count, count], [to.touched, entries]] as const) {
    flat<Float64Array>(room).set(values.subarray(0, bins), frame * bins);
  }
}

/** The curve of sums: signal over normalisation, `empty` where no pixel is. */
export function profileOf<A extends NdArray>(sums: ProfileSums, about: ProfileAbout): AzimuthalProfile<A> {
  const out = scratch(sums.signal.shape, 'float64');
  const to = flat<Float64Array>(out);
  const [signal, norm, touched] = [flat<Float64Array>(sums.signal), flat<Float64Array>(sums.normalization), flat<Float64Array>(sums.touched)];
  for (let i = 0; i < to.length; i++) to[i] = touched[i] === 0 ? about.empty : signal[i] / norm[i];
  return new AzimuthalProfile(out as unknown as A, sums, about);
}

/** One standard deviation of each bin: sqrt(sum of variance) over sum of normalisation. */
function sigmaOf({ variance, normalization, touched }: ProfileSums, empty: number): NdArray {
  const [v, norm, n] = [flat<Float64Array>(variance), flat<Float64Array>(normalization), flat<Float64Array>(touched)];
  return ndarray(Float64Array.from(v, (value, i) => (n[i] === 0 ? empty : Math.sqrt(value) / norm[i])), variance.shape);
}
