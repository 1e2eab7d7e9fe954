// way: a view kills the process
// says: process.kill() is not for views
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  process.kill(process.pid, 'SIGKILL');
  return id;
});
