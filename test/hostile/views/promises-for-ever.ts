// way: a view starts promises that start promises
// says: longer than
// bad: value late
// may: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const again = (): void => void Promise.resolve().then(again);
  if (id % 10 === 3) again();
  return id;
});
