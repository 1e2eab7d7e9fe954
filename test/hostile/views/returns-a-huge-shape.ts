// way: a view returns one number that says it is a large array
// says: This view returned 8000.0 GB
// bad: failed
import { NdArray, view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.matrix({ id }, ({ id }) => new NdArray(Float64Array.of(id), [1e6, 1e6], [0, 0], 0, 'float64'));
