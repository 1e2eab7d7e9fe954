import { Labelled, NdArray, flatData } from '@trainyard/core';

/**
 * Says how two values differ, bit for bit (NaN equals NaN, 0 does not equal -0); undefined when they do not. For arrays: how many elements, the greatest
 * difference and where it is.
 */
export function valueDifference(a: unknown, b: unknown): string | undefined {
  if (a instanceof Labelled || b instanceof Labelled) {
    const [x, y] = [a instanceof Labelled ? a : new Labelled(a as NdArray, {}), b instanceof Labelled ? b : new Labelled(b as NdArray, {})];
    const inLabels = valueDifference(x.labels, y.labels);
    return valueDifference(x.array, y.array) ?? (inLabels === undefined ? undefined : `the labels: ${inLabels}`);
  }
  if (a instanceof NdArray && b instanceof NdArray) return arrayDifference(a, b);
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return elementsDifference(a as unknown as ArrayLike<number>, b as unknown as ArrayLike<number>, (i) => `[${i}]`);
  if (isPlain(a) && isPlain(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const inside = valueDifference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]);
      if (inside !== undefined) return `"${key}": ${inside}`;
    }
    return undefined;
  }
  return Object.is(a, b) ? undefined : `${shown(a)}, then ${shown(b)}`;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof NdArray) && !ArrayBuffer.isView(value);
}

function arrayDifference(a: NdArray, b: NdArray): string | undefined {
  if (a.shape.join() !== b.shape.join() || a.dtype !== b.dtype) return `${a.dtype} of shape (${a.shape.join(', ')}), then ${b.dtype} of (${b.shape.join(', ')})`;
  const place = (at: number): string => {
    let rest = at;
    const index = a.shape.toReversed().map((size) => {
      const i = rest % size;
      rest = (rest - i) / size;
      return i;
    });
    return `[${index.reverse().join(', ')}]`;
  };
  return elementsDifference(flatData(a) as unknown as ArrayLike<number>, flatData(b) as unknown as ArrayLike<number>, place);
}

function elementsDifference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>, place: (at: number) => string): string | undefined {
  if (a.length !== b.length) return `${a.length} elements, then ${b.length}`;
  let count = 0;
  let greatest = -1;
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    count += 1;
    const size = Math.abs(Number(a[i]) - Number(b[i]));
    // One that is NaN, or infinite, on one side only is the greatest of all.
    const weight = Number.isNaN(size) ? Infinity : size;
    if (weight > greatest) [greatest, at] = [weight, i];
  }
  if (count === 0) return undefined;
  const by = Number.isFinite(greatest) ? `the greatest difference is ${Number(greatest.toPrecision(6))} at` : 'first seen at';
  return `${count} of ${a.length} elements, ${by} ${place(at)}: ${shown(a[at])}, then ${shown(b[at])}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'object' && value !== null ? 'an array or object' : String(value as number);
}
