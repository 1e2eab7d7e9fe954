// way: a view opens servers without end
// says: connections, programs or watched files open
// bad: failed
// may: late
import { createServer } from 'node:net';
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  while (id > 0) createServer().listen(0, '127.0.0.1');
  return id;
}, { timeoutMs: 60_000 });
