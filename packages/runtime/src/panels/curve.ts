import { NdArray, flatData, ndarray, type AnyTypedArray, type DType } from '@trainyard/core';
import type { CurveRendition, PanelData, PanelLabels, Reduced } from '@trainyard/control';
import { copyNumbers } from './numbers.ts';
import { Scratch } from './scratch.ts';

export interface Curve {
  readonly value: PanelData;
  readonly labels?: PanelLabels;
  readonly reduced?: Reduced;
}

/** An array with more rows than that is no bundle of lines. */
const MOST_LINES = 64;

const scratch = new Scratch(Float64Array);

/**
 * Lines with at most two elements on each pixel, for each of them. Several series share the elements: what stands for a pixel in one is there in
 * all. Series and columns of another length than the longest are left as they are; so is what is no line.
 */
export function curveOf(value: PanelData, labels: PanelLabels | undefined, { pixels, window }: CurveRendition): Curve {
  const whole = { value, ...(labels && { labels }) };
  const lines = linesOf(value);
  if (!lines) return whole;
  const { length } = lines;
  const from = Math.min(window?.[0] ?? 0, length);
  const to = Math.max(from, Math.min(window?.[1] ?? length, length));
  if (to - from <= 2 * pixels && from === 0 && to === length) return whole;
  const kept = keep(lines, from, to, pixels);
  return { value: cutValue(value, length, kept), ...(labels && { labels: cutLabels(labels, length, kept) }), reduced: { length, kept } };
}

interface Lines {
  readonly length: number;
  readonly starts: readonly { readonly data: AnyTypedArray; readonly at: number }[];
}

function linesOf(value: PanelData): Lines | undefined {
  if (value instanceof NdArray) {
    const length = value.shape.at(-1) ?? 0;
    if (value.shape.length === 0 || length === 0 || value.size === 0 || value.size > MOST_LINES * length) return undefined;
    const data = flatData(value);
    return { length, starts: Array.from({ length: value.size / length }, (_, line) => ({ data, at: line * length })) };
  }
  if (typeof value !== 'object' || '~picture' in value) return undefined;
  const series = Object.values(value).filter((one) => one instanceof NdArray && one.shape.length === 1) as NdArray[];
  const length = Math.max(0, ...series.map(({ size }) => size));
  return length === 0 ? undefined : { length, starts: series.filter(({ size }) => size === length).map((one) => ({ data: flatData(one), at: 0 })) };
}

/** The smallest and the largest of each pixel of each line; of one without any number its first, so that a gap stays one. */
function keep({ starts }: Lines, from: number, to: number, pixels: number): Uint32Array {
  const count = to - from;
  if (count <= 2 * pixels) return Uint32Array.from({ length: count }, (_, i) => from + i);
  const isKept = new Uint8Array(count);
  const line = scratch.take(count);
  for (const { data, at } of starts) {
    copyNumbers(data, at + from, at + to, line);
    mark(line, pixels, isKept);
  }
  const kept = new Uint32Array(isKept.reduce((sum, one) => sum + one, 0));
  for (let i = 0, k = 0; i < count; i += 1) if (isKept[i]) kept[k++] = from + i;
  return kept;
}

function mark(line: Float64Array, pixels: number, isKept: Uint8Array): void {
  const count = line.length;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const first = Math.floor((pixel * count) / pixels);
    const end = Math.floor(((pixel + 1) * count) / pixels);
    let [least, most] = [-1, -1];
    for (let i = first; i < end; i += 1) {
      const value = line[i]!;
      if (Number.isNaN(value)) continue;
      if (least < 0 || value < line[least]!) least = i;
      if (most < 0 || value > line[most]!) most = i;
    }
    isKept[Math.max(least, least < 0 ? first : 0)] = 1;
    isKept[Math.max(most, most < 0 ? first : 0)] = 1;
  }
}

function cutValue(value: PanelData, length: number, kept: Uint32Array): PanelData {
  if (value instanceof NdArray) return cut(value, kept);
  return Object.fromEntries(Object.entries(value as object).map(([name, one]: [string, NdArray | readonly (number | string)[]]) => {
    if (one instanceof NdArray) return [name, one.shape.length === 1 && one.size === length ? cut(one, kept) : one];
    return [name, Array.isArray(one) && one.length === length ? Array.from(kept, (i) => one[i] as number | string) : one];
  }));
}

function cutLabels(labels: PanelLabels, length: number, kept: Uint32Array): PanelLabels {
  const { axes, errors } = labels;
  return {
    ...labels,
    ...(axes && { axes: axes.map((axis, i) => (i === axes.length - 1 && axis.values ? { ...axis, values: cutAxis(axis.values, length, kept) } : axis)) }),
    ...(errors && { errors: errors.shape.at(-1) === length ? cut(errors, kept) : errors }),
  };
}

/** Of edges those of the kept bins where all between them are kept, else the middles of the bins: what was left out has no width. */
function cutAxis(values: ArrayLike<number>, length: number, kept: Uint32Array): ArrayLike<number> {
  if (values.length === length) return Float64Array.from(kept, (at) => values[at]!);
  if (values.length !== length + 1) return values;
  const [first, last] = [kept[0]!, kept.at(-1)!];
  if (last - first + 1 === kept.length) return Float64Array.from({ length: kept.length + 1 }, (_, i) => values[first + i]!);
  return Float64Array.from(kept, (at) => (values[at]! + values[at + 1]!) / 2);
}

/** The kept elements along the last axis. */
function cut(array: NdArray, kept: Uint32Array): NdArray {
  const length = array.shape.at(-1)!;
  const data = flatData(array) as unknown as { readonly [i: number]: number; readonly constructor: new (length: number) => { [i: number]: number } };
  const lines = array.size / length;
  const into = new data.constructor(lines * kept.length);
  for (let line = 0, at = 0; line < lines; line += 1) for (let i = 0; i < kept.length; i += 1) into[at++] = data[line * length + kept[i]!]!;
  return ndarray(into as unknown as AnyTypedArray, [...array.shape.slice(0, -1), kept.length], { dtype: array.dtype as DType }) as unknown as NdArray;
}
