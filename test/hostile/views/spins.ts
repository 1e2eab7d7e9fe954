// way: a view never comes back
// says: longer than
// bad: value late
// may: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  if (id % 10 === 3) for (;;);
  return id;
});
