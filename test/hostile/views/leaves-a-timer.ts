// way: a view leaves an interval running
// says: left a timer running
// bad: value
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  setInterval(() => undefined, 1);
  return id;
});
