// way: a view takes all memory, in two workers at once
// says: of memory on train
// bad: failed
// workers: 2
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const all: Float32Array[] = [];
  while (id > 0) all.push(new Float32Array(1e6).fill(id));
  return all.length;
}, { timeoutMs: 60_000 });
