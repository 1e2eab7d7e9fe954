import type { PanelLabels } from '@trainyard/control';
import { isArray } from '../data/channel.ts';
import { plainNumbers } from './picture.ts';

/**
 * One axis of a picture: from pixel edges (0 … n) to coordinates and back. Without coordinates a pixel's centre is its
 * number, so its edges are at ±0.5.
 */
export interface AxisMap {
  readonly label: string;
  /** True where the user gave coordinates. */
  readonly calibrated: boolean;
  toCoordinate(edge: number): number;
  toEdge(coordinate: number): number;
}

export type AxisLabel = NonNullable<PanelLabels['axes']>[number];

export function axisMap(axis: AxisLabel | undefined, n: number, fallback: string): AxisMap {
  const label = labelText(axis, fallback);
  const values = axisValues(axis);
  const edges = values === undefined ? undefined : edgesOf(values, n);
  if (!edges) return { label, calibrated: false, toCoordinate: (edge) => edge - 0.5, toEdge: (x) => x + 0.5 };
  const toCoordinate = (edge: number) => {
    const i = Math.min(n - 1, Math.max(0, Math.floor(edge)));
    return edges[i] + (edges[i + 1] - edges[i]) * (edge - i);
  };
  const rising = edges[n] >= edges[0];
  const toEdge = (x: number) => {
    let low = 0;
    let high = n - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (edges[middle] <= x === rising) low = middle;
      else high = middle - 1;
    }
    return low + (x - edges[low]) / (edges[low + 1] - edges[low] || 1);
  };
  return { label, calibrated: true, toCoordinate, toEdge };
}

/** The coordinates of an axis as a plain list: a typed array comes over the wire as an array with a shape. */
export function axisValues(axis: AxisLabel | undefined): ArrayLike<number> | undefined {
  const values: unknown = axis?.values;
  if (!isArray(values)) return values as ArrayLike<number> | undefined;
  return plainNumbers(values.data).subarray(values.offset, values.offset + values.size);
}

/** The n + 1 edges that n centres or n + 1 edges stand for; undefined where they fit neither, or are not finite. */
export function edgesOf(values: ArrayLike<number>, n: number): Float64Array | undefined {
  if (n === 0 || (values.length !== n && values.length !== n + 1)) return undefined;
  const edges = new Float64Array(n + 1);
  if (values.length === n + 1) for (let i = 0; i <= n; i++) edges[i] = values[i];
  else if (n === 1) edges.set([values[0] - 0.5, values[0] + 0.5]);
  else {
    for (let i = 1; i < n; i++) edges[i] = (values[i - 1] + values[i]) / 2;
    edges[0] = 2 * values[0] - edges[1];
    edges[n] = 2 * values[n - 1] - edges[n - 1];
  }
  return edges.every(Number.isFinite) ? edges : undefined;
}

export function labelText(axis: AxisLabel | undefined, fallback: string): string {
  if (!axis) return fallback;
  return axis.unit ? `${axis.name} (${axis.unit})` : axis.name || fallback;
}
