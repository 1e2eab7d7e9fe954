// way: a view pushes to an array for ever
// says: of memory on train
// bad: failed
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const all: object[] = [];
  while (id > 0) all.push({ id });
  return all.length;
}, { timeoutMs: 60_000 });
