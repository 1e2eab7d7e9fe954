// way: a file replaces a method of all arrays as it loads
// says: replaced Array.prototype.map
// bad: value
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  return id;
});

Reflect.set(Object.getPrototypeOf([]) as object, 'map', () => [1]);
