// way: a view opens files without end
// says: files open, and its worker was ended
// bad: failed
// may: late
import { openSync } from 'node:fs';
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  while (id > 0) openSync('/dev/null', 'r');
  return id;
}, { timeoutMs: 60_000 });
