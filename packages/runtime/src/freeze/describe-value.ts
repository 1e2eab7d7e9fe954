import { Labelled, NdArray } from '@trainyard/core';

/** A view's value on one line: a number or text as it is, an array by its shape, type and spread. */
export function describeValue(value: unknown): string {
  if (value instanceof Labelled) return describeValue(value.array);
  if (value instanceof NdArray) {
    const shape = `${value.dtype} (${value.shape.join(', ')}${value.dimension === 1 ? ',' : ''})`;
    if (value.size === 0) return `${shape}, empty`;
    return value.size <= 8 ? `${shape} ${String(value)}` : `${shape} min ${value.nanmin()} mean ${value.nanmean()} max ${value.nanmax()}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map(([name, column]) => `${name}: ${Array.isArray(column) ? column.join(', ') : describeValue(column)}`).join('; ');
}
