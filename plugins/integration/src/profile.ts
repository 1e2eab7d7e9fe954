import { Labelled, scratch, type Axis, type NdArray } from '@trainyard/core';
import { flat } from '@trainyard/kernels';

/** The sums behind a curve, float64, all of the shape of the intensity. */
export interface ProfileSums {
  readonly signal: NdArray;
  readonly normalization: NdArray;
  /** Without errors it means nothing. */
  readonly variance: NdArray;
  /** Pixels per bin; with splitting, the sum of their shares. */
  readonly count: NdArray;
  /** How many pixels touch the bin: 0 is an empty one. */
  readonly touched: NdArray;
}

/** What a curve or a map says beside its sums. */
export interface ProfileAbout {
  readonly axis: Axis & { readonly values: Float64Array };
  /** Of a map: its rows. */
  readonly azimuth?: (Axis & { readonly values: Float64Array }) | undefined;
  /** The value of a bin without pixels. */
  readonly empty: number;
  /** Whether variances were summed. */
  readonly errors: boolean;
}

/**
 * The result of an azimuthal integration: a labelled vector, of `azimuthalMap` an image of azimuth and radius (of a stack one for each frame), with what
 * stands behind it. `One` is the array of one frame. `array` is the intensity, sum of signal over sum of normalisation per bin, float64; `.radial` the bins' centres, `.azimuth` the rows'
 * in degrees; `.count` the pixels per bin; `.sigma` one standard deviation (undefined unless errors were asked for; also the result's error bars);
 * `.sums` the sums.
 */
export class AzimuthalProfile<A extends NdArray = NdArray, One extends NdArray = NdArray<1>> extends Labelled<A> {
  readonly about: ProfileAbout;
  readonly sums: ProfileSums;

  constructor(array: A, sums: ProfileSums, about: ProfileAbout) {
    const own = about.azimuth ? [about.azimuth, about.axis] : [about.axis];
    const frames: Axis[] = array.shape.slice(0, -own.length).map((_, k, all) => ({ name: all.length === 1 ? 'frame' : `frame${k + 1}` }));
    super(array, { axes: [...frames, ...own], ...(about.errors && { errors: sigmaOf(sums, about.empty) }) });
    this.about = about;
    this.sums = sums;
  }

  /** Centres of the bins. */
  get radial(): Float64Array {
    return this.about.axis.values;
  }

  /** Of a map: centres of its rows in degrees. */
  get azimuth(): Float64Array | undefined {
    return this.about.azimuth?.values;
  }

  get count(): A {
    return this.sums.count as A;
  }

  get sigma(): A | undefined {
    return this.labels.errors as A | undefined;
  }

  /** All frames as one exposure: the sums are added, frame by frame, then divided. A single curve or map gives itself. */
  together(): AzimuthalProfile<One, One> {
    const rank = this.about.azimuth ? 2 : 1;
    const shape = this.array.shape.slice(-rank);
    if (this.array.shape.length === rank) return this as unknown as AzimuthalProfile<One, One>;
    const bins = shape.reduce((n, m) => n * m, 1);
    const add = (of: NdArray): NdArray => {
      const all = flat<Float64Array>(of);
      const sum = scratch(shape, 'float64');
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

/** The curve of sums: signal over normalisation, `empty` where no pixel is. */
export function profileOf<A extends NdArray, One extends NdArray>(sums: ProfileSums, about: ProfileAbout): AzimuthalProfile<A, One> {
  const out = scratch(sums.signal.shape, 'float64');
  const to = flat<Float64Array>(out);
  const [signal, norm, touched] = [flat<Float64Array>(sums.signal), flat<Float64Array>(sums.normalization), flat<Float64Array>(sums.touched)];
  for (let i = 0; i < to.length; i++) to[i] = touched[i] === 0 ? about.empty : signal[i] / norm[i];
  return new AzimuthalProfile(out as unknown as A, sums, about);
}

/** One standard deviation of each bin: sqrt(sum of variance) over sum of normalisation. */
function sigmaOf({ variance, normalization, touched }: ProfileSums, empty: number): NdArray {
  const out = scratch(variance.shape, 'float64');
  const to = flat<Float64Array>(out);
  const [v, norm, n] = [flat<Float64Array>(variance), flat<Float64Array>(normalization), flat<Float64Array>(touched)];
  for (let i = 0; i < to.length; i++) to[i] = n[i] === 0 ? empty : Math.sqrt(v[i]) / norm[i];
  return out;
}
