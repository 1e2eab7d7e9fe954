// way: a view writes a hundred thousand lines on every train
// says: more)
// bad: value
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  for (let i = 0; i < 1e5; i++) console.log('line', i);
  return id;
}, { timeoutMs: 60_000 });
