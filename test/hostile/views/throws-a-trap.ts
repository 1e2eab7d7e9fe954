// way: what a view throws throws when it is asked what it is
// says: does not let itself be read
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const no = (): never => {
    throw new Error('no');
  };
  if (id > 0) throw new Proxy({}, { getPrototypeOf: no, get: no });
  return id;
});
