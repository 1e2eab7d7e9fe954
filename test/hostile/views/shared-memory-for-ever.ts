// way: a view makes shared memory for ever
// says: of memory on train
// bad: failed
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const all: Uint8Array[] = [];
  while (id > 0) all.push(new Uint8Array(new SharedArrayBuffer(1e7)).fill(1));
  return all.length;
}, { timeoutMs: 60_000 });
