// way: a view writes to the result of another
// says: writes to its input camera
// bad: value failed
// good: lit failed<=4
// good: bright failed<=4
import { view } from '@trainyard/core';
import { cam } from './good/good.ts';
export * from './good/good.ts';

export const bright = view.image({ cam }, ({ cam }) => cam.add(1));
export const bad = view.scalar({ camera: bright }, ({ camera }) => {
  (camera.data as unknown as Float32Array).fill(0);
  return camera.size;
});
export const lit = view.scalar({ bright }, ({ bright }) => {
  if (bright.max() === 0) throw new Error('it is dark');
  return bright.max();
});
