// way: a view returns an array of 400 MB where an eighth of the memory is 384 MB
// says: This view returned 400 MB, and the results of one train may take 384 MB
// bad: failed
// memory: 3000
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.vector({ id }, () => new Float64Array(5e7), { timeoutMs: 60_000 });
