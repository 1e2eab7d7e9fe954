// way: a view starts process.nextTick again and again
// says: longer than
// bad: value late
// may: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const again = (): void => process.nextTick(again);
  if (id % 10 === 3) again();
  return id;
});
