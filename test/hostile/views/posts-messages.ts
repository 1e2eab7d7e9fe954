// way: a view sends messages of its own to the main thread
// says: parentPort is not for views
// bad: failed
import { parentPort } from 'node:worker_threads';
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  parentPort!.postMessage({ type: 'results', seq: id });
  return id;
});
