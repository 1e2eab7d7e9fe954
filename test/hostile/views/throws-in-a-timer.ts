// way: a view throws in a timer
// says: too late to catch
// bad: value
// failure: too late to catch
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, async ({ id }) => {
  setTimeout(() => {
    throw new Error('too late to catch');
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  return id;
});
