// way: a view writes to standard output past the console
// says: yyyyyyyyyy
// bad: value
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  for (let i = 0; i < 1000; i++) process.stdout.write('y'.repeat(1e5));
  return id;
}, { timeoutMs: 60_000 });
