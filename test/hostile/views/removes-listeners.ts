// way: a view takes all listeners off the process
// bad: value
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  process.removeAllListeners();
  return id;
});
