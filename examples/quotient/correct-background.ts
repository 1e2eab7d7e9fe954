import { arange, type Vector } from '@trainyard/core';

/** Less the straight line through the middles of the first and the last tenth. */
export function correctBackground(data: Vector): Vector {
  const edge = Math.ceil(data.size / 10);
  const [from, to] = [data.slice(`:${edge}`).mean(), data.slice(`-${edge}:`).mean()];
  return data.sub(arange(data.size).sub((edge - 1) / 2).mul((to - from) / (data.size - edge)).add(from));
}
