// way: a view writes a line of 100 MB
// says: xxxxxxxxxx
// bad: value
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  console.log('x'.repeat(1e8));
  return id;
}, { timeoutMs: 60_000 });
