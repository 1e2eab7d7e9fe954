// way: a view gives a promise that is rejected
// says: afterwards
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, async ({ id }) => {
  await Promise.resolve();
  if (id > 0) throw new Error('afterwards');
  return id;
});
