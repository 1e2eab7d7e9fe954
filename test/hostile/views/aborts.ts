// way: a view aborts the process
// says: process.abort() is not for views
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  if (id > 0) process.abort();
  return id;
});
