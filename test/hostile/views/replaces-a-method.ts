// way: a view replaces a method of all arrays
// says: replaced Array.prototype.map
// bad: value
// good: good failed<=4
// good: other failed<=4
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  Reflect.set(Object.getPrototypeOf([]) as object, 'map', () => [id]);
  return id;
});
