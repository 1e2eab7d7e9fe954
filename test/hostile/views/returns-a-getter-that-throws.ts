// way: what a view returns throws when it is read
// says: not today
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.vector({ id }, () => ({ get x(): number[] { throw new Error('not today'); } }));
