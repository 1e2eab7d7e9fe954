import type { PanelValue } from '@trainyard/control';
import { isArray } from '../data/channel.ts';
import { axisValues, labelText } from '../image/axis-map.ts';
import { plainNumbers } from '../image/picture.ts';

export interface Series {
  readonly name: string;
  readonly values: (number | null)[];
}

/** A value as lines over one common axis: what a plot draws. */
export interface Curves {
  readonly xLabel: string;
  readonly yLabel: string;
  /** What was taken off every x, so that ten-digit train IDs stay legible. */
  readonly base?: number;
  readonly x: number[];
  readonly series: readonly Series[];
  /** One standard deviation either side of the first series. */
  readonly band?: { readonly low: (number | null)[]; readonly high: (number | null)[] };
  /** Edges were given: steps, each from its x to the next; the last entry only ends the last bin. */
  readonly bins: boolean;
}

/**
 * One array, or several by name, as curves. NaN and infinities become gaps; a series shorter than the axis ends early;
 * edges (one more than values) are drawn as bins; an axis of a wrong length is not used.
 */
export function curvesOf({ value, labels }: PanelValue, unit?: string): Curves | undefined {
  const arrays = isArray(value) || typeof value !== 'object' ? [['value', value] as const] : Object.entries(value);
  const series: Series[] = [];
  for (const [name, item] of arrays) {
    const values = numbersOf(item);
    if (values) series.push({ name, values });
  }
  if (series.length === 0) return undefined;
  const length = Math.max(...series.map(({ values }) => values.length));
  const axis = labels?.axes?.at(-1);
  const given = axisValues(axis);
  const bins = given !== undefined && given.length === length + 1 && length > 0;
  let x: number[];
  if (bins || (given !== undefined && given.length === length)) x = Array.from(given);
  else x = Array.from({ length }, (_, i) => i);
  const sigma = labels?.errors ? numbersOf(labels.errors) : undefined;
  const first = series[0].values;
  const band = sigma && sigma.length === first.length ? { low: first.map((y, i) => minus(y, sigma[i])), high: first.map((y, i) => minus(y, sigma[i], -1)) } : undefined;
  const closed = (values: (number | null)[]) => (bins ? [...padded(values, length), values[length - 1] ?? null] : padded(values, length));
  const valueUnit = labels?.unit ?? unit;
  const curves = { xLabel: labelText(axis, 'index'), yLabel: valueUnit ?? '', x, series: series.map((s) => ({ ...s, values: closed(s.values) })), bins };
  return sorted(band ? { ...curves, band: { low: closed(band.low), high: closed(band.high) } } : curves);
}

/** The plot library wants rising x; a motor that went back and forth does not give that. */
function sorted(curves: Curves): Curves {
  const { x } = curves;
  if (x.every((value, i) => i === 0 || value >= x[i - 1])) return curves;
  const order = x.map((_, i) => i).filter((i) => Number.isFinite(x[i])).sort((a, b) => x[a] - x[b]);
  const pick = <T,>(list: readonly T[]) => order.map((i) => list[i]);
  return {
    ...curves, x: pick(x), series: curves.series.map((s) => ({ ...s, values: pick(s.values) })),
    ...(curves.band ? { band: { low: pick(curves.band.low), high: pick(curves.band.high) } } : {}),
  };
}

const minus = (y: number | null, s: number | null | undefined, sign = 1): number | null => (y === null || s === null || s === undefined ? null : y - sign * s);

const padded = (values: (number | null)[], length: number): (number | null)[] =>
  values.length === length ? values : [...values, ...Array.from<null>({ length: length - values.length }).fill(null)];

/** The elements of an array of any rank in C order; undefined for what holds no numbers. */
export function numbersOf(item: unknown): (number | null)[] | undefined {
  if (typeof item === 'number') return [finite(item)];
  if (Array.isArray(item)) return item.every((x) => typeof x === 'number') ? item.map(finite) : undefined;
  if (!isArray(item)) return undefined;
  const data = plainNumbers(item.data);
  const out: (number | null)[] = [];
  const walk = (axis: number, at: number) => {
    const [n, stride] = [item.shape[axis], item.stride[axis]];
    if (axis === item.shape.length - 1) for (let i = 0; i < n; i++) out.push(finite(data[at + i * stride]));
    else for (let i = 0; i < n; i++) walk(axis + 1, at + i * stride);
  };
  if (item.shape.length === 0) out.push(finite(data[item.offset]));
  else walk(0, item.offset);
  return out;
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** For very long traces: the smallest and largest of each of about `wanted` stretches, so that no spike is lost. */
export function thinned(curves: Curves, wanted = 8000): Curves {
  const n = curves.x.length;
  if (n <= wanted * 2) return curves;
  const step = Math.ceil(n / wanted);
  const pairs = Math.ceil(n / step);
  const x: number[] = [];
  for (let k = 0; k < pairs; k++) x.push(curves.x[k * step], curves.x[Math.min(n - 1, k * step + (step >> 1))]);
  const thin = (values: (number | null)[]) => {
    const out: (number | null)[] = [];
    for (let k = 0; k < pairs; k++) {
      let low: number | null = null;
      let high: number | null = null;
      for (let i = k * step; i < Math.min(n, (k + 1) * step); i++) {
        const y = values[i]!;
        if (y === null) continue;
        if (low === null || y < low) low = y;
        if (high === null || y > high) high = y;
      }
      out.push(low, high);
    }
    return out;
  };
  return { ...curves, x, series: curves.series.map((s) => ({ ...s, values: thin(s.values) })), ...(curves.band ? { band: { low: thin(curves.band.low), high: thin(curves.band.high) } } : {}) };
}
