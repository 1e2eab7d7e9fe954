// way: a view ends the process
// says: process.exit() is not for views
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  if (id > 0) process.exit(3);
  return id;
});
