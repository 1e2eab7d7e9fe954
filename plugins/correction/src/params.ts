import { YardError, type ParamValue } from '@trainyard/core';

export type Params = Readonly<Record<string, ParamValue>>;

/** `[]` or `[low, high]` of a parameter. */
export function pair(name: string, value: ParamValue | undefined): readonly [number, number] | undefined {
  const list = (value ?? []) as readonly number[];
  if (list.length === 0) return undefined;
  if (list.length !== 2) throw new YardError('CORRECTION_RANGE', `${name} is two numbers, or none; not ${list.length}.`);
  return list as readonly [number, number];
}
