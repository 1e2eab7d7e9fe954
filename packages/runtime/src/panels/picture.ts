import { flatData, ndarray, type AnyTypedArray, type NdArray } from '@trainyard/core';
import { PICTURE_PERCENTS, lastCode, type PictureData, type PictureRendition } from '@trainyard/control';
import { typedArrayAt } from '../worker/wire.ts';
import { copyNumbers } from './numbers.ts';
import { sampleFinite, sampleRoom, selectRanks } from './percentiles.ts';
import { Scratch } from './scratch.ts';

const scratch = { means: new Scratch(Float64Array), line: new Scratch(Float64Array), sums: new Scratch(Float64Array), counts: new Scratch(Float64Array), sample: new Scratch(Float64Array), bytes: new Scratch(Uint8Array) };

/** Two axes of the array in memory that the next picture writes over: for who encodes it at once. An array of one axis is one row. */
export function pictureOf(array: NdArray, as: PictureRendition): PictureData {
  const shape = array.shape.length === 1 ? [1, ...array.shape] : [...array.shape];
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  const data = flatData(array);
  const isEmpty = data.length === 0;
  const [r0, c0, r1, c1] = as.window ?? [0, 0, rows, columns];
  const [top, left] = isEmpty ? [0, 0] : [Math.min(r0, rows), Math.min(c0, columns)];
  const window = [top, left, isEmpty ? 0 : Math.max(top, Math.min(r1, rows)), isEmpty ? 0 : Math.max(left, Math.min(c1, columns))] as const;
  const [height, width] = [Math.ceil((window[2] - top) / as.block), Math.ceil((window[3] - left) / as.block)];
  const start = planeOf(shape, as.plane ?? []) * rows * columns;
  const means = scratch.means.take(height * width);
  reduce(data, start, columns, window, as.block, means, height, width);
  const found = percentilesOf(means, width, as);
  const { low, high } = found;
  const pixels = as.bits === 'exact' ? exact(array, data, start, columns, window, height, width) : codes(means, as, low, high, height, width);
  return { '~picture': true, shape, dtype: array.dtype, window, block: as.block, scale: as.scale, low, high, pixels, percentiles: found.all, positivePercentiles: found.positive };
}

/** Which of the planes before the last two axes, counted in their order. */
function planeOf(shape: readonly number[], plane: readonly number[]): number {
  return shape.slice(0, -2).reduce((number, size, axis) => number * size + Math.max(0, Math.min(plane[axis] ?? 0, size - 1)), 0);
}

/** The mean of each block without NaN; NaN where there is nothing else. */
function reduce(data: AnyTypedArray, start: number, columns: number, [r0, c0, r1, c1]: PictureData['window'], block: number, means: Float64Array, height: number, width: number): void {
  if (block === 1) {
    for (let row = r0, at = 0; row < r1; row += 1, at += width) copyNumbers(data, start + row * columns + c0, start + row * columns + c1, means.subarray(at, at + width));
    return;
  }
  const line = scratch.line.take(c1 - c0);
  const sums = scratch.sums.take(width);
  const counts = scratch.counts.take(width);
  for (let i = 0; i < height; i += 1) {
    sums.fill(0);
    counts.fill(0);
    for (let row = r0 + i * block; row < Math.min(r1, r0 + (i + 1) * block); row += 1) {
      copyNumbers(data, start + row * columns + c0, start + row * columns + c1, line);
      addLine(line, block, sums, counts);
    }
    for (let j = 0; j < width; j += 1) means[i * width + j] = sums[j]! / counts[j]!;
  }
}

function addLine(line: Float64Array, block: number, sums: Float64Array, counts: Float64Array): void {
  for (let j = 0, k = 0; k < line.length; j += 1) {
    let sum = 0;
    let count = 0;
    for (const end = Math.min(line.length, k + block); k < end; k += 1) {
      const value = line[k]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
    sums[j]! += sum;
    counts[j]! += count;
  }
}

/** Of the finite ones, and of those above 0; and the ends of the range that the codes are of. */
function percentilesOf(means: Float64Array, width: number, as: PictureRendition): { all: readonly number[]; positive: readonly number[]; low: number; high: number } {
  let [least, most, leastPositive] = [Infinity, -Infinity, Infinity];
  for (let i = 0; i < means.length; i += 1) {
    const value = means[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    if (value > 0 && value < leastPositive) leastPositive = value;
  }
  if (least > most) return { all: [], positive: [], low: 0, high: 0 };
  const sample = scratch.sample.take(sampleRoom(means.length));
  const values = sample.subarray(0, sampleFinite(means, width, sample));
  let notAbove = 0;
  for (let i = 0; i < values.length; i += 1) if (values[i]! <= 0) notAbove += 1;
  const percent = as.bits === 8 ? (as.percent ?? 0) : 0;
  const percents = [...PICTURE_PERCENTS, percent, 100 - percent];
  const isPositive = most > 0;
  const positives = values.length - notAbove;
  const ranks = [percents.map((one) => rankOf(one, values.length)), percents.map((one) => notAbove + rankOf(one, positives))];
  const asked = [...new Set(ranks.flat())].filter((rank) => rank >= 0 && rank < values.length).sort((a, b) => a - b);
  const at = new Map(selectRanks(values, asked).map((value, i) => [asked[i]!, value]));
  // The ends are of all values; a sample may have missed them, and all that are finite or above 0.
  const read = (of: readonly number[], first: number): number[] => percents.map((one, i) => (one === 0 ? first : one === 100 ? most : Math.min(most, Math.max(first, at.get(of[i]!) ?? first))));
  const all = read(ranks[0]!, least);
  const positive = isPositive ? read(ranks[1]!, leastPositive) : [];
  const ends = as.scale === 'log' ? positive : all;
  const [low = 0, high = 0] = ends.slice(PICTURE_PERCENTS.length);
  return { all: all.slice(0, PICTURE_PERCENTS.length), positive: positive.slice(0, PICTURE_PERCENTS.length), low, high };
}

/** The place, of so many in sorted order, of the value that so many percent do not exceed. */
function rankOf(percent: number, count: number): number {
  return Math.max(0, Math.ceil((percent / 100) * count) - 1);
}

/** The inverse of `valueOfCode`. */
function codes(means: Float64Array, { bits, scale }: PictureRendition, low: number, high: number, height: number, width: number): NdArray {
  const steps = lastCode(bits === 8 ? 8 : 16) - 1;
  space(means, scale, low, high, steps);
  const bytes = scratch.bytes.take(means.length * (bits === 8 ? 1 : 2));
  const into = bits === 8 ? bytes : new Uint16Array(bytes.buffer, 0, means.length);
  if (into instanceof Uint8Array) fill8(means, into, steps);
  else fill16(means, into, steps);
  return ndarray(into, [height, width]) as unknown as NdArray;
}

/** In place: how many steps above `low` each is; below 0 and above `steps` what is beyond the ends. */
function space(values: Float64Array, scale: PictureData['scale'], low: number, high: number, steps: number): void {
  const [first, end] = scale === 'log' && low < high ? [Math.log(low), Math.log(high)] : [low, high];
  if (!(first < end)) {
    for (let i = 0; i < values.length; i += 1) values[i] = values[i]! > high ? steps : Math.min(0, values[i]!);
  } else if (scale === 'log') {
    const factor = steps / (end - first);
    for (let i = 0; i < values.length; i += 1) values[i] = values[i]! > 0 ? (Math.log(values[i]!) - first) * factor : Math.min(0, values[i]!);
  } else {
    // In halves, where the whole range is more than there are numbers.
    const half = Number.isFinite(high - low) ? 1 : 0.5;
    const [zero, span] = [low * half, high * half - low * half];
    if (scale === 'linear') for (let i = 0; i < values.length; i += 1) values[i] = ((values[i]! * half - zero) / span) * steps;
    else for (let i = 0; i < values.length; i += 1) values[i] = values[i]! > low ? Math.sqrt((values[i]! * half - zero) / span) * steps : values[i]! - low;
  }
}

// One for each type of array: a loop over either kind is several times as slow.
function fill8(spaced: Float64Array, into: Uint8Array, steps: number): void {
  for (let i = 0; i < spaced.length; i += 1) {
    const at = spaced[i]!;
    into[i] = at > 0 ? (at < steps ? (at + 1.5) | 0 : steps + 1) : Number.isNaN(at) ? 0 : 1;
  }
}

function fill16(spaced: Float64Array, into: Uint16Array, steps: number): void {
  for (let i = 0; i < spaced.length; i += 1) {
    const at = spaced[i]!;
    into[i] = at > 0 ? (at < steps ? (at + 1.5) | 0 : steps + 1) : Number.isNaN(at) ? 0 : 1;
  }
}

/** The numbers of the window themselves. */
function exact({ dtype }: NdArray, data: AnyTypedArray, start: number, columns: number, [r0, c0, , c1]: PictureData['window'], height: number, width: number): NdArray {
  const size = data.BYTES_PER_ELEMENT;
  const bytes = scratch.bytes.take(height * width * size);
  for (let i = 0; i < height; i += 1) {
    const from = start + (r0 + i) * columns;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset + (from + c0) * size, (c1 - c0) * size), i * width * size);
  }
  return ndarray(typedArrayAt(bytes.buffer, dtype, 0, height * width), [height, width], { dtype }) as unknown as NdArray;
}
