// way: a view keeps long texts for ever
// says: of memory on train
// bad: failed
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const texts: string[] = [];
  while (id > 0) texts.push(Buffer.alloc(1e7, `${texts.length} `).toString('latin1'));
  return texts.length;
}, { timeoutMs: 60_000 });
