// way: not bad at all: a view waits for a timer of its own
// bad: value
// silent: left a timer
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, async ({ id }) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return id;
});
