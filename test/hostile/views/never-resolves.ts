// way: a view waits for what does not come
// says: longer than
// bad: value late
// may: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, async ({ id }) => {
  if (id % 10 === 3) await new Promise(() => undefined);
  return id;
});
