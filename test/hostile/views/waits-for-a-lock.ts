// way: a view waits in Atomics.wait
// says: longer than
// bad: value late
// may: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  if (id % 10 === 3) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  return id;
});
