import { labelled, ndarray, type Axis, type Labelled, type NdArray, type ParamValue, type Table } from '@trainyard/core';
import type { PointRow, Stored } from './scan-point.ts';

/** What the points of a scan vary: a parameter with its values (then several make a grid), or a source's value. */
export interface Varied {
  readonly name: string;
  readonly unit?: string | undefined;
  /** Absent for a source's value. */
  readonly values?: readonly ParamValue[];
}

/** The points as a table: what was varied, each result that is a number, and the trains of each. */
export function pointTable(varied: readonly Varied[], of: readonly string[], rows: readonly PointRow[]): Table {
  const columns: Record<string, NdArray<1> | string[]> = {};
  for (const [i, { name }] of varied.entries()) {
    const values = rows.map((row) => row.values[i]!);
    columns[name] = values.every((value) => typeof value === 'number') ? vector(values) : values.map(String);
  }
  for (const name of of) {
    if (rows.some((row) => row.results[name]?.shape.length)) continue;
    columns[name] = vector(rows.map((row) => row.results[name]?.data[0] ?? NaN));
  }
  for (const name of ['trains', 'missing', 'failed', 'firstTrainId', 'lastTrainId'] as const) columns[name] = vector(rows.map((row) => row[name]));
  return columns as Table;
}

/**
 * One result along the points: the points' axis first, or the axes of the grid; NaN for a point that has none, or has not been yet. Undefined
 * while no point has one, and when results differ in shape.
 */
export function alongPoints(varied: readonly Varied[], name: string, rows: readonly PointRow[]): Labelled | undefined {
  const found = rows.flatMap((row) => row.results[name] ?? []);
  const [first] = found;
  if (!first || found.some((result) => result.shape.join() !== first.shape.join())) return undefined;
  const isGrid = varied.length > 1;
  const sizes = isGrid ? varied.map(({ values }) => values!.length) : [rows.length];
  const size = first.data.length;
  const data = new Float64Array(sizes.reduce((product, n) => product * n, size)).fill(NaN);
  for (const [i, row] of rows.entries()) {
    const result = row.results[name];
    if (result) data.set(result.data, i * size);
  }
  const axes: Axis[] = [...varied.map((one, i) => axisOf(one, isGrid ? one.values! : rows.map((row) => row.values[i]!))), ...inner(first)];
  return labelled(ndarray(data, [...sizes, ...first.shape]), { axes, ...(first.unit !== undefined && { unit: first.unit }) });
}

/** Texts and booleans have no coordinates: their places are counted. */
function axisOf({ name, unit }: Varied, values: readonly ParamValue[]): Axis {
  return { name, ...(unit !== undefined && { unit }), ...(values.every((value) => typeof value === 'number') && { values: Float64Array.from(values) }) };
}

function inner({ shape, axes }: Stored): Axis[] {
  return axes ? [...axes] : shape.map((_, i) => ({ name: `axis${i}` }));
}

function vector(values: readonly number[]): NdArray<1> {
  return ndarray(Float64Array.from(values), [values.length]) as NdArray<1>;
}
