// way: a view throws something that is no Error
// says: threw nothing, which is not an Error
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  if (id > 0) throw 'nothing';
  return id;
});
