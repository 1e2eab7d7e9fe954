// way: a view waits for a program that does not end
// says: longer than
// bad: value late
// may: failed
import { execSync } from 'node:child_process';
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  if (id % 10 === 3) execSync('sleep 1000');
  return id;
});
