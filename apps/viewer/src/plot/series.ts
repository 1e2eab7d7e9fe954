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
export function curvesOf({ value, labels, reduced }: PanelValue, unit?: string): Curves | undefined {
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
  else x = Array.from({ length }, (_, i) => reduced?.kept[i] ?? i);
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

/**
 * Curves of several sources over one axis: where their coordinates differ, over all of them. Series are named by their sources, and by their own
 * names where a source has several.
 */
export function joined(parts: readonly { readonly name: string; readonly curves: Curves }[]): Curves | undefined {
  if (parts.length === 0) return undefined;
  if (parts.length === 1) return parts[0].curves;
  const [{ curves: first }] = parts;
  const same = parts.every(({ curves: { x } }) => x.length === first.x.length && x.every((value, i) => value === first.x[i]));
  const x = same ? first.x : [...new Set(parts.flatMap(({ curves }) => curves.x))].sort((a, b) => a - b);
  const series = parts.flatMap(({ name, curves }) => {
    const at = same ? undefined : new Map(curves.x.map((value, i) => [value, i]));
    return curves.series.map((one) => ({
      name: curves.series.length === 1 ? name : `${name} ${one.name}`,
      values: at ? x.map((value) => one.values[at.get(value) ?? -1] ?? null) : one.values,
    }));
  });
  const { xLabel, yLabel, base } = first;
  return { xLabel, yLabel: parts.every(({ curves }) => curves.yLabel === yLabel) ? yLabel : '', ...(base !== undefined && { base }), x, series, bins: same && first.bins };
}
