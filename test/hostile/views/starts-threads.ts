// way: a view starts a thread
// says: A view starts no threads
// bad: failed
import { Worker } from 'node:worker_threads';
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  return new Worker('for (;;);', { eval: true }).threadId + id;
});
