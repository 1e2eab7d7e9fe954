// way: a view blackens the camera
// says: writes to its input cam
// bad: value failed
// good: good failed<=4
import { view } from '@trainyard/core';
import { cam } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ cam }, ({ cam }) => {
  (cam.data as unknown as Uint16Array).fill(0);
  return cam.size;
});
