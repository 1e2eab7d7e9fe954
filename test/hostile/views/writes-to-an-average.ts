// way: a view in train order writes to an average
// says: writes to its input mean
// bad: value failed
// good: lit failed<=4
// good: mean failed<=4
import { view } from '@trainyard/core';
import { cam } from './good/good.ts';
export * from './good/good.ts';

export const mean = view.image({ cam }, ({ cam }) => cam.astype('float32'), { average: 5 });
export const bad = view.scalar({ mean }, ({ mean }) => {
  (mean.data as unknown as Float64Array).fill(0);
  return mean.size;
});
export const lit = view.scalar({ mean }, ({ mean }) => {
  if (mean.max() === 0) throw new Error('it is dark');
  return mean.max();
});
