// way: a view that takes an average never comes back
// says: longer than
// bad: value late
// may: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const mean = view.scalar({ id }, ({ id }) => id, { average: 3 });
export const bad = view.scalar({ mean, id }, ({ mean, id }) => {
  while (id % 10 === 3);
  return mean;
}, { timeoutMs: 200 });
