// way: a view that takes an average keeps 10 MB of every train
// says: A fresh worker takes its place
// says: of every train, so that its workers grow
// bad: value
// trains: 60
// silent: start anew
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

export const mean = view.scalar({ id }, ({ id }) => id, { average: 3 });
const keeper = (): ((id: number) => number) => {
  const kept: Float64Array[] = [];
  return (id) => kept.push(new Float64Array(1.25e6).fill(id));
};
const keep = keeper();
export const bad = view.scalar({ mean }, ({ mean }) => keep(mean));
