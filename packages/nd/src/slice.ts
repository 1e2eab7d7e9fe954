import { NdError, shapeText } from './errors.ts';
import type { Strided } from './types.ts';

const integer = /^[+-]?\d+$/;
const range = /^([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?)?$/;

/**
 * The layout that numpy's `a[text]` has, on the same memory: `'350:750, ::-1, 3'`, `'..., 0'`.
 * Ranges are clamped to the shape; an integer drops its axis and must be inside; missing parts are whole axes.
 * Errors: ND_SLICE (not understood, or more parts than axes), ND_INDEX (an integer outside).
 */
export function sliceLayout(a: Strided, text: string): Strided {
  const parts = text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
  const error = (why: string) => new NdError('ND_SLICE', `slice '${text}' of an array of shape ${shapeText(a.shape)}: ${why}`);
  const dots = parts.indexOf('...');
  if (dots !== parts.lastIndexOf('...')) throw error(`'...' can stand only once`);
  const given = parts.length - (dots < 0 ? 0 : 1);
  const rank = a.shape.length;
  if (given > rank) throw error(`${given} parts for ${rank} axes`);
  const whole = Array.from({ length: rank - given }, () => ':');
  const full = dots < 0 ? [...parts, ...whole] : [...parts.slice(0, dots), ...whole, ...parts.slice(dots + 1)];

  const shape: number[] = [];
  const stride: number[] = [];
  let offset = a.offset;
  full.forEach((part, k) => {
    const n = a.shape[k];
    if (integer.test(part)) {
      offset += a.stride[k] * indexIn(Number(part), n, k);
      return;
    }
    const match = range.exec(part);
    if (match === null) throw error(`'${part}' is not an integer, a range start:stop:step or '...'`);
    const step = match[3] === undefined ? 1 : Number(match[3]);
    if (step === 0) throw error('a step cannot be 0');
    const { start, count } = clampRange(match[1], match[2], step, n);
    if (count > 0) offset += a.stride[k] * start;
    shape.push(count);
    stride.push(a.stride[k] * step);
  });
  return { data: a.data, shape, stride, offset, dtype: a.dtype };
}

/** An index counted from the front; throws ND_INDEX. */
export function indexIn(i: number, n: number, axis: number): number {
  const at = i < 0 ? i + n : i;
  if (!Number.isInteger(i) || at < 0 || at >= n) throw new NdError('ND_INDEX', `index ${i} is out of bounds for axis ${axis} with ${n} elements`);
  return at;
}

/** First index and number of elements of a Python slice. */
function clampRange(from: string | undefined, to: string | undefined, step: number, n: number): { start: number; count: number } {
  const [low, high] = step > 0 ? [0, n] : [-1, n - 1];
  const clamp = (text: string | undefined, otherwise: number) => {
    if (text === undefined) return otherwise;
    const i = Number(text);
    return Math.min(high, Math.max(low, i < 0 ? i + n : i));
  };
  const start = clamp(from, step > 0 ? low : high);
  const stop = clamp(to, step > 0 ? high : low);
  return { start, count: Math.max(0, Math.ceil((stop - start) / step)) };
}
