// way: a scalar view returns an image
// says: a scalar is one number
// bad: failed
import { view } from '@trainyard/core';
import { cam } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ cam }, ({ cam }) => cam as never);
