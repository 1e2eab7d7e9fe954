// way: a view leaves setImmediate running for ever
// says: left a timer running
// bad: value
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const again = (): void => void setImmediate(again);
  again();
  return id;
});
