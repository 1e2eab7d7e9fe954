// way: a view throws in a callback of a file
// says: in a callback
// bad: value
// failure: in a callback
import { readFile } from 'node:fs';
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  readFile('/nowhere', () => {
    throw new Error('in a callback');
  });
  return id;
});
