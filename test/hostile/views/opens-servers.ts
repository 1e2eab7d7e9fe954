// way: a view opens a server on every train
// says: leaves more and more open
// bad: value
// trains: 40
import { createServer } from 'node:net';
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  createServer().listen(0, '127.0.0.1');
  return id;
});
