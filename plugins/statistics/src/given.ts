import type { ParamValue } from '@trainyard/core';
import type { BinOptions, Bounded } from '@trainyard/core/reducers';

type Params = Readonly<Record<string, ParamValue>>;

/** The parameter `trains`: 0 is all trains so far. */
export function bounded({ trains }: Params): Bounded {
  return Number(trains) > 0 ? { trains: Number(trains) } : {};
}

/** `bins`, `low` and `high`; with `of: 'x'` the parameters `xBins`, `xLow`, `xHigh`. */
export function bins(params: Params, of?: 'x' | 'y'): BinOptions {
  const value = (name: string): number => Number(params[of === undefined ? name.toLowerCase() : `${of}${name}`]);
  return { bins: value('Bins'), range: [value('Low'), value('High')] };
}

/** What the title of a bounded result ends with. */
export function overTrains({ trains }: Bounded): string {
  return trains === undefined ? '' : ` over ${trains} trains`;
}
