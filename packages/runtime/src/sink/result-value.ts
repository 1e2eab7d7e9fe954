import { Labelled, NdArray, flatData, type Axis, type Labels } from '@trainyard/core';
import type { ArrayValue, ResultValue, RowLabels, SeriesValue } from '@trainyard/nexus';

/** A view's value as the results file takes it: arrays flat, labels apart. */
export function asResultValue(value: unknown): { value: ResultValue; labels?: RowLabels } {
  if (value instanceof Labelled) return { ...asResultValue(value.array), labels: asRowLabels(value.labels) };
  if (value instanceof NdArray) return { value: asArrayValue(value) };
  if (typeof value === 'object' && value !== null) {
    return { value: Object.fromEntries(Object.entries(value as Record<string, unknown>).map(([name, series]) => [name, series instanceof NdArray ? asArrayValue(series) : (series as SeriesValue)])) };
  }
  return { value: value as number | string };
}

function asArrayValue(array: NdArray): ArrayValue {
  return { dtype: array.dtype as ArrayValue['dtype'], shape: array.shape, data: flatData(array) as ArrayValue['data'] };
}

function asRowLabels(labels: Labels): RowLabels {
  return {
    ...(labels.unit !== undefined && { unit: labels.unit }),
    ...(labels.axes && { axes: labels.axes.map(plainAxis) }),
    ...(labels.errors && { errors: asArrayValue(labels.errors) }),
    ...(labels.counts && { counts: labels.counts }),
  };
}

/** Coordinates that crossed a thread are arrays of ours: the file takes numbers. */
export function plainAxis(axis: Axis): Axis {
  const values: unknown = axis.values;
  return values instanceof NdArray ? { ...axis, values: flatData(values) as ArrayLike<number> } : axis;
}
