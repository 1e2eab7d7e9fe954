// way: a view loses a promise, which is rejected
// says: nobody waits (after it had returned: nothing awaited it)
// bad: value
// failure: nobody waits
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  void Promise.reject(new Error('nobody waits'));
  return id;
});
