// way: a regular expression takes for ever
// says: longer than
// bad: value late
// may: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  return id % 10 === 3 && /^(a+)+$/.test(`${'a'.repeat(60)}!`) ? 0 : id;
});
