import { YardError } from '../problem.ts';
import type { Reducer } from '../reducer.ts';
import { shaped, type Value } from './elements.ts';
import { written } from './options.ts';
import { perElement, type ElementState } from './per-element.ts';

/** Below this weight an element is forgotten: what is left of its sum has lost its digits. */
const FORGOTTEN = 1e-200;

/**
 * The exponential average per element: each train counts `2^(-d / halfLife)`, `d` the train IDs from it to the newest one, so a gap fades as much as
 * trains do. `sum(w x) / sum(w)` in float64 (a number for numbers). NaN and infinities are left out, else they would never fade; an element without
 * a value is NaN. Errors: `EMA_HALF_LIFE`, `REDUCER_SHAPE`, `REDUCER_VALUE`.
 */
export function ema({ halfLife }: { readonly halfLife: number }): Reducer<Value, ElementState, Value> {
  if (!(halfLife > 0 && Number.isFinite(halfLife))) throw new YardError('EMA_HALF_LIFE', `ema takes a half-life in train IDs, above 0, not ${halfLife}: with halfLife: 10 a train ten IDs ago counts half.`);

  /** Lets sum and weight fade over so many train IDs. */
  function fade(sum: Float64Array, weight: Float64Array, gap: number): void {
    if (gap === 0) return;
    const factor = 2 ** (-gap / halfLife);
    for (let i = 0; i < sum.length; i++) {
      const faded = weight[i]! * factor;
      weight[i] = faded < FORGOTTEN ? 0 : faded;
      sum[i] = faded < FORGOTTEN ? 0 : sum[i]! * factor;
    }
  }

  return perElement({
    name: written('ema', { halfLife }), what: 'An exponential average', keeps: 'axes and unit', columns: 2,
    fold([sum, weight], data, _count, gap) {
      fade(sum!, weight!, gap);
      for (let i = 0; i < data.length; i++) {
        const value = Number(data[i]);
        if (!Number.isFinite(value)) continue;
        sum![i]! += value;
        weight![i]! += 1;
      }
    },
    join([sum, weight], [laterSum, laterWeight], _counts, gap) {
      fade(sum!, weight!, gap);
      for (let i = 0; i < sum!.length; i++) {
        sum![i]! += laterSum![i]!;
        weight![i]! += laterWeight![i]!;
      }
    },
    finish: ([sum, weight], { shape }) => shaped(sum!.map((x, i) => x / weight![i]!), shape),
  });
}
