// way: a view makes lists of numbers for ever
// says: of memory on train
// bad: failed
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const row = Array.from({ length: 1e6 }, (_, i) => i + 0.5);
  const rows: number[][] = [];
  while (id > 0) rows.push(row.slice());
  return rows.length;
}, { timeoutMs: 60_000 });
