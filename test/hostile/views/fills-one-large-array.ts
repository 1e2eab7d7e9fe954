// way: a view fills an array of 6 GB in one call
// says: of memory on train
// bad: failed
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  return new Uint8Array(6e9).fill(id).length;
}, { timeoutMs: 60_000 });
