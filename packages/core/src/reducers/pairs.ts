import { YardError } from '../problem.ts';
import { elementsOf, sameShape, type Elements, type Value } from './elements.ts';

/** What a reducer of pairs folds; a side that has no value in a train is undefined. */
export interface Pair {
  readonly x: Value | undefined;
  readonly y: Value | undefined;
}

/**
 * Calls `put` for every complete pair of a train: one for two numbers, entry by entry for two arrays of one shape (a value per pulse),
 * and with every entry of an array for a number beside it (a motor's position beside the pulses). A pair is complete when both are finite.
 * Gives back how many were incomplete; a train without one side counts every entry of the other. Errors: `REDUCER_PAIRS` before anything is put, `REDUCER_VALUE`.
 */
export function eachPair({ x, y }: Pair, reducer: string, put: (x: number, y: number) => void): number {
  if (x === undefined || y === undefined) return elementsOf(x ?? y, reducer).data.length;
  const [xs, ys] = [elementsOf(x, reducer), elementsOf(y, reducer)];
  if (xs.shape.length > 0 && ys.shape.length > 0 && !sameShape(xs.shape, ys.shape)) throw unlike(reducer, { x: xs, y: ys });
  const [stepX, stepY] = [xs.shape.length > 0 ? 1 : 0, ys.shape.length > 0 ? 1 : 0];
  const count = stepX ? xs.data.length : ys.data.length;
  let incomplete = 0;
  for (let i = 0; i < count; i++) {
    const a = Number(xs.data[i * stepX]);
    const b = Number(ys.data[i * stepY]);
    if (Number.isFinite(a) && Number.isFinite(b)) put(a, b);
    else incomplete += 1;
  }
  return incomplete;
}

/** The error for inputs of which entries cannot be put together. */
export function unlike(reducer: string, sides: Readonly<Record<string, Elements>>): YardError {
  const shapes = Object.entries(sides).map(([name, { shape }]) => `${name} has the shape (${shape.join(', ')})`).join(', ');
  return new YardError('REDUCER_PAIRS', `${reducer} takes its inputs entry by entry, but ${shapes}: give each one value per pulse, or one of them a single number.`);
}
