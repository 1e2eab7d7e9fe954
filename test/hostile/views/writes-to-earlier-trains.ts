// way: a view writes to an earlier value of its input
// says: writes to its input before
// bad: value missing failed
// good: was failed<=4 missing<=8
import { shifted, view } from '@trainyard/core';
import { cam } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ before: shifted(cam, -1) }, ({ before }) => {
  (before.data as unknown as Uint16Array).fill(0);
  return before.size;
});
export const was = view.scalar({ before: shifted(cam, -1) }, ({ before }) => {
  if (before.max() === 0) throw new Error('it was dark');
  return before.max();
});
