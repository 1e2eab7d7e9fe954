import type { ScalarPoints } from '../../data/scalar-line.ts';

/** Values of two scalars in the same trains, oldest first; or two vectors, element by element. */
export interface Pairs {
  /** Of vectors the index. */
  readonly trainId: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The trains that have both, at most the last `most` of them. */
export function pairsOf(a: ScalarPoints, b: ScalarPoints, most: number): Pairs {
  const trains: number[] = [];
  const x: number[] = [];
  const y: number[] = [];
  for (let i = a.x.length - 1, j = b.x.length - 1; i >= 0 && j >= 0 && trains.length < most;) {
    if (a.x[i] > b.x[j]) i--;
    else if (a.x[i] < b.x[j]) j--;
    else {
      if (a.count[i] > 0 && b.count[j] > 0) {
        trains.push(a.x[i]);
        x.push(a.mean[i]);
        y.push(b.mean[j]);
      }
      i--;
      j--;
    }
  }
  return { trainId: Float64Array.from(trains.reverse()), x: Float64Array.from(x.reverse()), y: Float64Array.from(y.reverse()) };
}

/** One vector of one train. */
export interface Vector {
  readonly trainId: number;
  readonly numbers: ArrayLike<number>;
}

const KEPT = 16;

/** The last vectors of a source with one more; a train that came again is as it is now. */
export function withVector(kept: readonly Vector[], one: Vector): readonly Vector[] {
  return [...kept.filter(({ trainId }) => trainId !== one.trainId), one].slice(-KEPT);
}

/** Those of one train, one of each source: of the last train that all have. Vectors of different trains say nothing of each other. */
export function ofOneTrain(sources: readonly (readonly Vector[])[]): readonly Vector[] | undefined {
  const last = sources[0]?.findLast(({ trainId }) => sources.every((kept) => kept.some((one) => one.trainId === trainId)));
  return last && sources.map((kept) => kept.find(({ trainId }) => trainId === last.trainId)!);
}

/** The elements that both have. */
export function elementsOf(x: ArrayLike<number>, y: ArrayLike<number>): Pairs {
  const length = Math.min(x.length, y.length);
  const of = (at: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, i) => at(i));
  return { trainId: of((i) => i), x: of((i) => x[i]), y: of((i) => y[i]) };
}
