// way: a view throws a message of 16 million characters
// says: (16777216 characters)
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  if (id > 0) throw new Error('x'.repeat(2 ** 24));
  return id;
}, { timeoutMs: 60_000 });
