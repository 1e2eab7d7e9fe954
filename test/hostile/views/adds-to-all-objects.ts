// way: a view adds a property to every object
// says: object is not extensible
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  const everyObject = Object.getPrototypeOf({}) as Record<string, number>;
  everyObject['x'] = id;
  return id;
});
