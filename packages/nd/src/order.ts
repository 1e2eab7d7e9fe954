import { blank, isBig, reduced } from './dtype.ts';
import { NdError } from './errors.ts';
import { assign, axisBack, axisLast, axisOf, contiguous, flatData, pickLayout, reshape, sizeOf } from './layout.ts';
import { type AxisOptions, finish, type Nan, planAxes } from './reduce.ts';
import { indexIn } from './slice.ts';
import type { Strided } from './types.ts';

/** Sorted along an axis (default the last; null flattens first), NaN last. */
export function sort(a: Strided, axis: number | null): Strided {
  const k = axis === null ? 0 : axisOf(axis, a.shape.length);
  const out = contiguous(axis === null ? reshape(a, [-1]) : axisLast(a, k), a.dtype, true);
  const n = out.shape.at(-1)!;
  for (let i = 0; i < out.data.length; i += n) out.data.subarray(i, i + n).sort();
  return axisBack(out, k);
}

/** The indices (int32) that sort along an axis; equal elements keep their order, NaN last. */
export function argsort(a: Strided, axis: number | null): Strided {
  const k = axis === null ? 0 : axisOf(axis, a.shape.length);
  const source = axis === null ? reshape(a, [-1]) : axisLast(a, k);
  const data = flatData(source, isBig(a.dtype) ? a.dtype : 'float64') as Float64Array;
  const out = blank('int32', source.shape);
  const n = source.shape.at(-1)!;
  for (let i = 0; i < data.length; i += n) {
    const row = (out.data as Int32Array).subarray(i, i + n);
    for (let j = 0; j < n; j++) row[j] = j;
    row.sort((p, q) => byValue(data[i + p], data[i + q]) || p - q);
  }
  return axisBack(out, k);
}

const byValue = (x: number, y: number): number => (x < y ? -1 : x > y ? 1 : x === y ? 0 : Number(x !== x) - Number(y !== y));

/** Elements at `indices` along an axis, or of the flattened array; negative ones count from the end. Errors: ND_INDEX. */
export function take(a: Strided, indices: Strided, axis: number | undefined): Strided {
  const source = axis === undefined ? reshape(a, [-1]) : pickLayout(a);
  const k = axis === undefined ? 0 : axisOf(axis, a.shape.length);
  const at = flatData(indices, 'float64') as Float64Array;
  const shape = [...source.shape.slice(0, k), ...indices.shape, ...source.shape.slice(k + 1)];
  const out = blank(a.dtype, shape);
  const from = [...source.shape.keys()].filter((d) => d !== k);
  const to = [...shape.keys()].filter((d) => d < k || d >= k + indices.shape.length);
  const along = indices.shape.length === 0 ? 0 : out.stride[k + indices.shape.length - 1];
  const rest = from.map((d) => source.shape[d]);
  at.forEach((index, j) => {
    const i = indexIn(index, source.shape[k], k);
    assign(
      { ...out, shape: rest, stride: to.map((d) => out.stride[d]), offset: j * along },
      { ...source, shape: rest, stride: from.map((d) => source.stride[d]), offset: source.offset + i * source.stride[k] },
    );
  });
  return out;
}

/** The elements where `mask` is not 0, flattened: numpy's a[mask]. */
export function compress(a: Strided, mask: Strided): Strided {
  if (a.shape.length !== mask.shape.length || a.shape.some((n, k) => n !== mask.shape[k])) {
    throw new NdError('ND_SHAPE', `mask of shape (${mask.shape.join(', ')}) for an array of shape (${a.shape.join(', ')}): they must be equal`);
  }
  const keep = flatData(mask, 'bool') as Uint8Array;
  const data = flatData(a) as Float64Array;
  const out = blank(a.dtype, [keep.reduce((n, m) => n + (m === 0 ? 0 : 1), 0)]);
  for (let i = 0, j = 0; i < keep.length; i++) if (keep[i] !== 0) out.data[j++] = data[i]!;
  return out;
}

/**
 * Quantiles by linear interpolation (numpy's default), of each place left by the axes; `q` in percent, an array of them adds a first axis.
 * NaN in gives NaN out unless left out; of nothing: NaN. Errors: ND_ARGUMENT for q outside 0..100.
 */
export function percentile(a: Strided, q: number | readonly number[], options: AxisOptions, nan: Nan): Strided | number {
  const { axes, shape, count } = planAxes(a, options);
  const qs = typeof q === 'number' ? [q] : q;
  for (const p of qs) if (!(p >= 0 && p <= 100)) throw new NdError('ND_ARGUMENT', `percentile ${p} is outside 0 to 100`);
  const order = [...a.shape.keys()].filter((k) => !axes.includes(k)).concat(axes);
  const moved: Strided = { ...pickLayout(a), shape: order.map((k) => a.shape[k]), stride: order.map((k) => a.stride[k]) };
  const places = sizeOf(shape);
  const values = new Float64Array(qs.length * places).fill(NaN);
  if (count > 0) {
    const data = contiguous(moved, 'float64', true).data as Float64Array;
    for (let k = 0; k < places; k++) {
      const x = data.subarray(k * count, (k + 1) * count);
      const n = nansLast(x);
      if (n === 0 || (nan === 'keep' && n < count)) continue;
      qs.forEach((p, j) => (values[j * places + k] = quantile(x, n, p / 100)));
    }
  }
  const all = typeof q === 'number' ? shape : [qs.length, ...shape];
  return finish(values, all, reduced(a.dtype), typeof q === 'number' ? options : { axis: [] });
}

/** Moves NaN behind the numbers; returns how many numbers there are. */
function nansLast(x: Float64Array): number {
  let n = 0;
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (v === v) {
      if (i !== n) { x[i] = x[n]!; x[n] = v; }
      n++;
    }
  }
  return n;
}

function quantile(x: Float64Array, n: number, q: number): number {
  const at = q * (n - 1);
  const k = Math.floor(at);
  const t = at - k;
  const low = select(x, n, k);
  if (t === 0) return low;
  let high = Infinity;
  for (let i = k + 1; i < n; i++) if (x[i] < high) high = x[i]!;
  if (t === 0.5) return (low + high) / 2;
  // Written as numpy writes it, from the nearer end, so that the bits agree.
  return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t);
}

/** The k-th smallest of `x[0, n)`, which is reordered so that nothing before k is larger and nothing after it smaller (Hoare's selection). */
function select(x: Float64Array, n: number, k: number): number {
  let low = 0;
  let high = n - 1;
  while (low < high) {
    const [a, b, c] = [x[low], x[(low + high) >> 1], x[high]];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let i = low;
    let j = high;
    while (i <= j) {
      while (x[i] < pivot) i++;
      while (x[j] > pivot) j--;
      if (i <= j) {
        const t = x[i];
        x[i++] = x[j]!;
        x[j--] = t;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return x[k];
}
