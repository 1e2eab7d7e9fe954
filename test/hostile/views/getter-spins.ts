// way: what a view returns never comes back when it is read
// says: longer than
// bad: value late
// may: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.vector({ id }, ({ id }) => ({ get x(): number[] { while (id % 10 === 3); return [id]; } }));
