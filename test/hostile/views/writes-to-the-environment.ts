// way: a view writes to the environment of its thread
// says: writes to process
// load: yes
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const bad = view.scalar({ id }, ({ id }) => {
  Reflect.set(process.env, 'TZ', `${id}`);
  return id;
});
