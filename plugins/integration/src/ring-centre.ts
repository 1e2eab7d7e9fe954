import { YardError, asNdArray, type NdLike } from '@trainyard/core';
import { pack } from '@trainyard/kernels';
import { ringSharpness, type Samples } from './ring-sharpness.ts';

export interface RingCentreOptions {
  /** Not 0 where a pixel is left out. */
  readonly mask?: NdLike | undefined;
  /** Where to begin, as column and row; without it all of the image is searched, and half of its size around it. */
  readonly near?: readonly [x: number, y: number] | undefined;
}

/** Where the middle of the rings is, as pixel edges: the middle of the first pixel is at 0.5, 0.5. */
export interface RingCentre {
  /** Column. */
  readonly x: number;
  /** Row. */
  readonly y: number;
  /** Which part of the scatter of intensities (without what changes slowly) the distance from there explains: 1 are rings and nothing else, about 0 is no ring. */
  readonly sharpness: number;
}

/** Pixels along a side where the search begins, and at most. */
const COARSE = 96;
const FINE = 700;
/** So many of the best places of the coarse search are followed up. */
const FOLLOWED = 6;

/**
 * The beam's place from the rings of a powder, a liquid or a grating's circles: the point around which the image changes with the distance only. Searched
 * for on coarse images first, then on finer ones; what changes slowly is taken off and the largest intensities are cut, so that background and hot pixels
 * do not lead. Masked, NaN and infinite pixels count nowhere; rings need not be whole. Good to about 0.1 pixel where rings are sharp and the detector
 * stands at right angles to the beam: of a tilted one it is the middle of ellipses. Takes about a second for a million pixels. Gives NaN with the
 * sharpness 0 where there are fewer than 100 pixels, or nothing that changes. Errors: RING_IMAGE (no image, or a mask of another shape).
 */
export function ringCentre(image: NdLike<2>, { mask, near }: RingCentreOptions = {}): RingCentre {
  const [rows, cols] = image.shape as readonly number[];
  if (image.shape.length !== 2 || rows === undefined || cols === undefined) throw new YardError('RING_IMAGE', `Rings are searched for in one image, with 2 axes; this input has ${image.shape.length}.`);
  if (mask && mask.shape.join() !== image.shape.join()) throw new YardError('RING_IMAGE', `The mask has the shape (${mask.shape.join(', ')}); the image has (${image.shape.join(', ')}).`);
  const pixels = new Float32Array(rows * cols);
  pack(asNdArray(image), pixels);
  if (mask) {
    const out = new Float32Array(pixels.length);
    pack(asNdArray(mask), out);
    for (let i = 0; i < pixels.length; i++) if (out[i] !== 0) pixels[i] = Number.NaN;
  }
  cutPeaks(pixels);
  const largest = Math.max(rows, cols);
  let by = Math.max(1, Math.ceil(largest / COARSE));
  let samples = sampled(pixels, rows, cols, by);
  if (samples.count < 100) return { x: Number.NaN, y: Number.NaN, sharpness: 0 };

  let places: readonly Place[];
  if (near) places = [{ x: near[0], y: near[1], sharpness: -Infinity }];
  else places = coarsest(everyFourth(samples), rows, cols, 2 * by);
  for (let step = 2 * by; ; by = Math.max(1, Math.ceil(by / 2), Math.ceil(largest / FINE))) {
    samples = sampled(pixels, rows, cols, by);
    const width = by;
    places = places.map((place) => climbed(place, step, width / 4, (x, y) => ringSharpness(samples, x, y, width)));
    places = [...places].sort((a, b) => b.sharpness - a.sharpness).slice(0, Math.max(1, places.length >> 1));
    step = width;
    if (by === Math.max(1, Math.ceil(largest / FINE))) break;
  }
  const best = climbed(places[0]!, 2 * by, by / 64, (x, y) => ringSharpness(samples, x, y, by));
  return best.sharpness > 0 ? best : { x: Number.NaN, y: Number.NaN, sharpness: 0 };
}

type Place = RingCentre;

/** A quarter of the samples, spread evenly: enough to see where to look closer. */
function everyFourth({ x, y, value, count }: Samples): Samples {
  const some = (of: Float64Array): Float64Array => of.subarray(0, count).filter((_, i) => i % 4 === (i >> 5) % 4);
  const values = some(value);
  return { x: some(x), y: some(y), value: values, count: values.length };
}

/** The best places of a grid over the image and half of its size around it, apart from each other. */
function coarsest(samples: Samples, rows: number, cols: number, step: number): Place[] {
  const found: Place[] = [];
  for (let y = -rows / 2; y <= 1.5 * rows; y += step) for (let x = -cols / 2; x <= 1.5 * cols; x += step) found.push({ x, y, sharpness: ringSharpness(samples, x, y, step) });
  found.sort((a, b) => b.sharpness - a.sharpness);
  const kept: Place[] = [];
  for (const place of found) {
    if (kept.length === FOLLOWED) break;
    if (kept.every(({ x, y }) => Math.hypot(x - place.x, y - place.y) > 3 * step)) kept.push(place);
  }
  return kept;
}

/** Goes to the best of eight neighbours as long as one is better, with ever smaller steps. */
function climbed(from: Place, first: number, last: number, sharpness: (x: number, y: number) => number): Place {
  let best: Place = { ...from, sharpness: sharpness(from.x, from.y) };
  for (let step = first; step >= last; step /= 2) {
    for (let turn = 0; turn < 50; turn++) {
      const here = best;
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, 1], [1, -1], [-1, -1]] as const) {
        const [x, y] = [here.x + dx * step, here.y + dy * step];
        const value = sharpness(x, y);
        if (value > best.sharpness) best = { x, y, sharpness: value };
      }
      if (best === here) break;
    }
  }
  return best;
}

/** Cuts intensities at the value that 1 of 1000 pixels exceeds, then takes their roots, so that no pixel outweighs the rings. */
function cutPeaks(pixels: Float32Array): void {
  const sorted = pixels.filter((v) => v - v === 0).sort();
  const high = sorted[Math.floor(0.999 * (sorted.length - 1))] ?? 0;
  const low = sorted[Math.floor(0.001 * (sorted.length - 1))] ?? 0;
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.sqrt(Math.min(high, Math.max(low, pixels[i]!)) - low);
}

/** Means of `by` x `by` pixels, less the mean of their surroundings; cells with less than half of their pixels are left out. */
function sampled(pixels: Float32Array, rows: number, cols: number, by: number): Samples {
  const [height, width] = [Math.ceil(rows / by), Math.ceil(cols / by)];
  const [sum, count] = [new Float64Array(height * width), new Float64Array(height * width)];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const v = pixels[i * cols + j]!;
      if (v - v !== 0) continue;
      const at = Math.floor(i / by) * width + Math.floor(j / by);
      sum[at] += v;
      count[at] += 1;
    }
  }
  for (let k = 0; k < sum.length; k++) {
    if (count[k]! * 2 < by * by) [sum[k], count[k]] = [0, 0];
    else [sum[k], count[k]] = [sum[k]! / count[k]!, 1];
  }
  const around = Math.max(3, Math.round(Math.max(height, width) / 24));
  const [slow, weight] = [boxed(boxed(sum, height, width, around), height, width, around), boxed(boxed(count, height, width, around), height, width, around)];
  const samples: Samples = { x: new Float64Array(sum.length), y: new Float64Array(sum.length), value: new Float64Array(sum.length), count: 0 };
  for (let k = 0; k < sum.length; k++) {
    if (count[k] === 0) continue;
    samples.x[samples.count] = ((k % width) + 0.5) * by;
    samples.y[samples.count] = (Math.floor(k / width) + 0.5) * by;
    samples.value[samples.count++] = sum[k]! - slow[k]! / weight[k]!;
  }
  return samples;
}

/** Sums over a square of 2 n + 1 cells around each, cut off at the edges. */
function boxed(values: Float64Array, height: number, width: number, n: number): Float64Array {
  const rows = new Float64Array(values.length);
  const out = new Float64Array(values.length);
  slide(values, rows, height, width, width, 1, n);
  slide(rows, out, width, height, 1, width, n);
  return out;
}

function slide(from: Float64Array, to: Float64Array, lines: number, length: number, lineStep: number, step: number, n: number): void {
  for (let line = 0; line < lines; line++) {
    const at = line * lineStep;
    let sum = 0;
    for (let i = 0; i < Math.min(n, length); i++) sum += from[at + i * step]!;
    for (let i = 0; i < length; i++) {
      if (i + n < length) sum += from[at + (i + n) * step]!;
      if (i - n - 1 >= 0) sum -= from[at + (i - n - 1) * step]!;
      to[at + i * step] = sum;
    }
  }
}
