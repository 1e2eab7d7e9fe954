// way: a view that takes an average takes all memory
// says: of memory on train
// bad: value failed
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const mean = view.scalar({ id }, ({ id }) => id, { average: 3 });
export const bad = view.scalar({ mean, id }, ({ mean, id }) => {
  const all: Float64Array[] = [];
  while (id % 20 === 3) all.push(new Float64Array(1e6).fill(1));
  return mean;
}, { timeoutMs: 60_000 });
