import { copyLine } from './line.ts';
import { RegionMedian } from './region-median.ts';
import { KernelError } from './numbers.ts';
import type { Layout } from './pack.ts';
import { RegionFast } from './region-fast.ts';
import type { RegionRuns } from './region-runs.ts';

/** Of the pixels of a region that are not NaN. Of none: count 0, all else NaN. */
export interface Moments {
  count: number;
  sum: number;
  mean: number;
  min: number;
  max: number;
  /** Sum of the squared distances from the mean: over `count` it is the variance. */
  squares: number;
}

export const noMoments = (): Moments => ({ count: 0, sum: NaN, mean: NaN, min: NaN, max: NaN, squares: NaN });

/** Sums of every eighth pixel of a run. */
const LANES = 8;

/**
 * Statistics of one region of images of one shape, in float64 and one walk: sums of a run go over eight lanes that begin with it, squares are taken about
 * the mean of the runs before it (of the first run: its first pixel), and runs are joined by Chan's formula. So the bits depend on the region alone, and
 * a variance loses no more than 1e-16 of itself for each pixel of a run. Float32 and uint16 in dense rows go by vectors.
 */
export class RegionStatistics {
  readonly region: RegionRuns;
  #plain: RegionPlain | undefined;
  #fast: RegionFast | undefined;
  #median: RegionMedian | undefined;

  constructor(region: RegionRuns) {
    this.region = region;
  }

  /** Of the box of an image: two axes, any strides. Errors: REGION_SHAPE. */
  moments(box: Layout, out: Moments = noMoments()): Moments {
    this.#add(box, true, out);
    if (out.count === 0) return Object.assign(out, noMoments());
    // Of 0 and -0 either may be found first. Infinities have no distance from their mean.
    out.min += 0;
    out.max += 0;
    if (!Number.isFinite(out.sum)) out.squares = NaN;
    return out;
  }

  /** Count and sum alone: half the work. The rest of `out` is without meaning. Errors: REGION_SHAPE. */
  sums(box: Layout, out: Moments = noMoments()): Moments {
    this.#add(box, false, out);
    if (out.count === 0) return Object.assign(out, noMoments());
    out.mean = out.sum / out.count;
    return out;
  }

  /** The value in the middle, or the mean of the two in the middle; NaN of none. Errors: REGION_SHAPE. */
  median(box: Layout): number {
    this.#fits(box);
    return (this.#median ??= new RegionMedian(this.region, () => (this.#fast ??= new RegionFast(this.region)))).of(box);
  }

  #add(box: Layout, whole: boolean, out: Moments): void {
    this.#fits(box);
    if (RegionFast.takes(box)) (this.#fast ??= new RegionFast(this.region)).add(box, whole, out);
    else (this.#plain ??= new RegionPlain(this.region)).add(box, out);
  }

  #fits({ shape }: Layout): void {
    const { rows, cols } = this.region;
    if (shape.length !== 2 || shape[0] !== rows || shape[1] !== cols) throw new KernelError('REGION_SHAPE', `the region is of a box of ${rows} x ${cols}, the image is (${shape.join(', ')})`);
  }
}

/** For every type of data and every layout. */
export class RegionPlain {
  readonly #region: RegionRuns;
  readonly #line: Float64Array;
  readonly #sums = new Float64Array(LANES);
  readonly #away = new Float64Array(LANES);
  readonly #squares = new Float64Array(LANES);

  constructor(region: RegionRuns) {
    this.#region = region;
    this.#line = new Float64Array(region.longest);
  }

  /** Infinite and far-off values as they come out of the sums. */
  add(box: Layout, out: Moments): void {
    const { runs } = this.#region;
    const [rowStep, colStep] = box.stride as [number, number];
    Object.assign(out, { count: 0, sum: 0, mean: 0, min: Infinity, max: -Infinity, squares: 0 });
    for (let k = 0; k < runs.length; k += 3) {
      copyLine(box, box.offset + runs[k] * rowStep + runs[k + 1] * colStep, colStep, runs[k + 2], this.#line);
      this.#join(runs[k + 2], out);
    }
  }

  #join(n: number, out: Moments): void {
    const [line, sums, aways, squares] = [this.#line, this.#sums.fill(0), this.#away.fill(0), this.#squares.fill(0)];
    const about = out.count === 0 ? firstReal(line, n) : out.mean;
    let count = 0;
    let { min, max } = out;
    for (let i = 0; i < n; i++) {
      const v = line[i];
      if (v !== v) continue;
      const d = v - about;
      sums[i & 7] += v;
      aways[i & 7] += d;
      squares[i & 7] += d * d;
      count += 1;
      if (v < min) min = v;
      if (v > max) max = v;
    }
    if (count === 0) return;
    [out.min, out.max] = [min, max];
    const sum = laneSum(sums);
    const away = laneSum(aways);
    // Of equal values it may be rounded to below 0.
    const own = Math.max(0, laneSum(squares) - (away * away) / count);
    const apart = out.count === 0 ? 0 : away / count;
    const all = out.count + count;
    out.squares += own + (apart * apart * out.count * count) / all;
    out.count = all;
    out.sum += sum;
    out.mean = out.sum / all;
  }
}

function firstReal(line: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) if (line[i] === line[i]) return line[i];
  return 0;
}

function laneSum(l: Float64Array): number {
  return l[0] + l[2] + (l[4] + l[6]) + (l[1] + l[3] + (l[5] + l[7]));
}
