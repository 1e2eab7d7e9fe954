import type { PanelLabels, PanelValue, Reduced } from '@trainyard/control';
import { isArray } from '../data/channel.ts';
import { axisValues, labelText } from '../image/axis-map.ts';
import { plainNumbers } from '../image/picture.ts';
import type { Trace } from './thin-line.ts';

/** One line of a value. NaN is a gap. */
export interface Series extends Trace {
  /** Its own name in a value of several; empty for the only one. */
  readonly name: string;
}

/** A value as lines over one common axis. */
export interface Curves {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Edges were given: one more x than values, each value from its edge to the next. */
  readonly bins: boolean;
  readonly reduced?: Reduced | undefined;
  readonly overlay?: PanelLabels['overlay'];
}

/** An array with more rows than that is a picture. */
const MOST_ROWS = 64;

/**
 * One array, the rows of one, or several by name, as lines. A series shorter than the axis ends early; edges (one more than values) make bins; an
 * axis of a wrong length is not used. Errors are one standard deviation, of the first series or of each.
 */
export function curvesOf({ value, labels, reduced }: PanelValue, unit?: string): Curves | undefined {
  const found = seriesOf(value);
  if (found.length === 0) return undefined;
  const length = Math.max(...found.map(({ y }) => y.length));
  const axis = labels?.axes?.at(-1);
  const given = axisValues(axis);
  const bins = given !== undefined && given.length === length + 1 && length > 0;
  const isUsed = bins || given?.length === length;
  const x = isUsed ? given! : reduced?.kept.length === length ? reduced.kept : Float64Array.from({ length }, (_, i) => i);
  const sigma = labels?.errors ? numbersOf(labels.errors) : undefined;
  const order = bins ? undefined : orderOf(x);
  const series = found.map(({ name, y }, k): Series => {
    const at = sigma?.length === y.length && k === 0 ? 0 : sigma?.length === y.length * found.length ? k * y.length : -1;
    const own = bins || x.length === y.length ? x : Float64Array.from({ length: y.length }, (_, i) => x[i]);
    const line: Series = at < 0 ? { name, x: own, y } : { name, x: own, y, low: Float64Array.from(y, (v, i) => v - sigma![at + i]), high: Float64Array.from(y, (v, i) => v + sigma![at + i]) };
    return order ? sorted(line, order) : line;
  });
  // Indices are not called by the name of an axis that does not fit.
  return { xLabel: given === undefined || isUsed ? labelText(axis, 'index') : 'index', yLabel: labels?.unit ?? unit ?? '', series, bins, reduced, ...(labels?.overlay && { overlay: labels.overlay }) };
}

function seriesOf(value: PanelValue['value']): { readonly name: string; readonly y: ArrayLike<number> }[] {
  if (typeof value === 'object' && !isArray(value)) {
    if ('~picture' in value) return [];
    return Object.entries(value).flatMap(([name, item]) => {
      const y = numbersOf(item);
      return y ? [{ name, y }] : [];
    });
  }
  const y = numbersOf(value);
  if (!y) return [];
  const rows = isArray(value) && value.shape.length > 1 ? value.size / (value.shape.at(-1) || 1) : 1;
  if (rows <= 1 || rows > MOST_ROWS) return [{ name: '', y }];
  const length = y.length / rows;
  return Array.from({ length: rows }, (_, row) => ({ name: String(row), y: Array.prototype.slice.call(y, row * length, (row + 1) * length) as number[] }));
}

/** How x has to be put into order; undefined where it ascends. A motor that went back and forth does not give that. */
function orderOf(x: ArrayLike<number>): number[] | undefined {
  let ascends = true;
  for (let i = 0; i < x.length && ascends; i++) ascends = i === 0 ? x[0] - x[0] === 0 : x[i] >= x[i - 1];
  if (ascends) return undefined;
  return Array.from(x, (_, i) => i).filter((i) => Number.isFinite(x[i])).sort((a, b) => x[a] - x[b]);
}

function sorted({ name, x, y, low, high }: Series, order: readonly number[]): Series {
  const pick = (list: ArrayLike<number>) => order.filter((i) => i < y.length).map((i) => list[i]);
  return { name, x: pick(x), y: pick(y), low: low && pick(low), high: high && pick(high) };
}

/** The elements of an array of any rank in C order, or of a list, as they lie in memory where they can be; undefined for what holds no numbers. */
export function numbersOf(item: unknown): ArrayLike<number> | undefined {
  if (typeof item === 'number') return [item];
  if (typeof item === 'boolean') return [Number(item)];
  if (Array.isArray(item)) return item.every((x) => typeof x === 'number') ? item : undefined;
  if (!isArray(item)) return undefined;
  const data = plainNumbers(item.data);
  if (item.isContiguous) return data.subarray(item.offset, item.offset + item.size);
  const out = new Float64Array(item.size);
  let next = 0;
  const walk = (axis: number, at: number) => {
    const [n, stride] = [item.shape[axis], item.stride[axis]];
    if (axis === item.shape.length - 1) for (let i = 0; i < n; i++) out[next++] = data[at + i * stride];
    else for (let i = 0; i < n; i++) walk(axis + 1, at + i * stride);
  };
  walk(0, item.offset);
  return out;
}
