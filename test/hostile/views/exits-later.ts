// way: a view ends the process when it has returned
// says: process.exit() is not for views
// bad: value
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  queueMicrotask(() => process.exit(3));
  return id;
});
