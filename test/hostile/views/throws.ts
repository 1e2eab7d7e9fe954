// way: a view throws
// says: no detector here
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  if (id > 0) throw new Error('no detector here');
  return id;
});
