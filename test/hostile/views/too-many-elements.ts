// way: a view fills a JavaScript array of a thousand million
// says: too large for JavaScript's own
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  // oxlint-disable-next-line unicorn/no-new-array -- This is what is bad.
  return new Array(1e9).fill(id).length;
}, { timeoutMs: 60_000 });
