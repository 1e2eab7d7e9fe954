// way: a view calls itself without end
// says: Maximum call stack size exceeded
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const deeper = (n: number): number => deeper(n + 1) + 1;
  return deeper(id);
});
