import { copyLine } from './line.ts';
import { RegionMedian } from './region-median.ts';
import { KernelError } from './numbers.ts';
import type { Layout } from './pack.ts';
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
 * Statistics of one region of images of one shape. Every run is walked twice while it is in the cache, for its sum and for the squares about its own mean;
 * runs are joined by Chan's formula. All in float64; sums of a run go over eight lanes that begin with it, so the bits depend on the region alone.
 */
export class RegionStatistics {
  readonly region: RegionRuns;
  readonly #line: Float64Array;
  readonly #lanes = new Float64Array(LANES);
  #median: RegionMedian | undefined;

  constructor(region: RegionRuns) {
    this.region = region;
    this.#line = new Float64Array(region.longest);
  }

  /** Of the box of an image: two axes, any strides. Errors: REGION_SHAPE. */
  moments(box: Layout, out: Moments = noMoments()): Moments {
    this.#fits(box);
    const { runs } = this.region;
    const [rowStep, colStep] = box.stride as [number, number];
    Object.assign(out, { count: 0, sum: 0, mean: 0, min: Infinity, max: -Infinity, squares: 0 });
    for (let k = 0; k < runs.length; k += 3) {
      copyLine(box, box.offset + runs[k] * rowStep + runs[k + 1] * colStep, colStep, runs[k + 2], this.#line);
      joinRun(this.#line, runs[k + 2], this.#lanes, out);
    }
    if (out.count === 0) return Object.assign(out, noMoments());
    out.mean = out.sum / out.count;
    // Of 0 and -0 either may be found first.
    out.min += 0;
    out.max += 0;
    return out;
  }

  /** The value in the middle, or the mean of the two in the middle; NaN of none. Errors: REGION_SHAPE. */
  median(box: Layout): number {
    this.#fits(box);
    return (this.#median ??= new RegionMedian(this.region)).of(box);
  }

  #fits({ shape }: Layout): void {
    const { rows, cols } = this.region;
    if (shape.length !== 2 || shape[0] !== rows || shape[1] !== cols) throw new KernelError('REGION_SHAPE', `the region is of a box of ${rows} x ${cols}, the image is (${shape.join(', ')})`);
  }
}

function joinRun(line: Float64Array, n: number, lanes: Float64Array, out: Moments): void {
  lanes.fill(0);
  let count = 0;
  let { min, max } = out;
  for (let i = 0; i < n; i++) {
    const v = line[i];
    if (v !== v) continue;
    lanes[i & 7] += v;
    count += 1;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  if (count === 0) return;
  [out.min, out.max] = [min, max];
  const sum = laneSum(lanes);
  const mean = sum / count;
  lanes.fill(0);
  for (let i = 0; i < n; i++) {
    const d = line[i] - mean;
    if (d === d) lanes[i & 7] += d * d;
    else if (line[i] === line[i]) lanes[i & 7] = NaN;
  }
  const before = out.count;
  const apart = mean - out.mean;
  out.count += count;
  out.sum += sum;
  out.squares += laneSum(lanes) + (before === 0 ? 0 : (apart * apart * before * count) / out.count);
  out.mean = out.sum / out.count;
}

function laneSum(l: Float64Array): number {
  return l[0] + l[2] + (l[4] + l[6]) + (l[1] + l[3] + (l[5] + l[7]));
}
